import { type StaticDecode, type TSchema, Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import { priceIndices } from '../../indices/price-index.ts'
import { ExternalIds, ExternalIdsAnswer } from '../../platform/http/external-id-fields.ts'
import { Fields, Flag, IdOf, Judged, List, Money, OneOf, OrNull, Partly, Quantity, Text } from '../../platform/http/fields.ts'
import { Details, DetailsAnswer, showDetails } from '../details/details-wire.ts'
import { MOST_NOTICE_DAYS } from '../readjustment/read-readjustment.ts'
import { MOST_EVERY_MONTHS } from '../readjustment/readjustment.ts'
import { dueRuleBounds } from '../rules/due-dates.ts'
import { MOST_LINES } from '../rules/read-terms.ts'
import { bounded, dueKinds, managements, paymentMethods, recurrence, rolls, units } from '../rules/rule-wire.ts'
import type { NewTemplate as TemplateToMake } from './create-template.ts'
import { grossOf, type InvoiceTemplate, templateTypes, typeOf } from './invoice-template.ts'
import type { TemplateDetail } from './read-template.ts'
import type { TemplateChange } from './update-template.ts'

export const AtTemplate = Fields({ id: IdOf('invoice_template') })

const Due = Fields(
  {
    kind: OneOf(dueKinds),
    day: Type.Optional(OrNull(bounded(dueRuleBounds.day))),
    days: Type.Optional(OrNull(bounded(dueRuleBounds.days))),
    months: Type.Optional(OrNull(bounded(dueRuleBounds.months))),
    onlyBusinessDays: Type.Optional(OrNull(Flag({ description: 'Só para last_day_of_month e day_quantity.' }))),
    roll: Type.Optional(OrNull(OneOf(rolls))),
    installments: Type.Optional(OrNull(bounded(dueRuleBounds.installments, 'Parcelas. '))),
  },
  { title: 'TemplateDue', description: 'O que faltar se informa ao fazer a regra ou a fatura.' },
)

const Line = Fields(
  {
    id: Type.Optional(IdOf('invoice_template_line', { description: 'O do serviço que continua; sem ele, é novo.' })),
    serviceItemId: IdOf('service_item'),
    description: Type.Optional(OrNull(Text(500, { description: 'O nome do serviço se não informada.' }))),
    quantity: Type.Optional(Quantity({ description: '1 se não informada.' })),
    unitPrice: Type.Optional(OrNull(Quantity({ description: 'Em reais; o preço do serviço, como é agora, se não informado.' }))),
  },
  { title: 'TemplateLineInput' },
)

const Readjustment = Fields(
  {
    id: Type.Optional(IdOf('invoice_template_readjustment', { description: 'O do reajuste que continua; sem ele, é novo.' })),
    serviceItemId: Type.Optional(
      OrNull(IdOf('service_item', { description: 'Sem ele, os serviços que não têm um reajuste próprio.' })),
    ),
    index: OneOf(priceIndices),
    everyMonths: Type.Optional(OrNull(Judged(1, MOST_EVERY_MONTHS, 'De quantos em quantos meses.'))),
    noticeDays: Type.Optional(OrNull(Judged(0, MOST_NOTICE_DAYS, 'Dias corridos de aviso antes da data.'))),
  },
  { title: 'TemplateReadjustmentInput', description: 'Quando começa diz quem faz a regra.' },
)

export const NewTemplate = Fields(
  {
    organizationId: IdOf('organization'),
    name: Text(200),
    recurrence: OrNull(
      Fields(
        { unit: recurrence.unit, every: recurrence.every },
        { description: 'null: uma única vez, para faturas avulsas; senão, para regras.' },
      ),
    ),
    management: Type.Optional(
      OneOf(managements, { description: 'Se não informado, automatic; draft se o modelo é de uma única vez.' }),
    ),
    paymentMethod: Type.Optional(OneOf(paymentMethods, { description: 'boleto se não informada.' })),
    competenceShift: Type.Optional(
      Judged(-1, 1, 'Competência: -1 mês anterior, 0 mesmo mês (padrão), 1 mês seguinte ao do faturamento.'),
    ),
    description: Type.Optional(OrNull(Text(2000, { description: 'Descrição das faturas.' }))),
    grossCents: Type.Optional(
      OrNull(Money({ description: 'Valor bruto de uma fatura sem serviços; com eles, é a soma deles.' })),
    ),
    due: Type.Optional(OrNull(Due)),
    createParcels: Type.Optional(Flag({ description: 'false: uma só parcela, e não as de due; true se não informado.' })),
    notifyCustomer: Type.Optional(Flag({ description: 'Avisa o cliente dos reajustes.' })),
    allowsNegative: Type.Optional(Flag({ description: 'Um índice negativo baixa os preços.' })),
    lines: Type.Optional(List(Line, MOST_LINES + 1)),
    readjustments: Type.Optional(List(Readjustment, MOST_LINES + 1)),
    details: Type.Optional(OrNull(Details)),
    externalIds: Type.Optional(ExternalIds),
  },
  { title: 'NewInvoiceTemplate' },
)

const { organizationId: _, ...changing } = NewTemplate.properties
export const TemplatePatch = Partly(Fields(changing), { title: 'InvoiceTemplatePatch' })

// The decoded bodies are what the verbs take; the compiler checks it here.
export const asNewTemplate = (body: StaticDecode<typeof NewTemplate>): TemplateToMake => body
export const asTemplateChange = (body: StaticDecode<typeof TemplatePatch>): TemplateChange => body

export const TemplateAnswer = Type.Object(
  {
    id: Type.String(),
    organizationId: Type.String(),
    type: OneOf(templateTypes, { description: 'invoice: de uma única vez, para faturas avulsas; invoice_rule: para regras.' }),
    name: Type.String(),
    grossCents: OrNull(
      Type.Integer({ description: 'O que cada fatura pede: a soma dos serviços, ou o valor informado sem eles.' }),
    ),
    recurrence: OrNull(Type.Object({ unit: OneOf(units), every: Type.Integer() })),
    management: OneOf(managements),
    paymentMethod: OneOf(paymentMethods),
    competenceShift: Type.Integer(),
    description: OrNull(Type.String()),
    due: OrNull(
      Type.Object({
        kind: OneOf(dueKinds),
        day: OrNull(Type.Integer()),
        days: OrNull(Type.Integer()),
        months: OrNull(Type.Integer()),
        onlyBusinessDays: OrNull(Type.Boolean()),
        roll: OrNull(OneOf(rolls)) as TSchema,
        installments: OrNull(Type.Integer()),
      }),
    ),
    createParcels: Type.Boolean(),
    notifyCustomer: Type.Boolean(),
    allowsNegative: Type.Boolean(),
    lines: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          serviceItemId: Type.String(),
          description: OrNull(Type.String()),
          quantity: Type.String(),
          unitPrice: Type.String(),
        },
        { title: 'TemplateLine' },
      ),
    ),
    readjustments: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          serviceItemId: OrNull(Type.String()),
          index: OneOf(priceIndices),
          everyMonths: OrNull(Type.Integer()),
          noticeDays: OrNull(Type.Integer()),
        },
        { title: 'TemplateReadjustment' },
      ),
    ),
    details: DetailsAnswer,
    externalIds: ExternalIdsAnswer,
    version: Type.Integer(),
    createdAt: Type.String(),
    updatedAt: Type.String(),
    archivedAt: OrNull(Type.String()),
  },
  { title: 'InvoiceTemplate' },
)

export function showTemplate({ template, details }: TemplateDetail) {
  const { detailsId: _, ...shown } = template
  return {
    ...shown,
    id: showId('invoice_template', template.id),
    organizationId: showId('organization', template.organizationId),
    type: typeOf(template),
    grossCents: grossOf(template),
    lines: template.lines.map(line => ({
      ...line,
      id: showId('invoice_template_line', line.id),
      serviceItemId: showId('service_item', line.serviceItemId),
    })),
    readjustments: template.readjustments.map(showReadjustment),
    details: showDetails(details, template.paymentMethod),
  }
}

function showReadjustment({ id, serviceItemId, ...clause }: InvoiceTemplate['readjustments'][number]) {
  return {
    ...clause,
    id: showId('invoice_template_readjustment', id),
    serviceItemId: serviceItemId === null ? null : showId('service_item', serviceItemId),
  }
}

import { type StaticDecode, Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import { Day, DecimalText, Fields, Flag, IdOf, Judged, List, mostCents, OneOf, OrNull, Text } from '../../platform/http/fields.ts'
import { Details, DetailsAnswer, showDetails } from '../details/details-wire.ts'
import type { Charge } from '../ledger/coverage.ts'
import type { RuleWithTerms } from '../read-contract.ts'
import { dueRuleBounds } from './due-dates.ts'
import { lineNumbers } from './line-numbers.ts'
import type { ForecastPeriod, RulePeriods } from './read-rule.ts'
import { MOST_LINES, type TermsChange } from './read-terms.ts'
import { rhythmPhrase, termsSentence } from './rule-sentence.ts'
import { firstDayOf } from './rule-versions.ts'
import { TAXES, termsAt } from './terms.ts'
import type { TermsRecord } from './terms-store.ts'

export const AtRule = Fields({ id: IdOf('invoice_rule') })

// Values beyond what a rule may hold pass here and are judged by the noun, so that a body's faults of both kinds of meaning come
// at once and are named alike for imports.
export const bounded = (bounds: { minimum: number; maximum: number }, before = '') =>
  Judged(bounds.minimum, bounds.maximum, `${before}${between(bounds)}`)
const cents = (description: string) => Judged(0, mostCents, description)
export const between = ({ minimum, maximum }: { minimum: number; maximum: number }) => `De ${minimum} a ${maximum}.`

export const units = ['week', 'month'] as const
const timings = ['advance', 'arrears'] as const
export const dueKinds = ['fixed_day', 'last_day_of_month', 'day_quantity', 'fixed_day_and_month_quantity'] as const
export const rolls = ['none', 'previous_business_day', 'next_business_day'] as const
export const paymentMethods = ['boleto', 'pix', 'card', 'transfer', 'other'] as const
export const managements = ['automatic', 'draft', 'on_request'] as const
const cuts = ['full', 'prorate', 'none'] as const
const priceChanges = ['next_period', 'prorate'] as const

export const recurrence = {
  unit: OneOf(units),
  every: Type.Optional(Judged(1, 120, 'A cada quantas semanas ou meses, de 1 a 120; 1 se não informado.')),
  anchorOn: Day({ description: 'Primeiro dia do serviço; o dia do mês é o do faturamento.' }),
}

export const due = Fields(
  {
    kind: OneOf(dueKinds, {
      description:
        'fixed_day: no próximo dia x; last_day_of_month: no último dia do mês; day_quantity: após x dias; fixed_day_and_month_quantity: no dia x após m meses da data do faturamento.',
    }),
    day: Type.Optional(OrNull(bounded(dueRuleBounds.day))),
    days: Type.Optional(OrNull(bounded(dueRuleBounds.days))),
    months: Type.Optional(OrNull(bounded(dueRuleBounds.months))),
    onlyBusinessDays: Type.Optional(Flag({ description: 'Só para last_day_of_month e day_quantity.' })),
    roll: Type.Optional(OneOf(rolls, { description: 'Vencimento em dia sem bancos: fica, antecipa ou adia.' })),
    installments: Type.Optional(OrNull(bounded(dueRuleBounds.installments, 'Parcelas. '))),
  },
  { title: 'DueRule' },
)

const withholding = Fields(
  { tax: OneOf(TAXES), rateMicros: Judged(0, 1_000_000, 'Alíquota em milionésimos: 15000 é 1,5%.') },
  { title: 'WithholdingInput' },
)

export const line = Fields(
  {
    serviceItemId: IdOf('service_item'),
    description: Type.Optional(OrNull(Text(1000, { description: 'O nome do serviço se não informada.' }))),
    quantity: Type.Optional(DecimalText({ description: 'Decimal em texto; "1" se não informada.' })),
    unitPrice: Type.Optional(OrNull(DecimalText({ description: 'Decimal em texto, em reais; o do serviço se não informado.' }))),
    discountPercent: Type.Optional(OrNull(DecimalText({ description: 'Até "100"; ou este, ou discountCents.' }))),
    discountCents: Type.Optional(OrNull(cents('Desconto em centavos, até o valor do serviço.'))),
    validFrom: Type.Optional(OrNull(Day({ description: 'Vigência do serviço na regra, vista no primeiro dia do período.' }))),
    validUntil: Type.Optional(OrNull(Day())),
    categoryId: Type.Optional(
      OrNull(
        IdOf('category', {
          description:
            'Categoria; não muda valores. Em uma mudança, sem este campo fica a que o serviço já tinha; null a retira.',
        }),
      ),
    ),
    withholdings: Type.Optional(
      OrNull(
        List(withholding, 20, {
          description:
            'Tributos retidos deste serviço, em vez dos da regra; [] para nenhum, null para os da regra. Em uma mudança, sem este campo ficam os que o serviço já tinha.',
        }),
      ),
    ),
    withheldCents: Type.Optional(
      OrNull(
        cents(
          'Outras retenções: o valor fixo, em centavos, retido deste serviço em um período inteiro. Em uma mudança, sem este campo fica o que já tinha; null o retira.',
        ),
      ),
    ),
  },
  { title: 'RuleLineInput' },
)

/** All but the recurrence, which a change may give in part. */
export const termsFields = {
  timing: Type.Optional(OneOf(timings, { description: 'advance: adiantado (padrão); arrears: vencido.' })),
  competenceShift: Type.Optional(
    Judged(-1, 1, 'Competência: -1 mês anterior, 0 mesmo mês (padrão), 1 mês seguinte ao do faturamento.'),
  ),
  due,
  paymentMethod: Type.Optional(OneOf(paymentMethods, { description: 'boleto se não informada.' })),
  management: Type.Optional(
    OneOf(managements, {
      description: 'automatic (padrão): fatura e emite; draft: fatura, alguém emite; on_request: fatura e emite quando pedido.',
    }),
  ),
  approvalWanted: Type.Optional(Flag()),
  cutStart: Type.Optional(OneOf(cuts, { description: 'Período que começa antes da vigência: inteiro, pelos dias ou nada.' })),
  cutEnd: Type.Optional(OneOf(cuts, { description: 'Período cortado pelo fim da vigência do contrato ou da regra.' })),
  priceChange: Type.Optional(
    OneOf(priceChanges, {
      description: 'Preço mudado no meio do período: vale do próximo (padrão), ou a diferença vira evento.',
    }),
  ),
  endsOn: Type.Optional(
    OrNull(
      Day({
        description: 'Último dia da regra, contado; sem ele, ela vai até o fim do contrato. cutEnd diz do período que ele corta.',
      }),
    ),
  ),
  maxAmountCents: Type.Optional(OrNull(cents('Faturas acima deste valor esperam alguém liberar.'))),
  maxGrowthPercent: Type.Optional(
    OrNull(DecimalText({ description: 'Faturas que crescem mais que isto sobre a anterior esperam.' })),
  ),
  withholdings: Type.Optional(List(withholding, 20)),
  withholdingTemplateId: Type.Optional(
    OrNull(
      IdOf('nfse_template', {
        description:
          'O modelo de NFS-e de que vêm as retenções, como está hoje: alíquotas, limites e o calendário dos tributos; null as retira. Dito de novo, vale como estiver então.',
      }),
    ),
  ),
  description: Type.Optional(OrNull(Text(2000, { description: 'Descrição das faturas.' }))),
  lines: List(line, MOST_LINES + 1),
}

export const NewRule = Fields(
  {
    title: Type.Optional(Text(200)),
    recurrence: Fields(recurrence, { title: 'RecurrenceInput' }),
    ...termsFields,
    billedThrough: Type.Optional(
      OrNull(Day({ description: 'Os períodos que começam até este dia já foram faturados em outro sistema.' })),
    ),
    replacesRuleId: Type.Optional(OrNull(IdOf('invoice_rule', { description: 'A regra que esta substitui.' }))),
    details: Type.Optional(OrNull(Details)),
  },
  { title: 'NewInvoiceRule' },
)

export const NewTerms = Fields(
  {
    validFrom: Type.Optional(
      Day({ description: 'A partir de quando; hoje se não informado. Períodos fechados ficam como estão.' }),
    ),
    cause: Type.Optional(Text(500, { description: 'O motivo da mudança.' })),
    recurrence: Type.Optional(
      Fields({ ...recurrence, unit: Type.Optional(recurrence.unit), anchorOn: Type.Optional(recurrence.anchorOn) }),
    ),
    ...termsFields,
    due: Type.Optional(due),
    lines: Type.Optional(termsFields.lines),
  },
  { title: 'NewTerms' },
)

export const RuleChange = Fields(
  { title: Type.Optional(Text(200)), details: Type.Optional(OrNull(Details)) },
  { title: 'InvoiceRuleChange' },
)
export const Waiver = Fields({ reason: Text(500) }, { title: 'Waiver' })
export const AtPeriod = Fields({ id: IdOf('invoice_rule'), startsOn: Day() })

// The decoded body is what the verb takes; the compiler checks it here, where a difference is easiest to understand.
export const asTermsChange = (
  body: StaticDecode<typeof NewTerms>,
): TermsChange & { validFrom?: typeof body.validFrom; cause?: string } => body

// --- Answers ---

const TermsAnswer = Type.Object(
  {
    version: Type.Integer(),
    validFrom: Type.String(),
    knownAt: Type.String(),
    cause: Type.String(),
    sentence: Type.String(),
    recurrence: Type.Object({ unit: OneOf(units), every: Type.Integer(), anchorOn: Type.String() }),
    timing: OneOf(timings),
    competenceShift: Type.Integer(),
    due: Type.Object({
      kind: OneOf(dueKinds),
      day: OrNull(Type.Integer()),
      days: OrNull(Type.Integer()),
      months: OrNull(Type.Integer()),
      onlyBusinessDays: Type.Boolean(),
      roll: OneOf(rolls),
      installments: Type.Integer(),
    }),
    paymentMethod: OneOf(paymentMethods),
    management: OneOf(managements),
    approvalWanted: Type.Boolean(),
    cutStart: OneOf(cuts),
    cutEnd: OneOf(cuts),
    priceChange: OneOf(priceChanges),
    endsOn: OrNull(Type.String()),
    maxAmountCents: OrNull(Type.Integer()),
    maxGrowthPercent: OrNull(Type.String()),
    withholdings: Type.Array(
      Type.Object({
        tax: OneOf(TAXES),
        rateMicros: Type.Integer(),
        leastBaseCents: OrNull(Type.Integer({ description: 'A menor base de que se retém.' })),
        from: OrNull(Type.String({ description: 'Primeira competência em que vale.' })),
        until: OrNull(Type.String({ description: 'Última competência em que vale.' })),
        source: OrNull(Type.String({ description: 'O artigo que dispensa bases menores.' })),
      }),
    ),
    withholdingTemplateId: OrNull(
      Type.String({ description: 'O modelo de NFS-e de que foram tiradas; nulo: foram informadas.' }),
    ),
    withholdingTemplateVersion: OrNull(Type.Integer({ description: 'A versão dele de que foram tiradas.' })),
    description: OrNull(Type.String()),
    lines: Type.Array(
      Type.Object({
        position: Type.Integer(),
        number: Type.Integer({
          description: 'O mesmo em todas as versões, seja qual for a posição; por ele um evento diz de que serviço é.',
        }),
        serviceItemId: Type.String(),
        description: Type.String(),
        quantity: Type.String(),
        unitPrice: Type.String(),
        discountPercent: OrNull(Type.String()),
        discountCents: OrNull(Type.Integer()),
        validFrom: OrNull(Type.String()),
        validUntil: OrNull(Type.String()),
        categoryId: OrNull(Type.String()),
        withholdings: OrNull(Type.Array(Type.Object({ tax: OneOf(TAXES), rateMicros: Type.Integer() }))),
        withheldCents: OrNull(Type.Integer()),
      }),
    ),
  },
  { title: 'Terms' },
)

export const RuleAnswer = Type.Object(
  {
    id: Type.String(),
    contractId: Type.String(),
    organizationId: Type.String(),
    customerId: Type.String(),
    title: Type.String(),
    rhythm: Type.String({ description: 'O ritmo vigente, em palavras.' }),
    terms: Type.Object(TermsAnswer.properties, { description: 'O que decide o próximo período.' }),
    versions: Type.Array(TermsAnswer),
    coveredUntil: OrNull(Type.String({ description: 'Fim do último período registrado.' })),
    nextDueOn: OrNull(Type.String()),
    billedThrough: OrNull(Type.String()),
    replacesRuleId: OrNull(Type.String()),
    templateId: OrNull(Type.String({ description: 'O modelo de faturamento de que foi feita.' })),
    details: DetailsAnswer,
    version: Type.Integer(),
    createdAt: Type.String(),
    archivedAt: OrNull(Type.String()),
  },
  { title: 'InvoiceRule' },
)

export function showRule({ rule, versions, details }: RuleWithTerms) {
  const numbers = lineNumbers(versions)
  const terms = termsAt(versions, rule.coveredUntil ?? firstDayOf(versions))
  return {
    ...rule,
    id: showId('invoice_rule', rule.id),
    contractId: showId('contract', rule.contractId),
    organizationId: showId('organization', rule.organizationId),
    customerId: showId('customer', rule.customerId),
    replacesRuleId: rule.replacesRuleId === null ? null : showId('invoice_rule', rule.replacesRuleId),
    templateId: rule.templateId === null ? null : showId('invoice_template', rule.templateId),
    details: showDetails(details),
    rhythm: rhythmPhrase(terms),
    terms: showTerms(terms, numbers),
    versions: versions.map(each => showTerms(each, numbers)),
  }
}

function showTerms({ withholdingTemplate, ...terms }: TermsRecord, numbers: ReadonlyMap<number, readonly number[]>) {
  const own = numbers.get(terms.version) ?? []
  const { recurrence, due } = terms
  return {
    ...terms,
    sentence: termsSentence(terms),
    recurrence: { unit: recurrence.unit, every: recurrence.every, anchorOn: recurrence.anchor },
    due: {
      kind: due.kind,
      day: 'day' in due ? due.day : null,
      days: 'days' in due ? due.days : null,
      months: 'months' in due ? due.months : null,
      onlyBusinessDays: 'onlyBusinessDays' in due && due.onlyBusinessDays,
      roll: due.roll ?? 'none',
      installments: due.installments,
    },
    withholdings: terms.withholdings.map(
      ({ tax, rateMicros, leastBaseCents = null, from = null, until = null, source = null }) => ({
        ...{ tax, rateMicros, leastBaseCents, from, until, source },
      }),
    ),
    withholdingTemplateId: withholdingTemplate ? showId('nfse_template', withholdingTemplate.id) : null,
    withholdingTemplateVersion: withholdingTemplate?.version ?? null,
    lines: terms.lines.map((each, i) => ({
      ...each,
      number: own[i] ?? each.position,
      serviceItemId: showId('service_item', each.serviceItemId),
      categoryId: each.categoryId === null ? null : showId('category', each.categoryId),
      withholdings: each.withholdings && [...each.withholdings],
    })),
  }
}

export const ChangedTermsAnswer = Type.Object(
  {
    rule: RuleAnswer,
    effectiveOn: OrNull(Type.String({ description: 'Primeiro dia do primeiro período que a mudança decide.' })),
    differenceCents: Type.Integer({ description: 'Diferença pelo que já se pediu até aqui; negativa é desconto.' }),
    eventId: OrNull(
      Type.String({
        description: 'O evento que leva a diferença a um faturamento; nulo também quando ela só desfez o que ainda esperava.',
      }),
    ),
  },
  { title: 'ChangedTerms' },
)

const dispositions = ['open', 'billed', 'billed_elsewhere', 'waived', 'uncharged'] as const
const expectations = ['charged', 'charged_later', 'contract_suspended', 'outside_validity'] as const

export const PeriodAnswer = Type.Object(
  {
    startsOn: Type.String(),
    endsOn: Type.String({ description: 'O dia seguinte ao último.' }),
    scheduledOn: Type.String(),
    disposition: OneOf(dispositions),
    reason: OrNull(Type.String()),
    termsVersion: OrNull(Type.Integer()),
    invoiceId: OrNull(Type.String()),
    closedAt: OrNull(Type.String()),
  },
  { title: 'CoveragePeriod' },
)

export const PeriodsAnswer = Type.Object({
  data: Type.Array(PeriodAnswer),
  nextCursor: OrNull(Type.String()),
  forecast: Type.Array(
    Type.Object(
      {
        startsOn: Type.String(),
        endsOn: Type.String(),
        scheduledOn: Type.String(),
        termsVersion: Type.Integer(),
        expected: OneOf(expectations),
        days: OrNull(Type.Integer()),
        ofDays: OrNull(Type.Integer()),
      },
      { title: 'ForecastPeriod' },
    ),
    { description: 'Os próximos períodos, pelo que se sabe agora.' },
  ),
})

export function showPeriod({ disposition, ...period }: RulePeriods['rows'][number]) {
  // The seed is the one row that is no period, and is not among them.
  if (disposition === 'seed') throw new Error('a seed is no period')
  return { ...period, disposition, invoiceId: period.invoiceId === null ? null : showId('invoice', period.invoiceId) }
}

export function showForecast({ startsOn, endsOn, scheduledOn, termsVersion, charge }: ForecastPeriod) {
  const share = charge.charged === false ? { days: null, ofDays: null } : { days: charge.days, ofDays: charge.of }
  return { startsOn, endsOn, scheduledOn, termsVersion, expected: expectationOf(charge), ...share }
}

function expectationOf(charge: Charge): (typeof expectations)[number] {
  if (charge.charged === true) return 'charged'
  return charge.charged === 'later' ? 'charged_later' : charge.reason
}

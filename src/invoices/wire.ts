import { Type } from 'typebox'
import { Details, DetailsAnswer, showDetails } from '../contracts/details/details-wire.ts'
import { NamedContractAnswer, NamedCustomerAnswer, showNamedContract, showNamedCustomer } from '../contracts/parties-wire.ts'
import { PriceNoteAnswer, showPriceNote } from '../contracts/readjustment/readjustment-wire.ts'
import { MOST_LINES } from '../contracts/rules/read-terms.ts'
import { TAXES } from '../contracts/rules/terms.ts'
import { DueOverride, overriding } from '../contracts/templates/override-wire.ts'
import { showId } from '../core/ids.ts'
import {
  Day,
  Fields,
  Flag,
  IdOf,
  List,
  Money,
  Month,
  OneOf,
  OrNull,
  Percent,
  Quantity,
  Text,
  Whole,
} from '../platform/http/fields.ts'
import { ReceivableOfInvoiceAnswer, showReceivableOfInvoice } from '../receivables/wire.ts'
import { AttachmentAnswer, showAttachment } from './attachments/attachment-wire.ts'
import { cancelledNotes } from './cancelled-notes.ts'
import {
  allInvoiceStates,
  approvals,
  chargedBy,
  heldReasons,
  type Invoice,
  lineSources,
  managements,
  paymentMethods,
} from './invoice.ts'
import { type Adjustment, adjustmentKinds, type Comment } from './note-store.ts'
import type { InvoiceDetail, KnownInvoice } from './read-invoice.ts'
import { withheldTaxes } from './withholding.ts'

export const AtInvoice = Fields({ id: IdOf('invoice') })

const reason = Text(500, { description: 'O motivo, para o histórico.' })
export const WithReason = Fields({ reason: Type.Optional(OrNull(reason)) })
export const ForReason = Fields({ reason })

export const Release = Fields(
  {
    reason: Type.Optional(OrNull(reason)),
    waive: Type.Optional(
      Flag({ description: 'true: o período é dispensado em vez de voltar a ficar em aberto; o motivo é obrigatório.' }),
    ),
  },
  { title: 'Release' },
)

const MOST_PARTS = 120

/** A position is a smallint. */
const MOST_PLACES = 32_767

const NewLine = Fields(
  {
    serviceItemId: Type.Optional(
      OrNull(
        IdOf('service_item', { description: 'Sem ele a linha diz por si o que é (description) e quanto custa (unitPrice).' }),
      ),
    ),
    description: Type.Optional(OrNull(Text(500))),
    quantity: Type.Optional(Quantity({ description: '1 se não informada.' })),
    unitPrice: Type.Optional(OrNull(Quantity({ description: 'Em reais; o preço do serviço se não informado.' }))),
    discountPercent: Type.Optional(OrNull(Percent())),
    discountCents: Type.Optional(OrNull(Money({ minimum: 1 }))),
    categoryId: Type.Optional(
      OrNull(
        IdOf('category', {
          description:
            'Categoria; não muda valores. De uma linha que continua, sem este campo fica a que ela já tinha; null a retira.',
        }),
      ),
    ),
  },
  { title: 'InvoiceLineInput' },
)

const NewPart = Fields(
  {
    dueOn: Day(),
    percent: Type.Optional(Percent({ description: 'Do valor líquido; somam exatamente 100.' })),
    amountCents: Type.Optional(Money({ minimum: 0, description: 'No lugar do percentual, em todas; somam o valor líquido.' })),
  },
  { title: 'NewInvoicePart' },
)

export const NewInvoice = Fields(
  {
    contractId: IdOf('contract'),
    templateId: Type.Optional(
      OrNull(
        IdOf('invoice_template', {
          description:
            'Um modelo de uma única vez. O que vier aqui vale no lugar do que ele diz; sem modelo, lines é obrigatório.',
        }),
      ),
    ),
    lines: Type.Optional(
      List(Fields({ ...NewLine.properties, ...overriding }, { title: 'NewInvoiceLine' }), MOST_LINES, {
        minItems: 1,
        description: 'Com modelo: o que muda nos serviços dele, e os que se acrescentam.',
      }),
    ),
    withholdings: Type.Optional(
      List(Fields({ tax: OneOf(TAXES), rateMicros: Whole(1, 1_000_000, { description: '50000 são 5%.' }) }), TAXES.length),
    ),
    withholdingTemplateId: Type.Optional(
      OrNull(IdOf('nfse_template', { description: 'O modelo de NFS-e de que vêm as retenções, em vez delas.' })),
    ),
    receivables: Type.Optional(List(NewPart, MOST_PARTS, { minItems: 1 })),
    due: Type.Optional(DueOverride),
    issueOn: Type.Optional(Day({ description: 'Previsão de emissão; hoje se não informada.' })),
    competence: Type.Optional(Month({ description: 'O mês da previsão se não informada.' })),
    paymentMethod: Type.Optional(OneOf(paymentMethods)),
    management: Type.Optional(OneOf(managements, { description: 'draft se não informado: espera uma pessoa emitir.' })),
    approval: Type.Optional(OneOf(approvals)),
    description: Type.Optional(OrNull(Text(2000))),
    details: Type.Optional(OrNull(Details)),
  },
  { title: 'NewInvoice' },
)

export const InvoicePatch = Fields(
  {
    description: Type.Optional(OrNull(Text(2000))),
    competence: Type.Optional(Month()),
    paymentMethod: Type.Optional(OneOf(paymentMethods)),
    details: Type.Optional(OrNull(Details)),
    dueOns: Type.Optional(
      OrNull(
        List(Day(), MOST_PARTS, { minItems: 1, description: 'Um por parcela, fixos daqui em diante; null volta aos da regra.' }),
      ),
    ),
  },
  { title: 'InvoicePatch' },
)

/** What a person said when making it, as it is to be from now on; what is absent stays, the receivables in their proportion. */
export const InvoiceDraft = Fields(
  {
    lines: Type.Optional(
      List(
        Fields({
          ...NewLine.properties,
          position: Type.Optional(
            Whole(1, MOST_PLACES, { description: 'A da linha que esta substitui; sem ela, a linha é nova.' }),
          ),
        }),
        MOST_LINES,
        { minItems: 1 },
      ),
    ),
    receivables: Type.Optional(
      List(
        Fields({
          ...NewPart.properties,
          id: Type.Optional(IdOf('receivable', { description: 'A parcela que continua; sem ele, a parcela é nova.' })),
        }),
        MOST_PARTS,
        { minItems: 1 },
      ),
    ),
    issueOn: Type.Optional(Day({ description: 'Nova previsão de emissão.' })),
  },
  { title: 'InvoiceDraft' },
)

export const NewAdjustment = Fields(
  {
    kind: OneOf(adjustmentKinds),
    amountCents: Money({ minimum: 1 }),
    reason,
    description: Type.Optional(OrNull(Text(500, { description: 'O que a linha diz; o motivo se não informada.' }))),
  },
  { title: 'NewAdjustment' },
)

export const NewComment = Fields({ body: Text(5000) }, { title: 'NewComment' })

const shown = {
  id: Type.String(),
  organizationId: Type.String(),
  customerId: Type.String(),
  customer: NamedCustomerAnswer,
  contractId: Type.String(),
  contract: NamedContractAnswer,
  ruleId: OrNull(Type.String()),
  termsVersion: OrNull(Type.Integer()),
  runId: OrNull(Type.String()),
  state: OneOf(allInvoiceStates),
  approval: OneOf(approvals),
  management: OneOf(managements),
  emitWanted: Type.Boolean(),
  heldBy: OrNull(OneOf(heldReasons)),
  isLate: Type.Boolean(),
  number: OrNull(Type.Integer()),
  scheduledOn: Type.String(),
  period: OrNull(Type.Object({ startsOn: Type.String(), endsOn: Type.String() })),
  proration: OrNull(Type.Object({ days: Type.Integer(), of: Type.Integer() })),
  competence: Type.String(),
  estimatedIssueOn: Type.String(),
  issueOn: OrNull(Type.String()),
  dueOn: OrNull(Type.String({ description: 'O primeiro vencimento em aberto; sem nenhum em aberto, o primeiro.' })),
  grossCents: Type.Integer(),
  discountCents: Type.Integer(),
  withheldCents: Type.Integer(),
  netCents: Type.Integer(),
  paymentMethod: OneOf(paymentMethods),
  description: OrNull(Type.String()),
  dueByRule: Type.Boolean(),
  cancelReason: OrNull(Type.String()),
  releasedAt: OrNull(Type.String()),
  version: Type.Integer(),
  createdAt: Type.String(),
  emittedAt: OrNull(
    Type.String({
      description:
        'Instante da última emissão. Em uma fatura a emitir, de uma que foi desfeita: ela não sai com uma execução sobre tudo, só sozinha ou com uma que diga o contrato, o cliente ou a regra.',
    }),
  ),
  cancelledAt: OrNull(Type.String()),
}

export const CommentAnswer = Type.Object(
  { id: Type.String(), body: Type.String(), madeBy: Type.String(), createdAt: Type.String() },
  { title: 'InvoiceComment' },
)

export const InvoiceAnswer = Type.Object(shown, { title: 'Invoice' })

export const InvoiceDetailAnswer = Type.Object(
  {
    ...shown,
    templateId: OrNull(Type.String({ description: 'O modelo de faturamento de que foi feita.' })),
    details: DetailsAnswer,
    lines: Type.Array(
      Type.Object({
        position: Type.Integer(),
        source: OneOf(lineSources),
        serviceItemId: OrNull(Type.String()),
        description: Type.String(),
        quantity: Type.String(),
        unitPrice: Type.String(),
        grossCents: Type.Integer(),
        discountCents: Type.Integer(),
        categoryId: OrNull(Type.String()),
        readjustment: OrNull(PriceNoteAnswer),
      }),
    ),
    withholdings: Type.Array(
      Type.Object({
        tax: OneOf(withheldTaxes, { description: 'other: outras retenções, um valor combinado.' }),
        rateMicros: Type.Integer({ description: '0 em outras retenções.' }),
        fixedCents: OrNull(Type.Integer({ description: 'O valor combinado, de outras retenções.' })),
        leastBaseCents: OrNull(Type.Integer({ description: 'A menor base de que se retém; abaixo dela o valor é 0.' })),
        lines: OrNull(
          Type.Array(Type.Integer(), {
            description:
              'As posições dos itens de que é retido; nulo: de todos. O que se soma ou abate da fatura é repartido entre eles.',
          }),
        ),
        baseCents: Type.Integer(),
        amountCents: Type.Integer(),
      }),
    ),
    receivables: Type.Array(ReceivableOfInvoiceAnswer),
    periods: Type.Array(Type.Object({ startsOn: Type.String(), endsOn: Type.String(), scheduledOn: Type.String() })),
    isRuleArchived: Type.Boolean({
      description: 'A regra foi excluída: o que uma fatura cancelada fechou só pode ser dispensado.',
    }),
    notes: Type.Array(Type.String(), { description: 'O que é preciso saber dela: o período que uma cancelada mantém fechado.' }),
    adjustments: Type.Array(
      Type.Object({
        id: Type.String(),
        linePosition: Type.Integer(),
        kind: OneOf(adjustmentKinds),
        amountCents: Type.Integer(),
        reason: Type.String(),
        madeBy: Type.String(),
        createdAt: Type.String(),
      }),
    ),
    attachments: Type.Array(AttachmentAnswer),
    comments: Type.Array(CommentAnswer),
    links: Type.Object({ history: Type.String() }),
  },
  { title: 'InvoiceDetail' },
)

export function showInvoice({ invoice, customer, contract, dueOn, isLate }: KnownInvoice) {
  return {
    ...invoice,
    ...idsOf(invoice),
    customer: showNamedCustomer(customer),
    contract: showNamedContract(contract),
    dueOn,
    isLate,
  }
}

function idsOf(invoice: Invoice) {
  return {
    id: showId('invoice', invoice.id),
    organizationId: showId('organization', invoice.organizationId),
    customerId: showId('customer', invoice.customerId),
    contractId: showId('contract', invoice.contractId),
    ruleId: invoice.ruleId === null ? null : showId('invoice_rule', invoice.ruleId),
    runId: invoice.runId === null ? null : showId('billing_run', invoice.runId),
  }
}

export function showInvoiceDetail(detail: InvoiceDetail) {
  return {
    ...showInvoice(detail),
    templateId: detail.templateId === null ? null : showId('invoice_template', detail.templateId),
    details: showDetails(detail.details, detail.invoice.paymentMethod, chargedBy(detail.invoice)),
    lines: detail.lines.map(line => ({
      ...line,
      serviceItemId: line.serviceItemId === null ? null : showId('service_item', line.serviceItemId),
      categoryId: line.categoryId === null ? null : showId('category', line.categoryId),
      readjustment: line.readjustment === null ? null : showPriceNote(line.readjustment),
    })),
    withholdings: detail.withholdings.map(({ lines = null, fixedCents = null, leastBaseCents = null, ...withholding }) => ({
      ...withholding,
      leastBaseCents,
      lines: lines && [...lines],
      fixedCents,
    })),
    receivables: detail.receivables.map(showReceivableOfInvoice),
    periods: detail.periods,
    isRuleArchived: detail.isRuleArchived,
    notes: cancelledNotes(detail),
    adjustments: detail.adjustments.map(showAdjustment),
    attachments: detail.attachments.map(showAttachment),
    comments: detail.comments.map(showComment),
    links: { history: `/v1/invoices/${showId('invoice', detail.invoice.id)}/history` },
  }
}

function showAdjustment(adjustment: Adjustment) {
  return { ...adjustment, id: showId('invoice_adjustment', adjustment.id) }
}

export function showComment(comment: Comment) {
  return { ...comment, id: showId('comment', comment.id) }
}

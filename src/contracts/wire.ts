import { type StaticDecode, Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { ExternalIds, ExternalIdsAnswer } from '../platform/http/external-id-fields.ts'
import { Day, Fields, Flag, IdOf, List, OneOf, OrNull, Text } from '../platform/http/fields.ts'
import { allContractStates, contractKinds } from './contract.ts'
import { eventKinds } from './events/billing-event.ts'
import type { NewContract as ContractToMake } from './judge-contracts.ts'
import { type NextBilling, nothingToBill } from './ledger/next-billing.ts'
import { NamedCustomerAnswer, showNamedCustomer } from './parties-wire.ts'
import type { ContractDetail, KnownContract } from './read-contract.ts'
import { NewRule, RuleAnswer, showRule } from './rules/rule-wire.ts'
import type { StandingNote } from './standing-notes.ts'
import type { ContractChange } from './update-contract.ts'

export const AtContract = Fields({ id: IdOf('contract') })

const texts = {
  code: Type.Optional(OrNull(Text(60, { description: 'Código próprio, único entre os contratos em uso.' }))),
  number: Type.Optional(OrNull(Text(60))),
  name: Text(200),
  title: Type.Optional(OrNull(Text(200))),
  description: Type.Optional(OrNull(Text(5000))),
  comments: Type.Optional(OrNull(Text(5000))),
  billWhileOverdue: Type.Optional(
    Flag({ description: 'false: para cliente em atraso a fatura é feita, mas não emitida sozinha; true se não informado.' }),
  ),
}

export const NewContract = Fields(
  {
    ...texts,
    kind: Type.Optional(OneOf(contractKinds, { description: 'sale (padrão): venda; purchase: compra, que não é faturada.' })),
    organizationId: IdOf('organization'),
    customerId: IdOf('customer', { description: 'A outra parte: o cliente da venda ou o fornecedor da compra.' }),
    state: Type.Optional(OneOf(['draft', 'active'], { description: 'active se não informado; um rascunho não fatura.' })),
    startsOn: Type.Optional(OrNull(Day({ description: 'Primeiro dia da vigência; hoje se não informado.' }))),
    endsOn: Type.Optional(OrNull(Day({ description: 'Último dia da vigência, contado; sem ele, por prazo indeterminado.' }))),
    rules: Type.Optional(List(NewRule, 50)),
    externalIds: Type.Optional(ExternalIds),
  },
  { title: 'NewContract' },
)

export const ContractPatch = Fields(
  {
    ...texts,
    name: Type.Optional(texts.name),
    startsOn: Type.Optional(OrNull(Day({ description: 'Só de um rascunho.' }))),
    endsOn: Type.Optional(OrNull(Day({ description: 'null: por prazo indeterminado.' }))),
    externalIds: Type.Optional(ExternalIds),
  },
  { title: 'ContractPatch' },
)

export const Activation = Fields(
  { on: Type.Optional(Day({ description: 'Primeiro dia da vigência; hoje, ou o início previsto, se não informado.' })) },
  { title: 'Activation' },
)

export const NewSuspension = Fields(
  {
    fromOn: Type.Optional(Day({ description: 'Primeiro dia; hoje se não informado.' })),
    reason: Text(500),
    chargeLater: Type.Optional(Flag({ description: 'true: os períodos ficam em aberto, para faturar depois de retomado.' })),
  },
  { title: 'NewSuspension' },
)

export const Resumption = Fields(
  { on: Type.Optional(Day({ description: 'Primeiro dia que volta a ser cobrado; hoje se não informado.' })) },
  { title: 'Resumption' },
)

export const Cancellation = Fields(
  { on: Type.Optional(Day({ description: 'Último dia da vigência; hoje se não informado.' })), reason: Text(500) },
  { title: 'Cancellation' },
)

export const Reactivation = Fields(
  {
    on: Type.Optional(Day({ description: 'Primeiro dia que volta a valer; hoje se não informado.' })),
    endsOn: Type.Optional(OrNull(Day({ description: 'Novo fim; o de antes do cancelamento, se não informado.' }))),
  },
  { title: 'Reactivation' },
)

export const asNewContract = (body: StaticDecode<typeof NewContract>): ContractToMake => body
export const asContractChange = (body: StaticDecode<typeof ContractPatch>): ContractChange => body

// --- Answers ---

const contractAnswer = {
  id: Type.String(),
  code: OrNull(Type.String()),
  number: OrNull(Type.String()),
  name: Type.String(),
  title: OrNull(Type.String()),
  description: OrNull(Type.String()),
  comments: OrNull(Type.String()),
  kind: OneOf(contractKinds),
  organizationId: Type.String(),
  customerId: Type.String(),
  customer: NamedCustomerAnswer,
  state: OneOf(allContractStates),
  startsOn: OrNull(Type.String()),
  endsOn: OrNull(Type.String()),
  billWhileOverdue: Type.Boolean(),
  cancelledOn: OrNull(Type.String()),
  cancelReason: OrNull(Type.String()),
  nextDueOn: OrNull(Type.String({ description: 'O primeiro dia em que algo pode vencer para faturar.' })),
  nextBillingOn: OrNull(
    Type.String({
      description:
        'O próximo dia em que algo será de fato faturado, por si, a pedido ou por escolha; hoje, se já venceu; null: nenhum, ou nenhum enquanto suspenso.',
    }),
  ),
  nextByItselfOn: OrNull(
    Type.String({
      description: 'Como nextBillingOn, só do que a execução diária fatura: sem o que espera que alguém peça ou escolha.',
    }),
  ),
  choiceFrom: OrNull(
    Type.String({
      description:
        'O dia do primeiro período em aberto que nenhuma execução fatura por si: peça também os anteriores (filters.catchUp; no comando, bill --catch-up), ou dispense-o.',
    }),
  ),
  dueSince: OrNull(
    Type.String({ description: 'O dia previsto do primeiro período que já venceu, pode ser faturado e não foi; null: nenhum.' }),
  ),
  externalIds: ExternalIdsAnswer,
  version: Type.Integer(),
  createdAt: Type.String(),
  archivedAt: OrNull(Type.String()),
}

export const ContractAnswer = Type.Object(contractAnswer, { title: 'Contract' })

const RuleOfContractAnswer = Type.Object(
  {
    ...RuleAnswer.properties,
    nextBillingOn: OrNull(Type.String({ description: 'Como o do contrato, só desta regra.' })),
    nextByItselfOn: OrNull(Type.String({ description: 'Como o do contrato, só desta regra.' })),
    choiceFrom: OrNull(Type.String({ description: 'Como o do contrato, só desta regra.' })),
    dueSince: OrNull(Type.String({ description: 'Como o do contrato, só desta regra.' })),
  },
  { title: 'RuleOfContract' },
)

export const ContractDetailAnswer = Type.Object(
  {
    ...contractAnswer,
    rules: Type.Array(RuleOfContractAnswer),
    suspensions: Type.Array(
      Type.Object({
        fromOn: Type.String(),
        untilOn: OrNull(Type.String({ description: 'O primeiro dia depois dela; null enquanto dura.' })),
        chargeLater: Type.Boolean(),
        reason: OrNull(Type.String()),
        knownAt: Type.String(),
      }),
    ),
    notes: Type.Array(
      Type.Object(
        {
          code: OneOf(['billed_beyond', 'billed_whole', 'billed_in_part', 'not_charged', 'event_unused']),
          sentence: Type.String(),
          invoiceId: OrNull(Type.String()),
          eventId: OrNull(Type.String()),
          kind: OrNull(OneOf(eventKinds)),
          description: OrNull(Type.String()),
          amountCents: OrNull(Type.Integer()),
        },
        { title: 'StandingNote' },
      ),
      {
        description:
          'O que um contrato cancelado ou suspenso ainda cobra, já cobrou a mais, deixa de cobrar ou deixa por acertar; de um retomado, o período que a suspensão deixou sem cobrança.',
      },
    ),
  },
  { title: 'ContractDetail' },
)

export function showContract({ nextBilling, ...contract }: KnownContract) {
  return {
    ...contract,
    ...showNextBilling(nextBilling),
    id: showId('contract', contract.id),
    organizationId: showId('organization', contract.organizationId),
    customerId: showId('customer', contract.customerId),
    customer: showNamedCustomer(contract.customer),
  }
}

function showNextBilling({ on, byItselfOn, choiceFrom, dueSince }: NextBilling) {
  return { nextBillingOn: on, nextByItselfOn: byItselfOn, choiceFrom, dueSince }
}

export function showContractDetail(contract: ContractDetail, notes: readonly StandingNote[]) {
  return {
    ...showContract(contract),
    rules: contract.rules.map(one => ({
      ...showRule(one),
      ...showNextBilling(contract.nextBillings.get(one.rule.id) ?? nothingToBill),
    })),
    suspensions: contract.suspensions,
    notes: notes.map(note => ({
      ...note,
      invoiceId: note.invoiceId === null ? null : showId('invoice', note.invoiceId),
      eventId: note.eventId === null ? null : showId('billing_event', note.eventId),
    })),
  }
}

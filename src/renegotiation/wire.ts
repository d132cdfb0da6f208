import { Type } from 'typebox'
import { NamedCustomerAnswer, showNamedCustomer } from '../contracts/parties-wire.ts'
import { showId } from '../core/ids.ts'
import { Day, Fields, IdOf, List, Money, OneOf, OrNull, Text, Whole } from '../platform/http/fields.ts'
import { ReceivableAnswer, showReceivable } from '../receivables/wire.ts'
import type { RenegotiationInput, Simulation } from './perform-renegotiation.ts'
import type { KnownRenegotiation, RenegotiationDetail } from './read-renegotiation.ts'
import { mostInstallments, mostReplaced, renegotiationStates, type Warning } from './renegotiation.ts'

export const AtRenegotiation = Fields({ id: IdOf('renegotiation') })

const one = { minimum: 1 } as const

export const NewRenegotiation = Fields(
  {
    receivables: List(IdOf('receivable'), mostReplaced, {
      minItems: 1,
      description: 'As parcelas que ela substitui: a receber, de um só cliente com uma só organização.',
    }),
    interestCents: Type.Optional(Money({ description: 'Juros que se somam ao que está em aberto.' })),
    fineCents: Type.Optional(Money({ description: 'Multa.' })),
    feeCents: Type.Optional(Money({ description: 'Taxa da renegociação.' })),
    discountCents: Type.Optional(Money({ description: 'O que se perdoa.' })),
    discountReason: Type.Optional(OrNull(Text(500, { description: 'O motivo do desconto: obrigatório com ele.' }))),
    downPayment: Type.Optional(
      OrNull(
        Fields({
          amountCents: Money({ ...one, description: 'A entrada, menor que o valor final.' }),
          dueOn: Type.Optional(Day({ description: 'Hoje, se não informado.' })),
        }),
      ),
    ),
    installments: Type.Optional(
      Fields(
        { count: Whole(1, mostInstallments), firstDueOn: Day() },
        { description: 'Parcelas iguais, o resto na última; a primeira nesse dia, as outras de mês em mês.' },
      ),
    ),
    parts: Type.Optional(
      List(Fields({ dueOn: Day(), amountCents: Money(one) }), mostInstallments, {
        minItems: 1,
        description: 'Em vez de installments: cada vencimento com o seu valor. Somam o valor final menos a entrada.',
      }),
    ),
    outstandingCents: Type.Optional(
      Money({ description: 'O que se viu em aberto na simulação: se mudou, a renegociação é recusada.' }),
    ),
    note: Type.Optional(OrNull(Text(500))),
  },
  { title: 'NewRenegotiation' },
)

export const Undoing = Fields({ reason: Type.Optional(OrNull(Text(500, { description: 'O motivo, para o histórico.' }))) })

const adjustments = {
  interestCents: Type.Integer(),
  fineCents: Type.Integer(),
  feeCents: Type.Integer(),
  discountCents: Type.Integer(),
}

const warned = {
  warnings: Type.Array(Type.Object({ code: Type.String(), message: Type.String() }), {
    description: 'O que convém saber; nada disto impede a renegociação.',
  }),
}

export const RenegotiationPreviewAnswer = Type.Object(
  {
    organizationId: Type.String(),
    customerId: Type.String(),
    replaced: Type.Array(Type.Object({ receivableId: Type.String(), outstandingCents: Type.Integer() })),
    replacedCents: Type.Integer({ description: 'O que está em aberto nas parcelas substituídas.' }),
    ...adjustments,
    discountReason: OrNull(Type.String()),
    totalCents: Type.Integer({ description: 'Em aberto + juros + multa + taxa − desconto.' }),
    downPaymentCents: Type.Integer(),
    parts: Type.Array(Type.Object({ dueOn: Type.String(), amountCents: Type.Integer() }), {
      description: 'A entrada primeiro, se há.',
    }),
    note: OrNull(Type.String()),
    ...warned,
  },
  { title: 'RenegotiationPreview' },
)

const shown = {
  id: Type.String(),
  organizationId: Type.String(),
  customerId: Type.String(),
  customer: NamedCustomerAnswer,
  state: OneOf(renegotiationStates, { description: 'settled: tudo o que ela criou foi recebido.' }),
  replacedCents: Type.Integer({ description: 'O que estava em aberto nas parcelas substituídas.' }),
  ...adjustments,
  discountReason: OrNull(Type.String()),
  totalCents: Type.Integer({ description: 'Em aberto + juros + multa + taxa − desconto: a soma das parcelas que ela criou.' }),
  downPaymentCents: Type.Integer({ description: 'A entrada é a primeira das parcelas que ela criou; 0: não há.' }),
  note: OrNull(Type.String()),
  agreedOn: Type.String(),
  version: Type.Integer(),
  createdAt: Type.String(),
  undoneAt: OrNull(Type.String()),
  undoReason: OrNull(Type.String()),
}

export const RenegotiationAnswer = Type.Object(shown, { title: 'Renegotiation' })

const detailed = {
  ...shown,
  replaced: Type.Array(Type.Object({ outstandingCents: Type.Integer(), receivable: ReceivableAnswer })),
  receivables: Type.Array(ReceivableAnswer),
}

export const RenegotiationDetailAnswer = Type.Object(detailed, { title: 'RenegotiationDetail' })
export const PerformedRenegotiationAnswer = Type.Object({ ...detailed, ...warned }, { title: 'PerformedRenegotiation' })

/** `receivables` is how the wire calls what it replaces. */
export function toInput<W extends { receivables: number[] }>({
  receivables,
  ...wish
}: W): Omit<W, 'receivables'> & RenegotiationInput {
  return { ...wish, receivableIds: receivables }
}

export function showSimulation({ organizationId, customerId, agreement, warnings }: Simulation) {
  const { replaced, parts, ...terms } = agreement
  return {
    organizationId: showId('organization', organizationId),
    customerId: showId('customer', customerId),
    ...terms,
    replaced: replaced.map(({ receivable, outstandingCents }) => ({
      receivableId: showId('receivable', receivable.id),
      outstandingCents,
    })),
    parts: [...parts],
    warnings: [...warnings],
  }
}

export function showRenegotiation({ renegotiation, customer, state }: KnownRenegotiation) {
  return {
    ...renegotiation,
    id: showId('renegotiation', renegotiation.id),
    organizationId: showId('organization', renegotiation.organizationId),
    customerId: showId('customer', renegotiation.customerId),
    customer: showNamedCustomer(customer),
    state,
  }
}

export function showRenegotiationDetail({ replaced, receivables, ...known }: RenegotiationDetail) {
  return {
    ...showRenegotiation(known),
    replaced: replaced.map(({ outstandingCents, receivable }) => ({ outstandingCents, receivable: showReceivable(receivable) })),
    receivables: receivables.map(showReceivable),
  }
}

export function showPerformed({ warnings, ...detail }: RenegotiationDetail & { warnings: readonly Warning[] }) {
  return { ...showRenegotiationDetail(detail), warnings: [...warnings] }
}

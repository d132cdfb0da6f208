import { Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import { Fields, IdOf, OneOf, OrNull } from '../../platform/http/fields.ts'
import { columnLabels, columns } from './kanban.ts'
import type { BoardCounts } from './kanban-store.ts'
import type { Card } from './read-kanban.ts'

export const BoardQuery = Fields({ organization: Type.Optional(IdOf('organization')) })
export const AtColumn = Fields({ column: OneOf(columns) })

export const BoardAnswer = Type.Object(
  {
    columns: Type.Array(Type.Object({ column: OneOf(columns), label: Type.String(), contracts: Type.Integer() }), {
      description: 'Na ordem do quadro; cada contrato está numa só coluna.',
    }),
    elsewhere: Type.Integer({
      description: 'Em nenhuma coluna: rascunhos, e vigentes em que nada vence hoje nem se faturou no mês.',
    }),
  },
  { title: 'ContractBoard' },
)

export function showBoard(counts: BoardCounts) {
  return {
    columns: columns.map(column => ({ column, label: columnLabels[column], contracts: counts.columns[column] })),
    elsewhere: counts.elsewhere,
  }
}

const ReasonFields = { code: Type.String(), sentence: Type.String() }

export const CardAnswer = Type.Object(
  {
    column: OneOf(columns),
    label: Type.String(),
    contract: Type.Object({
      id: Type.String(),
      code: OrNull(Type.String()),
      number: OrNull(Type.String()),
      name: Type.String(),
    }),
    customer: Type.Object({ id: Type.String(), name: Type.String() }),
    organization: Type.String(),
    today: Type.String({ description: 'Que dia é na organização do contrato.' }),
    reason: Type.Object(ReasonFields, { description: 'Por que o contrato está nesta coluna.' }),
    earlierOpen: Type.Integer({
      description: 'Quantos períodos anteriores do contrato estão em aberto e só se faturam por escolha (needs_catch_up).',
    }),
    due: Type.Array(
      Type.Object({
        ...ReasonFields,
        kind: OneOf(['period', 'invoice'], { description: 'period: a faturar; invoice: fatura feita antes, por emitir.' }),
        rule: OrNull(Type.String()),
        invoice: OrNull(Type.String()),
        periodStart: OrNull(Type.String()),
        periodEnd: OrNull(Type.String({ description: 'Primeiro dia depois do período.' })),
        scheduledOn: Type.String(),
        netCents: Type.Integer(),
      }),
      { description: 'O que uma execução de hoje decidiria deste contrato; vazio nas outras colunas.' },
    ),
  },
  { title: 'ContractCard' },
)

export function showCard(column: (typeof columns)[number], card: Card) {
  return {
    column,
    label: columnLabels[column],
    contract: { ...card.contract, id: showId('contract', card.contract.id) },
    customer: { id: showId('customer', card.customer.id), name: card.customer.name },
    organization: showId('organization', card.organizationId),
    today: card.today,
    reason: card.reason,
    earlierOpen: card.earlierOpen,
    due: card.due.map(({ code, sentence, kind, ruleId, invoiceId, startsOn, endsOn, scheduledOn, netCents }) => ({
      code,
      sentence,
      kind,
      rule: ruleId === null ? null : showId('invoice_rule', ruleId),
      invoice: invoiceId === null ? null : showId('invoice', invoiceId),
      periodStart: startsOn,
      periodEnd: endsOn,
      scheduledOn,
      netCents,
    })),
  }
}

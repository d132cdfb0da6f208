import type { Run, RunItem } from '../answers.ts'
import { renderTable } from '../table.ts'
import { brl, counted, figure, periodWords } from '../words.ts'

// What a run does with invoices that were there before it. They were billed before and count in no total.

type Printed = (args: string) => string

/** What goes out and what waits, each with its sum, in a preview as in the run that follows it. */
export function emissionLines({ emissions, outcomes }: Run): string[] {
  const { due, goingOut, goingOutCents, emitted, emittedCents, parked } = emissions
  if (due === 0) return []
  const { awaitingApproval, awaitingApprovalCents, customerOverdue, customerOverdueCents } = emissions
  const others = outcomes.filter(
    ({ kind, class: ended, outcome }) => kind === 'emit' && ended === 'not_billed' && !waits.has(outcome),
  )
  const part = (items: number, words: string, cents: number) =>
    items > 0 ? [`${items.toLocaleString('pt-BR')} ${words}, ${brl(cents)}`] : []
  const parts = [
    ...part(goingOut, 'a emitir', goingOutCents),
    ...part(emitted, emitted === 1 ? 'emitida' : 'emitidas', emittedCents),
    ...part(awaitingApproval, 'à espera de aprovação', awaitingApprovalCents),
    ...part(customerOverdue, 'à espera de cliente em atraso', customerOverdueCents),
    ...others.map(({ outcome, items }) => `${items.toLocaleString('pt-BR')} ${otherWords.get(outcome) ?? outcome}`),
    ...(parked > 0 ? [`${counted(parked, 'falhou', 'falharam')}`] : []),
  ]
  return ['', `Faturas que já existiam (faturadas antes, fora dos totais acima): ${parts.join('; ')}.`]
}

const waits: ReadonlySet<string> = new Set(['awaiting_approval', 'customer_overdue'])

const otherWords: ReadonlyMap<string, string> = new Map([
  ['already_billed', 'já sem nada a emitir'],
  ['changed_since_preview', 'por emitir, pois mudaram depois da prévia'],
  ['run_cancelled', 'por emitir, pois a execução foi cancelada'],
])

/** What would send out what waits: this run, asked again in the same words, does not. */
export function waitingLines({ emissions: { awaitingApproval, customerOverdue } }: Run, command: Printed): string[] {
  return [
    ...(awaitingApproval > 0
      ? [
          'O que espera aprovação sai depois dela:',
          `  ${command('invoices list --state a-emitir')}`,
          `  ${command('invoices approve <fatura>')}`,
        ]
      : []),
    ...(customerOverdue > 0
      ? [
          'O que espera cliente em atraso sai quando ele pagar; antes disso, com um motivo:',
          `  ${command('invoices emit <fatura> --reason "motivo"')}`,
        ]
      : []),
  ]
}

const columnsOf = (isDone: boolean) => [
  { head: 'Fatura', of: (item: RunItem) => item.invoice ?? '' },
  ...(isDone ? [{ head: 'Número', of: (item: RunItem) => (item.number === null ? '' : String(item.number)), right: true }] : []),
  { head: 'Contrato', of: (item: RunItem) => item.contract.code ?? item.contract.id, least: 10 },
  { head: 'Cliente', of: (item: RunItem) => item.customer.name, least: 12 },
  {
    head: 'Período',
    of: ({ periodStart, periodEnd }: RunItem) =>
      periodStart === null || periodEnd === null ? 'avulsa' : periodWords(periodStart, periodEnd),
  },
  { head: 'Líquido (R$)', of: (item: RunItem) => figure(item.netCents), right: true },
]

/** The invoices that go out, or went, and how to see those that are not listed. `items` are the first of them. */
export function goingOutLines(run: Run, items: readonly RunItem[], columns: number, command: Printed): string[] {
  const { goingOut, emitted } = run.emissions
  if (items.length === 0) return []
  const rest = goingOut + emitted - items.length
  return [
    renderTable(columnsOf(emitted > 0), items, { columns }),
    ...(rest > 0
      ? [`… e mais ${counted(rest, 'fatura', 'faturas')}:\n  ${command(`run items ${run.id} --kind fatura --limit 200`)}`]
      : []),
  ]
}

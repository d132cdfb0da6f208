import type { Occurrence, OccurrenceDetail, Page, Schedule } from './answers.ts'
import { listWords } from './list-words.ts'
import { renderTable } from './table.ts'
import { brl, dayWords, figure } from './words.ts'

// What the command line says of schedules and their occurrences.

export const scheduleKindWords = { single: 'uma parcela', installments: 'parcelado', recurrence: 'recorrente' } as const
export const scheduleStateWords = { active: 'em andamento', complete: 'completo', cancelled: 'excluído' } as const
const occurrenceWords = {
  open: 'a receber',
  partly_received: 'recebida em parte',
  received: 'recebida',
  renegotiated: 'renegociada',
  waived: 'excluída',
} as const
const unitWords = { day: ['dia', 'dias'], week: ['semana', 'semanas'], month: ['mês', 'meses'], year: ['ano', 'anos'] } as const

/** What it asks for in all; of a recurrence, each time. */
const askedOf = (it: Schedule): string => `${figure(it.totalCents ?? it.amountCents)}${it.totalCents === null ? ' cada' : ''}`

export const scheduleColumns = [
  { head: 'Agendamento', of: (it: Schedule) => it.id },
  { head: 'Cliente', of: (it: Schedule) => it.customer.name, least: 12 },
  { head: 'O quê', of: (it: Schedule) => it.description ?? '', least: 10 },
  { head: 'Referência', of: (it: Schedule) => it.reference ?? '' },
  { head: 'Tipo', of: (it: Schedule) => scheduleKindWords[it.kind] },
  { head: 'Valor (R$)', of: askedOf, right: true },
  { head: 'Situação', of: (it: Schedule) => scheduleStateWords[it.state] },
]

const occurrenceColumns = [
  { head: 'Nº', of: (it: Occurrence) => String(it.number), right: true },
  { head: 'Vencimento', of: (it: Occurrence) => dayWords(it.dueOn) },
  { head: 'Previsão', of: (it: Occurrence) => dayWords(it.scheduledOn) },
  { head: 'Competência', of: (it: Occurrence) => dayWords(it.accrualOn) },
  { head: 'Parcela', of: (it: Occurrence) => it.receivableId },
  { head: 'Valor (R$)', of: (it: Occurrence) => figure(it.amountCents), right: true },
  { head: 'Em aberto (R$)', of: (it: Occurrence) => figure(it.outstandingCents), right: true },
  { head: 'Situação', of: (it: Occurrence) => (it.isLate ? 'vencida' : occurrenceWords[it.state]) },
]

export function scheduleWords(schedule: Schedule, columns: number): string {
  return [...headingOf(schedule), '', renderTable(scheduleColumns, [schedule], { columns })].join('\n')
}

export function scheduleDetailWords(schedule: Schedule, occurrences: Page<Occurrence>, columns: number): string {
  return [...headingOf(schedule), '', listWords(occurrenceColumns, occurrences, columns)].join('\n')
}

function headingOf(it: Schedule): string[] {
  const what = [it.description, it.reference].filter(text => text !== null).join(', ')
  const next = it.nextDueOn === null ? '' : `; a próxima vence em ${dayWords(it.nextDueOn)}`
  return [
    `Agendamento ${it.id}, de ${it.customer.name}: ${scheduleKindWords[it.kind]}, ${scheduleStateWords[it.state]}`,
    ...(what === '' ? [] : [what]),
    ...(it.recurrence === null
      ? []
      : [`${everyWords(it.recurrence)}${endWords(it)}; criado até a ocorrência ${it.madeUntil}${next}.`]),
  ]
}

function everyWords({ unit, every }: NonNullable<Schedule['recurrence']>): string {
  const [one, many] = unitWords[unit]
  return every === 1 ? `Uma ocorrência por ${one}` : `Uma ocorrência a cada ${every} ${many}`
}

function endWords({ lastNumber, endsOn }: Schedule): string {
  if (lastNumber !== null) return `, até a de número ${lastNumber}`
  return endsOn === null ? ', sem fim' : `, até ${dayWords(endsOn)}`
}

export function occurrenceWordsOf(it: OccurrenceDetail): string {
  const planned = it.plannedActions.map(
    ({ on, because }) =>
      `  ${on === null ? 'Sem dia ainda' : dayWords(on)}: ${because} (Passa a acontecer com cobranças e NFS-e.)`,
  )
  // As their schema has them, under names that it makes.
  const { categories, costCentres } = it as { categories: readonly Share[]; costCentres: readonly Share[] }
  const shares = shareLines([...categories, ...costCentres])
  return [
    `Ocorrência ${it.number} de ${it.scheduleId}, de ${it.customer.name}: ${it.isLate ? 'vencida' : occurrenceWords[it.state]}`,
    `Vence em ${dayWords(it.dueOn)}; previsão ${dayWords(it.scheduledOn)}; competência ${dayWords(it.accrualOn)}.`,
    `Valor ${brl(it.amountCents)}; em aberto ${brl(it.outstandingCents)}; parcela ${it.receivableId}.`,
    ...(shares.length === 0 ? [] : ['Rateio:', ...shares]),
    ...(planned.length === 0 ? [] : ['Previsto:', ...planned]),
  ].join('\n')
}

interface Share {
  categoryId?: string
  costCentreId?: string
  percent: string | null
  amountCents: number | null
  description: string | null
}

/** Each part of an amount: whose it is, how much, and why. */
function shareLines(shares: readonly Share[]): string[] {
  return shares.map(({ categoryId, costCentreId, amountCents, percent, description }) => {
    const amount = amountCents === null ? '' : `: ${brl(amountCents)}`
    const part = percent === null ? '' : ` (${percent.replace('.', ',')}%)`
    return `  ${categoryId ?? costCentreId}${amount}${part}${description === null ? '' : `, ${description}`}`
  })
}

import type { Command } from 'commander'
import type { CivilDate } from '../../core/dates.ts'
import type { Occurrence, OccurrenceDetail, Page, Schedule } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { customerId } from '../find.ts'
import { listWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { startedAs } from '../started-as.ts'
import { choice, choices, day, idOf, whole } from '../values.ts'
import { brl, dayWords, figure } from '../words.ts'

const kindWords = { single: 'uma parcela', installments: 'parcelado', recurrence: 'recorrente' } as const
const stateWords = { active: 'em andamento', complete: 'completo', cancelled: 'excluído' } as const
const occurrenceWords = {
  open: 'a receber',
  partly_received: 'recebida em parte',
  received: 'recebida',
  renegotiated: 'renegociada',
  waived: 'excluída',
} as const
const unitWords = { day: ['dia', 'dias'], week: ['semana', 'semanas'], month: ['mês', 'meses'], year: ['ano', 'anos'] } as const

const scheduleColumns = [
  { head: 'Agendamento', of: (it: Schedule) => it.id },
  { head: 'Cliente', of: (it: Schedule) => it.customer.name, least: 12 },
  { head: 'O quê', of: (it: Schedule) => it.description ?? '', least: 10 },
  { head: 'Referência', of: (it: Schedule) => it.reference ?? '' },
  { head: 'Tipo', of: (it: Schedule) => kindWords[it.kind] },
  { head: 'Valor (R$)', of: (it: Schedule) => figure(it.amountCents), right: true },
  { head: 'Situação', of: (it: Schedule) => stateWords[it.state] },
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

interface ListOptions extends PagingOptions {
  q?: string
  state?: string
  customer?: string
  dueFrom?: CivilDate
  dueUntil?: CivilDate
}

export function addSchedules(program: Command, cli: Cli): void {
  const schedules = program
    .command('schedules')
    .description('mostra os agendamentos: parcelas sem contrato, parceladas ou recorrentes')
    .addHelpText(
      'after',
      `
Recebe-se uma ocorrência pela parcela dela: ${startedAs} receivables receive rec_12 100,00.

Exemplos:
  ${startedAs} schedules list --customer 90.118.777/0001-48
  ${startedAs} schedules show sch_3
  ${startedAs} schedules show sch_3 2`,
    )
  const list = schedules
    .command('list')
    .description('lista os agendamentos')
    .option('--q <texto>', 'parte da descrição ou da referência')
    .option('--state <situação>', choices(stateWords), choice(stateWords))
    .option('--customer <cliente>', 'só deste cliente: o nome, o CNPJ ou CPF, ou cus_12')
    .option('--due-from <dia>', 'com ocorrência que vence deste dia em diante', day)
    .option('--due-until <dia>', 'com ocorrência que vence até este dia', day)
  addPaging(list).action(
    onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
      const { customer: named, ...asked } = options
      const customer = named === undefined ? undefined : await customerId(client, named)
      const page = await client.get<Page<Schedule>>('/v1/schedules', { ...asked, customer })
      show(page, () => listWords(scheduleColumns, page, terminal.columns))
    }),
  )
  const showing = schedules
    .command('show')
    .description('mostra um agendamento e suas ocorrências, ou uma delas com o que está previsto')
    .argument('<agendamento>', 'sch_3, por exemplo', idOf('schedule', 'sch_3'))
    .argument('[número]', 'a ocorrência, contada de 1', whole(1, 1_000_000))
  addPaging(showing).action(
    onServer<PagingOptions, [string, number | undefined]>(
      cli,
      async ({ client, options, operands: [id, number], terminal, show }) => {
        if (number !== undefined) {
          const found = await client.get<OccurrenceDetail>(`/v1/schedules/${id}/occurrences/${number}`)
          return show(found, () => occurrenceWordsOf(found))
        }
        const schedule = await client.get<Schedule>(`/v1/schedules/${id}`)
        const page = await client.get<Page<Occurrence>>('/v1/schedules/occurrences', { ...options, schedule: id })
        show({ ...schedule, occurrences: page }, () =>
          [headingOf(schedule), '', listWords(occurrenceColumns, page, terminal.columns)].join('\n'),
        )
      },
    ),
  )
}

function headingOf(it: Schedule): string {
  const what = [it.description, it.reference].filter(text => text !== null).join(', ')
  const lines = [
    `Agendamento ${it.id}, de ${it.customer.name}: ${kindWords[it.kind]}, ${stateWords[it.state]}`,
    ...(what === '' ? [] : [what]),
    ...(it.recurrence === null ? [] : [`${everyWords(it.recurrence)}${endWords(it)}; criado até a ocorrência ${it.madeUntil}.`]),
  ]
  return lines.join('\n')
}

function everyWords({ unit, every }: NonNullable<Schedule['recurrence']>): string {
  const [one, many] = unitWords[unit]
  return every === 1 ? `Uma ocorrência por ${one}` : `Uma ocorrência a cada ${every} ${many}`
}

function endWords({ lastNumber, endsOn }: Schedule): string {
  if (lastNumber !== null) return `, até a de número ${lastNumber}`
  return endsOn === null ? ', sem fim' : `, até ${dayWords(endsOn)}`
}

function occurrenceWordsOf(it: OccurrenceDetail): string {
  const planned = it.plannedActions.map(
    ({ on, because }) =>
      `  ${on === null ? 'Sem dia ainda' : dayWords(on)}: ${because} (Passa a acontecer com cobranças e NFS-e.)`,
  )
  return [
    `Ocorrência ${it.number} de ${it.scheduleId}, de ${it.customer.name}: ${it.isLate ? 'vencida' : occurrenceWords[it.state]}`,
    `Vence em ${dayWords(it.dueOn)}; previsão ${dayWords(it.scheduledOn)}; competência ${dayWords(it.accrualOn)}.`,
    `Valor ${brl(it.amountCents)}; em aberto ${brl(it.outstandingCents)}; parcela ${it.receivableId}.`,
    ...(planned.length === 0 ? [] : ['Previsto:', ...planned]),
  ].join('\n')
}

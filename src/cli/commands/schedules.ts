import type { Command } from 'commander'
import type { CivilDate } from '../../core/dates.ts'
import type { Occurrence, OccurrenceDetail, Page, Schedule } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { customerId } from '../find.ts'
import { listWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { occurrenceWordsOf, scheduleColumns, scheduleDetailWords, scheduleStateWords } from '../schedule-words.ts'
import { startedAs } from '../started-as.ts'
import { choice, choices, day, idOf, whole } from '../values.ts'
import { addScheduleVerbs } from './schedule-verbs.ts'

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
    .description('agendamentos, parcelas sem contrato: cria, mostra, muda e exclui')
    .addHelpText(
      'after',
      `
Recebe-se uma ocorrência pela parcela dela: ${startedAs} receivables receive rec_12 100,00.

Exemplos:
  ${startedAs} schedules list --customer 90.118.777/0001-48
  ${startedAs} schedules show sch_3
  ${startedAs} schedules show sch_3 2
  ${startedAs} schedules create "Padaria São João" 150,00 --due 10/04/2027 --repeat mês --description Aluguel
  ${startedAs} schedules create 90.118.777/0001-48 --part 10/04/2027=80,00 --part 10/05/2027=70,00
  ${startedAs} schedules change sch_3 4 --following --amount 160,00
  ${startedAs} schedules delete sch_3 2`,
    )
  addScheduleVerbs(schedules, cli)
  const list = schedules
    .command('list')
    .description('lista os agendamentos')
    .option('--q <texto>', 'parte da descrição ou da referência')
    .option('--state <situação>', choices(scheduleStateWords), choice(scheduleStateWords))
    .option('--customer <cliente>', 'só deste cliente: o nome, o CNPJ ou CPF, ou cus_12')
    .option('--due-from <dia>', 'com ocorrência que vence deste dia em diante', day)
    .option('--due-until <dia>', 'com ocorrência que vence até este dia', day)
  addPaging(list).action(
    onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
      const customer = options.customer === undefined ? undefined : await customerId(client, options.customer)
      const { q, state, dueFrom, dueUntil, limit, cursor } = options
      const asked = { q, state, dueFrom, dueUntil, limit, cursor, customer }
      const page = await client.get<Page<Schedule>>('/v1/schedules', asked)
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
        const { limit, cursor } = options
        const page = await client.get<Page<Occurrence>>('/v1/schedules/occurrences', { schedule: id, limit, cursor })
        show({ ...schedule, occurrences: page }, () => scheduleDetailWords(schedule, page, terminal.columns))
      },
    ),
  )
}

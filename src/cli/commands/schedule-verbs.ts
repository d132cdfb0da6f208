import type { Command } from 'commander'
import type { CivilDate } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import type { RecurrenceInput } from '../../schedules/said-schedule.ts'
import type { RecurrenceUnit } from '../../schedules/terms.ts'
import type { Schedule } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { customerId, organizationOrOnly } from '../find.ts'
import { scheduleWords } from '../schedule-words.ts'
import { startedAs } from '../started-as.ts'
import { amount, choice, choices, day, idOf, part, several, whole } from '../values.ts'

const units: Readonly<Record<RecurrenceUnit, string>> = { day: 'dia', week: 'semana', month: 'mês', year: 'ano' }
const schedule = ['<agendamento>', 'sch_3, por exemplo', idOf('schedule', 'sch_3')] as const
const occurrence = ['[número]', 'uma ocorrência, contada de 1; sem número, todas', whole(1, 1_000_000)] as const

interface Said {
  due?: CivilDate
  expected?: CivilDate
  accrual?: CivilDate
  description?: string
  reference?: string
  repeat?: RecurrenceUnit
  every?: number
  times?: number
  until?: CivilDate
  endless?: true
}

export function addScheduleVerbs(schedules: Command, cli: Cli): void {
  addCreate(schedules, cli)
  addChange(schedules, cli)
  addDelete(schedules, cli)
}

interface New extends Said {
  organization?: string
  part?: { dueOn: CivilDate; amountCents: Cents }[]
}

function addCreate(schedules: Command, cli: Cli): void {
  const create = schedules
    .command('create')
    .description('agenda o que um cliente vai dever sem contrato: uma parcela, várias (--part), ou uma recorrência (--repeat)')
    .argument('<cliente>', 'o nome, o CNPJ ou CPF, ou cus_12')
    .argument('[valor]', 'de cada ocorrência: 1.234,56; de um parcelamento, cada --part diz o seu', amount)
    .option('--organization <empresa>', 'quem recebe: o CNPJ, ou org_1, se há várias')
    .option('--part <dia=valor>', 'uma parcela: 10/04/2027=80,00; repita para mais', several(part))
  withSaid(create).action(
    onServer<New, [string, Cents | undefined]>(
      cli,
      async ({ client, operands: [named, amountCents], options, terminal, show }) => {
        const { organization, part: installments, ...said } = options
        const made = await client.post<Schedule>('/v1/schedules', {
          organizationId: await organizationOrOnly(client, organization),
          customerId: await customerId(client, named),
          amountCents,
          installments,
          ...bodyOf(said, null),
        })
        show(made, () => scheduleWords(made, terminal.columns))
      },
    ),
  )
}

function addChange(schedules: Command, cli: Cli): void {
  const change = schedules
    .command('change')
    .description('muda todas as ocorrências, uma, ou uma e as seguintes, enquanto delas não houver baixa')
    .argument(...schedule)
    .argument(...occurrence)
    .option('--following', 'a ocorrência e as seguintes')
    .option('--amount <valor>', 'o valor de cada uma', amount)
    .option('--endless', 'a recorrência segue sem fim')
  withSaid(change).action(
    onServer<Said & { following?: true; amount?: Cents }, [string, number | undefined]>(
      cli,
      async ({ client, operands: [id, number], options, terminal, show }) => {
        const before = await client.get<Schedule>(`/v1/schedules/${id}`)
        const { following, amount: amountCents, ...said } = options
        const body = { amountCents, ...bodyOf(said, before), ...scopeOf(number, following) }
        await client.patch(placeOf(id, number), body, before.version)
        const after = await client.get<Schedule>(`/v1/schedules/${id}`)
        show(after, () => scheduleWords(after, terminal.columns))
      },
    ),
  )
}

function addDelete(schedules: Command, cli: Cli): void {
  schedules
    .command('delete')
    .description('exclui um agendamento, uma ocorrência dele, ou uma e as seguintes, enquanto delas não houver baixa')
    .argument(...schedule)
    .argument(...occurrence)
    .option('--following', 'a ocorrência e as seguintes')
    .addHelpText('after', '\nO que é excluído não volta, também quando a recorrência segue depois.')
    .action(
      onServer<{ following?: true }, [string, number | undefined]>(
        cli,
        async ({ client, operands: [id, number], options: { following }, show }) => {
          const { version } = await client.get<Schedule>(`/v1/schedules/${id}`)
          await client.delete(placeOf(id, number), version, scopeOf(number, following))
          const what = number === undefined ? `O agendamento ${id}` : `A ocorrência ${number} de ${id}`
          const more = number !== undefined && following ? ', com as seguintes,' : ''
          const verb = number === undefined ? 'foi excluído' : 'foi excluída'
          show({ id, number: number ?? null, deleted: true }, () => `${what}${more} ${verb}: não se cobra mais.`)
        },
      ),
    )
}

function withSaid(command: Command): Command {
  return command
    .option('--due <dia>', 'o vencimento; de uma recorrência, o da primeira de que se fala', day)
    .option('--expected <dia>', 'a previsão de recebimento; o vencimento, se não informada', day)
    .option('--accrual <dia>', 'a competência; o vencimento, se não informada', day)
    .option('--description <texto>', 'o que se cobra')
    .option('--reference <texto>', 'a referência, como o número de um pedido')
    .option('--repeat <unidade>', `repete-se a cada ${choices(units)}`, choice(units))
    .option('--every <n>', 'a cada quantas unidades', whole(1, 3650))
    .option('--times <n>', 'termina depois de tantas ocorrências, contada a primeira', whole(1, 1_000_000))
    .option('--until <dia>', 'o último dia em que uma ocorrência pode vencer', day)
}

const placeOf = (id: string, number: number | undefined) =>
  number === undefined ? `/v1/schedules/${id}` : `/v1/schedules/${id}/occurrences/${number}`

function scopeOf(number: number | undefined, following: true | undefined): { scope?: 'following' } {
  if (following !== undefined && number === undefined) {
    throw new CliError(exitCodes.usage, `Diga a partir de que ocorrência: ${startedAs} schedules … sch_3 4 --following.`)
  }
  return following === undefined ? {} : { scope: 'following' }
}

function bodyOf({ due, expected, accrual, description, reference, ...rhythm }: Said, before: Schedule | null): object {
  const recurrence = recurrenceOf(rhythm, before)
  return {
    ...(due !== undefined && { dueOn: due }),
    ...(expected !== undefined && { scheduledOn: expected }),
    ...(accrual !== undefined && { accrualOn: accrual }),
    ...(description !== undefined && { description }),
    ...(reference !== undefined && { reference }),
    ...(recurrence !== null && { recurrence }),
  }
}

/** What is not said of a recurrence that is there stays as it is. */
function recurrenceOf({ repeat, every, times, until, endless }: Said, before: Schedule | null): RecurrenceInput | null {
  if ([repeat, every, times, until, endless].every(said => said === undefined)) return null
  if ([times, until, endless].filter(said => said !== undefined).length > 1) {
    throw new CliError(
      exitCodes.usage,
      'A recorrência termina de um jeito só: depois de tantas (--times), num dia (--until), ou nunca.',
    )
  }
  const unit = repeat ?? before?.recurrence?.unit
  if (unit === undefined) throw new CliError(exitCodes.usage, `Diga a cada que unidade se repete: --repeat ${choices(units)}.`)
  // Every two weeks is no interval of months.
  const known = repeat === undefined || repeat === before?.recurrence?.unit ? before?.recurrence?.every : undefined
  const interval = { unit, every: every ?? known ?? 1 }
  const last = times ?? (until === undefined && endless === undefined ? before?.lastNumber : null)
  if (last != null) return { ...interval, ends: 'after', maxOccurrences: last }
  const on = until ?? (endless === undefined ? before?.endsOn : null)
  // The API's own text of a day.
  return on == null ? { ...interval, ends: 'never' } : { ...interval, ends: 'until', until: on as CivilDate }
}

import { sql } from 'kysely'
import { costCentres } from '../../src/catalog/classification/cost-centre.ts'
import { createReference } from '../../src/catalog/references/create-reference.ts'
import { civilDate } from '../../src/core/dates.ts'
import { readId } from '../../src/core/ids.ts'
import { cents, decimal, mostCents } from '../../src/core/money.ts'
import type { Tx } from '../../src/platform/db/db.ts'
import { commentOccurrence } from '../../src/schedules/comment-occurrence.ts'
import { createSchedule } from '../../src/schedules/create-schedule.ts'
import { deleteOccurrences } from '../../src/schedules/delete-occurrences.ts'
import { editSchedule } from '../../src/schedules/edit-schedule.ts'
import type { Schedule } from '../../src/schedules/schedule.ts'
import type { Company } from './company.ts'
import type { Fault } from './faults.ts'

// What is owed without a contract, and is not what its schedule says.

const plan = (plant: (tx: Tx) => Promise<unknown>) => async (tx: Tx, company: Company) => {
  await scheduled(company)
  await plant(tx)
}

export const schedules: Fault[] = [
  [
    'an occurrence is missing, and its receivable asks for it all the same',
    ['occurrence_missing', 'occurrence_receivable'],
    plan(tx => sql`delete from schedule_occurrence where number = 5`.execute(tx)),
  ],
  [
    'a schedule has stopped, and nobody makes what comes',
    ['occurrence_missing', 'occurrence_receivable', 'work_missing'],
    plan(async tx => {
      await sql`update schedule set made_until = 10`.execute(tx)
      await sql`delete from schedule_occurrence where number > 10`.execute(tx)
      await sql`delete from due_work where kind = 'extend_schedule'`.execute(tx)
    }),
  ],
  [
    'an occurrence is there twice',
    ['occurrence_twice'],
    plan(tx => sql`insert into schedule_occurrence select * from schedule_occurrence where number = 5`.execute(tx)),
  ],
  [
    'an occurrence falls due on another day than the terms say',
    ['occurrence_receivable', 'wrong_occurrence'],
    plan(tx => sql`update schedule_occurrence set due_on = due_on + 1 where number = 3`.execute(tx)),
  ],
  [
    'an occurrence was given up, and nobody did',
    ['occurrence_receivable', 'wrong_occurrence'],
    plan(tx => sql`update schedule_occurrence set disposition = 'waived', reason = 'ended' where number = 3`.execute(tx)),
  ],
  [
    'a receivable of a schedule asks for a cent less',
    ['occurrence_receivable', 'receivable_not_as_told'],
    plan(tx =>
      sql`update receivable set amount_cents = amount_cents - 1
          where id in (select receivable_id from schedule_occurrence where number = 3)`.execute(tx),
    ),
  ],
  ['a schedule is said to be complete', ['schedule_state'], plan(tx => sql`update schedule set state = 'complete'`.execute(tx))],
  [
    'a schedule ends sooner than anybody said',
    ['schedule_not_as_told', 'schedule_state', 'wrong_occurrence'],
    plan(tx => sql`update schedule set last_number = 10`.execute(tx)),
  ],
  [
    'the parts of an amount are not the whole',
    ['schedule_shares'],
    plan(tx => sql`update schedule_share set percent = percent - 1 where position = 2`.execute(tx)),
  ],
  [
    'a schedule asks for more than anybody may',
    ['amount_beyond_bounds', 'occurrence_receivable', 'schedule_not_as_told'],
    plan(tx => sql`update schedule_terms set amount_cents = ${mostCents + 1} where version = 1`.execute(tx)),
  ],
  [
    'an occurrence is asked for years ahead',
    ['receivable_not_as_told', 'wrong_occurrence'],
    async (tx, company) => {
      const { id, version } = await scheduled(company)
      const all = { scheduleId: id, number: 1, scope: 'following' } as const
      await editSchedule(company.ctx, all, version, { recurrence: { unit: 'year', every: 2 } })
      await sql`update schedule set made_until = 3`.execute(tx)
      await sql`
        update schedule_occurrence o
           set disposition = 'billed', reason = null, due_on = '2030-01-31', scheduled_on = '2030-01-31', accrual_on = '2030-01-31',
               terms_version = (select max(version) from schedule_terms where from_number <= 3 and coalesce(until_number >= 3, true))
         where number = 3`.execute(tx)
      await sql`
        update receivable set state = 'to_receive', due_on = '2030-01-31'
         where id in (select receivable_id from schedule_occurrence where number = 3)`.execute(tx)
    },
  ],
  [
    'an occurrence is not to come yet, and falls due within twelve months',
    ['occurrence_missing', 'receivable_not_as_told', 'work_missing'],
    plan(async tx => {
      const latest = sql`(select max(number) from schedule_occurrence)`
      await sql`update receivable set state = 'cancelled'
                 where id in (select receivable_id from schedule_occurrence where number = ${latest})`.execute(tx)
      await sql`update schedule_occurrence set disposition = 'waived', reason = 'not_yet' where number = ${latest}`.execute(tx)
      await sql`update schedule set made_until = made_until - 1`.execute(tx)
    }),
  ],
  [
    'a version of what a schedule asks for was rewritten, with what it asked for',
    ['schedule_not_as_told'],
    plan(tx => sql`update schedule_terms set reference = 'Outra' where version = 1`.execute(tx)),
  ],
  [
    'comments of occurrences would be numbered again',
    ['ids_given_again'],
    plan(tx => sql`update id_range set next_id = (select max(id) from schedule_comment) where noun = 'comment'`.execute(tx)),
  ],
]

/** A recurrence that goes on, of which one was deleted, one said otherwise and one commented, divided over two cost centres. */
async function scheduled({ ctx, shop, plain }: Company): Promise<Schedule> {
  const centre = (name: string) => createReference(ctx, costCentres, { organizationId: null, ...{ name } })
  const centres = [await centre('Obras'), await centre('Loja')]
  const made = await createSchedule(ctx, {
    organizationId: readId('organization', shop.organizationId) ?? 0,
    customerId: readId('customer', plain.customerId) ?? 0,
    amountCents: cents(10_001),
    dueOn: civilDate('2026-01-31'),
    recurrence: { unit: 'month' },
    reference: 'Aluguel',
    costCentres: centres.map(({ id: targetId }) => ({ targetId, description: null, percent: decimal('50') })),
  })
  const one = await deleteOccurrences(ctx, { scheduleId: made.id, number: 2, scope: 'one' }, made.version)
  const change = { dueOn: civilDate('2026-05-07') }
  const edited = await editSchedule(ctx, { scheduleId: made.id, number: 4, scope: 'one' }, one.version, change)
  // It tells nothing of the schedule itself, which the entry before it does.
  await commentOccurrence(ctx, { scheduleId: made.id, number: 3 }, 'Paga sempre depois')
  return edited
}

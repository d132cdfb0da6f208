// All SQL of what people write beside an occurrence.

import { sql } from 'kysely'
import type { Comment } from '../invoices/note-store.ts'
import { account } from '../platform/account.ts'
import { isAmong } from '../platform/db/bulk.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import type { OccurrencePlace } from './hold-occurrence.ts'

/** The latest `limit` of one occurrence, oldest of them first. */
export async function commentsOfOccurrence(
  tx: Reader,
  { scheduleId, number }: OccurrencePlace,
  limit: number,
): Promise<Comment[]> {
  const { rows } = await sql<Comment>`
    select id, body, made_by as "madeBy", created_at as "createdAt" from schedule_comment
     where account_id = ${account} and schedule_id = ${scheduleId} and occurrence_number = ${number} order by id desc limit ${limit}`.execute(
    tx,
  )
  return rows.reverse()
}

export async function insertComment(tx: Tx, { scheduleId, number }: OccurrencePlace, it: Comment): Promise<void> {
  await sql`
    insert into schedule_comment (account_id, id, schedule_id, occurrence_number, body, made_by, created_at)
    values (${account}, ${it.id}, ${scheduleId}, ${number}, ${it.body}, ${it.madeBy}, ${it.createdAt})`.execute(tx)
}

/** Those of all schedules of a customer, for its own export. */
export async function commentsOfSchedulesOf(
  tx: Reader,
  customerId: number,
): Promise<(Comment & { scheduleId: number; occurrenceNumber: number })[]> {
  const { rows } = await sql<Comment & { scheduleId: number; occurrenceNumber: number }>`
    select c.id, c.body, c.made_by as "madeBy", c.created_at as "createdAt", c.schedule_id as "scheduleId",
           c.occurrence_number as "occurrenceNumber"
      from schedule_comment c join schedule s on s.account_id = c.account_id and s.id = c.schedule_id
     where c.account_id = ${account} and s.customer_id = ${customerId} order by c.id`.execute(tx)
  return rows
}

/** What people wrote goes with the person it is about (LGPD). */
export async function deleteComments(tx: Tx, scheduleIds: readonly number[]): Promise<void> {
  await sql`delete from schedule_comment where account_id = ${account} and ${isAmong('schedule_id', scheduleIds)}`.execute(tx)
}

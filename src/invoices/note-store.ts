// All SQL of what people add to an invoice: adjustments with their reason, and comments.

import { sql } from 'kysely'
import type { Instant } from '../core/dates.ts'
import type { Cents } from '../core/money.ts'
import { account } from '../platform/account.ts'
import type { Reader, Tx } from '../platform/db/db.ts'

export const adjustmentKinds = ['surcharge', 'discount'] as const
export type AdjustmentKind = (typeof adjustmentKinds)[number]

export interface Adjustment {
  readonly id: number
  /** Of the line that it became. */
  readonly linePosition: number
  readonly kind: AdjustmentKind
  readonly amountCents: Cents
  readonly reason: string
  readonly madeBy: string
  readonly createdAt: Instant
}

export interface Comment {
  readonly id: number
  readonly body: string
  readonly madeBy: string
  readonly createdAt: Instant
}

export async function adjustmentsOf(tx: Reader, invoiceId: number): Promise<Adjustment[]> {
  const { rows } = await sql<Adjustment>`
    select id, line_position as "linePosition", kind, amount_cents as "amountCents", reason, made_by as "madeBy",
           created_at as "createdAt"
      from invoice_adjustment where account_id = ${account} and invoice_id = ${invoiceId} order by id`.execute(tx)
  return rows
}

export async function insertAdjustment(tx: Tx, invoiceId: number, it: Adjustment): Promise<void> {
  await sql`
    insert into invoice_adjustment (account_id, id, invoice_id, line_position, kind, amount_cents, reason, made_by, created_at)
    values (${account}, ${it.id}, ${invoiceId}, ${it.linePosition}, ${it.kind}, ${it.amountCents}, ${it.reason}, ${it.madeBy},
            ${it.createdAt})`.execute(tx)
}

/** The latest `limit` comments, oldest of them first. */
export async function commentsOf(tx: Reader, invoiceId: number, limit: number): Promise<Comment[]> {
  const { rows } = await sql<Comment>`
    select id, body, made_by as "madeBy", created_at as "createdAt"
      from invoice_comment where account_id = ${account} and invoice_id = ${invoiceId} order by id desc limit ${limit}`.execute(
    tx,
  )
  return rows.reverse()
}

export async function insertComment(tx: Tx, invoiceId: number, it: Comment): Promise<void> {
  await sql`
    insert into invoice_comment (account_id, id, invoice_id, body, made_by, created_at)
    values (${account}, ${it.id}, ${invoiceId}, ${it.body}, ${it.madeBy}, ${it.createdAt})`.execute(tx)
}

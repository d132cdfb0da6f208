import { apportion, type Share, waySaid } from '../catalog/classification/apportionment.ts'
import { customerNames, type NamedCustomer } from '../contracts/parties.ts'
import { found } from '../core/current.ts'
import type { CivilDate } from '../core/dates.ts'
import { type Cents, zeroCents } from '../core/money.ts'
import type { Comment } from '../invoices/note-store.ts'
import type { PlannedAction } from '../invoices/planned-actions.ts'
import { type LateUntil, lateUntilOf } from '../organizations/calendar.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'
import type { Receipt } from '../receivables/receipt.ts'
import { receiptsOf } from '../receivables/receipt-store.ts'
import { isLate, type Receivable } from '../receivables/receivable.ts'
import { receivablesOf } from '../receivables/receivable-store.ts'
import { notFound } from './claim-schedule.ts'
import { SHOWN_COMMENTS } from './comment-occurrence.ts'
import { commentsOfOccurrence } from './comment-store.ts'
import { occurrenceNotFound, requireOccurrence } from './hold-occurrence.ts'
import {
  listOccurrences,
  type OccurrenceFilter,
  type OccurrencePlace,
  type OccurrenceState,
  occurrencesOfReceivables,
  totalsOf,
} from './occurrence-store.ts'
import { plannedOfOccurrence } from './planned-actions.ts'
import { nextOccurrence, type Occurrence, type Schedule } from './schedule.ts'
import { listSchedules, type ScheduleFilter, scheduleOf, schedulesOf, termsOfSchedules } from './schedule-store.ts'
import { type Terms, termsAt } from './terms.ts'

export type KnownSchedule = Schedule & {
  customer: NamedCustomer
  /** Of its last occurrence, and of what comes after it. */
  terms: Terms
  /** Of all that is asked for; null of a recurrence. */
  totalCents: Cents | null
  /** Of what is made next. */
  nextDueOn: CivilDate | null
}

/** A part of what an occurrence asks for. */
export type KnownShare = Share & { amountCents: Cents }

export interface KnownOccurrence {
  occurrence: Occurrence
  schedule: Schedule
  customer: NamedCustomer
  terms: Terms
  receivable: Receivable
  state: OccurrenceState
  isLate: boolean
  /** The receipts of its receivable, those that were undone too; only where one occurrence is read. */
  receipts: Receipt[]
  /** The latest of them; likewise. */
  comments: Comment[]
  categories: KnownShare[]
  costCentres: KnownShare[]
  plannedActions: PlannedAction[]
}

export function getSchedule(ctx: Ctx, id: number): Promise<KnownSchedule> {
  return ctx.transact(async tx => {
    const [known] = await withTerms(tx, [found(await scheduleOf(tx, id), notFound)])
    return found(known, notFound)
  })
}

/** In order of id, from the one after `after`; one more than `limit` when there are further ones. */
export function searchSchedules(ctx: Ctx, filter: ScheduleFilter, after: number, limit: number): Promise<KnownSchedule[]> {
  return ctx.transact(async tx => withTerms(tx, await listSchedules(tx, filter, after, limit + 1)))
}

async function withTerms(tx: Reader, schedules: readonly Schedule[]): Promise<KnownSchedule[]> {
  const versions = await termsOfSchedules(
    tx,
    schedules.map(({ id }) => id),
  )
  const customer = await customerNames(
    tx,
    schedules.map(({ customerId }) => customerId),
  )
  const totals = await totalsOf(
    tx,
    schedules.flatMap(({ id, kind }) => (kind === 'recurrence' ? [] : id)),
  )
  return schedules.map(schedule => {
    const { id, kind, customerId, madeUntil } = schedule
    const own = versions.get(id) ?? []
    return {
      ...schedule,
      customer: customer(customerId),
      terms: termsAt(own, Math.max(madeUntil, 1)),
      totalCents: kind === 'recurrence' ? null : (totals.get(id) ?? zeroCents),
      nextDueOn: nextOccurrence(schedule, own)?.dueOn ?? null,
    }
  })
}

export function getOccurrence(ctx: Ctx, scheduleId: number, number: number): Promise<KnownOccurrence> {
  return ctx.transact(async tx => {
    const occurrence = await requireOccurrence(tx, { scheduleId, number })
    const [known] = await withFacts(tx, [occurrence], await lateUntilOf(tx, ctx.clock.now()))
    return {
      ...found(known, occurrenceNotFound),
      receipts: await receiptsOf(tx, [occurrence.receivableId]),
      comments: await commentsOfOccurrence(tx, { scheduleId, number }, SHOWN_COMMENTS),
    }
  })
}

/** By the receivable that it is: for whoever knows occurrences by that. Null where it is none. */
export function occurrenceOfReceivable(
  ctx: Ctx,
  receivableId: number,
): Promise<Pick<Occurrence, 'scheduleId' | 'number'> | null> {
  return ctx.transact(async tx => (await occurrencesOfReceivables(tx, [receivableId])).get(receivableId) ?? null)
}

/** By the receivables that they are, in the order of the ids; what is none is left out. */
export function occurrencesByReceivables(ctx: Ctx, receivableIds: readonly number[]): Promise<KnownOccurrence[]> {
  return ctx.transact(async tx => {
    const rows = await occurrencesOfReceivables(tx, receivableIds)
    const inOrder = receivableIds.flatMap(id => rows.get(id) ?? [])
    return withFacts(tx, inOrder, await lateUntilOf(tx, ctx.clock.now()))
  })
}

/** By due date, from the one after `after`; one more than `limit` when there are further ones. */
export function searchOccurrences(
  ctx: Ctx,
  filter: OccurrenceFilter,
  after: OccurrencePlace | null,
  limit: number,
): Promise<KnownOccurrence[]> {
  return ctx.transact(async tx => {
    const lateUntil = await lateUntilOf(tx, ctx.clock.now())
    return withFacts(tx, await listOccurrences(tx, filter, lateUntil, after, limit + 1), lateUntil)
  })
}

/** Five statements, however many there are. */
async function withFacts(tx: Reader, rows: readonly Occurrence[], lateUntil: LateUntil): Promise<KnownOccurrence[]> {
  const ids = [...new Set(rows.map(({ scheduleId }) => scheduleId))]
  const schedules = await schedulesOf(tx, ids)
  const versions = await termsOfSchedules(tx, ids)
  const receivables = await receivablesOf(
    tx,
    rows.map(({ receivableId }) => receivableId),
  )
  const customer = await customerNames(
    tx,
    [...schedules.values()].map(({ customerId }) => customerId),
  )
  return rows.map(occurrence => {
    const schedule = schedules.get(occurrence.scheduleId)
    const receivable = receivables.get(occurrence.receivableId)
    const terms = (versions.get(occurrence.scheduleId) ?? []).find(({ version }) => version === occurrence.termsVersion)
    // Foreign keys see to it.
    if (!schedule || !receivable || !terms) throw new Error('an occurrence without its schedule, terms or receivable')
    const until = lateUntil.get(receivable.organizationId)
    return {
      occurrence,
      schedule,
      customer: customer(schedule.customerId),
      terms,
      receivable,
      state: occurrenceStateOf(receivable),
      isLate: until !== undefined && isLate(receivable, until),
      receipts: [],
      comments: [],
      categories: inCents(terms.categories, receivable.amountCents),
      costCentres: inCents(terms.costCentres, receivable.amountCents),
      plannedActions: plannedOfOccurrence(occurrence, terms, receivable),
    }
  })
}

function occurrenceStateOf({ state, receivedCents, abatedCents }: Receivable): OccurrenceState {
  switch (state) {
    case 'cancelled':
      return 'waived'
    case 'received':
    case 'renegotiated':
      return state
    default:
      return receivedCents + abatedCents > 0 ? 'partly_received' : 'open'
  }
}

/** What each part is of an amount; the rest is on the last. */
export function inCents(shares: readonly Share[], total: Cents): KnownShare[] {
  const amounts = apportion(total, shares, waySaid(shares))
  return shares.flatMap((share, i) => {
    const amountCents = amounts[i]
    return amountCents === undefined ? [] : [{ ...share, amountCents }]
  })
}

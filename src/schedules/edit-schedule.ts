import { newlyNamed } from '../catalog/references/field-set.ts'
import { Faults } from '../core/faults.ts'
import { refuse } from '../core/refusal.ts'
import { bindCustomers } from '../customers/customer-store.ts'
import { bindOrganizations } from '../organizations/organization-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { changeOccurrences } from './change-occurrences.ts'
import { claimForChange } from './claim-schedule.ts'
import { bindNamed, namedIn } from './create-schedule.ts'
import { type Edited, type EditScope, edited, type TermsChange } from './edit.ts'
import { makeOccurrences, organizationOfSchedule } from './make-occurrences.ts'
import { occurrencesOf } from './occurrence-store.ts'
import { heldBack, isWithin, type Schedule, settledOccurrence } from './schedule.ts'
import { scheduleEntry } from './schedule-history.ts'
import { insertScheduleTerms } from './schedule-store.ts'
import { hasDates, type Terms, termsAt } from './terms.ts'

export interface OccurrenceAt {
  scheduleId: number
  /** The occurrence, counted from 1. */
  number: number
  /** It alone, or all that follow too; all of them are those from the first one on. */
  scope: EditScope
}

/** Says otherwise what an occurrence, or all from one on, ask for. Refused for any of which something was received. */
export function editSchedule(ctx: Ctx, at: OccurrenceAt, expectedVersion: number, change: TermsChange): Promise<Schedule> {
  return ctx.transact(async tx => {
    const { schedule, versions, customer } = await claimForChange(tx, ctx, at.scheduleId, expectedVersion)
    requireMade(schedule, at.number)
    await requireAsked(tx, schedule, versions, at, change)
    const organization = await organizationOfSchedule(tx, schedule)
    const faults = new Faults()
    const result = edited(schedule, versions, at, change, organization.apportionmentEnabled, faults)
    const before = namedIn(termsAt(versions, at.number))
    const named = namedIn(termsAt(result.versions, at.number))
    await bindNamed(tx, organization.id, newlyNamed(before, named), faults)
    const from = broughtBackFrom(schedule, result, at.number)
    const after = at.scope === 'one' ? result.schedule : heldBack(result.schedule, result.versions, from, customer.calendar.today)
    if (schedule.state !== 'active' && after.state === 'active') await requireInUse(tx, schedule)
    await insertScheduleTerms(tx, ctx.account, schedule.id, result.added, ctx.clock.now())
    const until = at.scope === 'one' ? at.number : null
    const told = { terms: result.added, fromNumber: at.number, untilNumber: until }
    await changeOccurrences(tx, ctx, {
      schedule,
      versions: result.versions,
      customer,
      from,
      until,
      settle: row => settledOccurrence(after, result.versions, row),
      entry: scheduleEntry('update', schedule, after, told),
    })
    return makeOccurrences(tx, ctx, after, result.versions, organization)
  })
}

/**
 * Of what somebody deleted nothing is said any more; nor is anything begun where the recurrence has ended, unless what is said is when it
 * is, which may bring that back.
 */
async function requireAsked(
  tx: Tx,
  schedule: Schedule,
  versions: readonly Terms[],
  { number, scope }: OccurrenceAt,
  { recurrence, dueOn }: TermsChange,
): Promise<void> {
  const [row] = scope === 'one' ? await occurrencesOf(tx, schedule.id, number, number) : []
  const isAnew = scope === 'following' && schedule.kind === 'recurrence' && (recurrence !== undefined || dueOn !== undefined)
  const isThere = isAnew ? hasDates(termsAt(versions, number), number) : isWithin(schedule, versions, number)
  if (row?.disposition === 'waived' || !isThere) refuseWaived(number)
}

/** What comes before, and had ended, is back where the recurrence ends later by now. */
function broughtBackFrom(before: Schedule, { schedule, versions }: Edited, number: number): number {
  if (before.lastNumber === schedule.lastNumber && before.endsOn === schedule.endsOn) return number
  for (let earlier = 1; earlier < number; earlier++) {
    if (!isWithin(before, versions, earlier) && isWithin(schedule, versions, earlier)) return earlier
  }
  return number
}

/** What has come to its end goes on only with parties that are in use, which they stay while it does. */
async function requireInUse(tx: Tx, { organizationId, customerId }: Schedule): Promise<void> {
  const organization = (await bindOrganizations(tx, [organizationId])).get(organizationId)
  if (organization?.archivedAt != null) {
    refuse('archived_organization', 'A organização deste agendamento está arquivada; desarquive-a antes.', { status: 409 })
  }
  const customer = (await bindCustomers(tx, [customerId])).get(customerId)
  if (customer?.archivedAt != null) {
    refuse('archived_customer', 'O cliente deste agendamento está arquivado; desarquive-o antes.', { status: 409 })
  }
}

export function refuseWaived(number: number): never {
  return refuse('occurrence_waived', `A ocorrência ${number} já não é cobrada.`, { status: 409 })
}

export function requireMade({ madeUntil }: Schedule, number: number): void {
  if (number <= madeUntil) return
  refuse('not_found', `Não há a ocorrência ${number} (ainda): a última é a ${madeUntil}.`, { status: 404 })
}

import { bindReferences } from '../../catalog/references/bind-references.ts'
import { bindServiceItems } from '../../catalog/service-item-store.ts'
import { addDays, type CivilDate, dayInZone, isContractDay, maxDate, minDate } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import type { Cents } from '../../core/money.ts'
import { given } from '../../core/text.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import { record } from '../../platform/history.ts'
import { activatedAt } from '../contract-facts-store.ts'
import { type Settled, type SwapWords, settleDifferences } from '../events/settle-differences.ts'
import type { HeldContract } from '../held-contract.ts'
import { chargeAgain } from '../ledger/charge-again.ts'
import { periodsToCome } from '../ledger/coverage.ts'
import { cutOpenAnew, ledgerOf, moveSeed, openPeriodsOf, refreshNextDue } from '../ledger/coverage-store.ts'
import { dateReadjustments } from '../readjustment/date-readjustments.ts'
import { takeWithholdings } from '../withholding/take-withholdings.ts'
import { holdLivingRule } from './held-rule.ts'
import { firstOpenDay, type InvoiceRule } from './invoice-rule.ts'
import { categoriesNamed, keepingUnsaid } from './line-categories.ts'
import { readTermsChange, type TermsChange } from './read-terms.ts'
import { firstOccurrenceOnOrAfter, occurrence, type Recurrence } from './recurrence.ts'
import { refuseServicesBilled, refuseServicesToBill, toBill, toBillOf } from './refuse-services.ts'
import { termsChanged } from './rule-history.ts'
import { seedOf } from './rule-start.ts'
import { ruleOf, rulesOfContract, saveRule } from './rule-store.ts'
import { changedVersions, firstDayOf } from './rule-versions.ts'
import { daysTakenOn, type ToBill } from './services-once.ts'
import { type Terms, termsAt } from './terms.ts'
import { insertTerms, termsOf } from './terms-store.ts'

export interface ChangeTermsInput extends TermsChange {
  /** First day of what changes; today unless told, of a draft its whole life. Closed periods stay as they were billed. */
  validFrom?: CivilDate | undefined
  /** Why, for whoever reads the versions later. */
  cause?: string | undefined
  /** Given, a difference in mid-period is told as what is taken back and what is asked instead, in these words. */
  swap?: SwapWords | undefined
}

export interface ChangedTerms {
  /** The first of the versions that were added: the one of `validFrom`. */
  terms: Terms
  /** First day of the first period that it decides; null while the contract is a draft, and when nothing is to come. */
  effectiveOn: CivilDate | null
  /** What a price that changes in mid-period asks on top of what was asked until now; less than zero is a discount. */
  differenceCents: Cents
  /** The billing event that carries the difference; null too where all of it was taken back from events that waited. */
  eventId: number | null
  /** The two sides of a difference that was to be told by them. */
  swap: Settled['swap']
}

/** Adds what the rule says from a day on. What is billed stays; a difference in price becomes an event, where the rule prorates. */
export function changeTerms(ctx: Ctx, ruleId: number, input: ChangeTermsInput): Promise<ChangedTerms> {
  return ctx.transact(async tx => {
    const { changed, refuseServices } = await changeTermsUnasked(ctx, ruleId, input)
    await refuseServices(tx)
    return changed
  })
}

/**
 * As `changeTerms`, but for what the contract's other rules bill: that is asked by `refuseServices`, in the same transaction, once all
 * rules say what they are to say. Two rules that change services with each other bill none of them twice in the end.
 */
export function changeTermsUnasked(
  ctx: Ctx,
  ruleId: number,
  { validFrom, cause, swap, ...sent }: ChangeTermsInput,
): Promise<{ changed: ChangedTerms; refuseServices: (tx: Reader) => Promise<void> }> {
  return ctx.transact(async tx => {
    const { held, rule } = await holdLivingRule(tx, ctx, ruleId)
    const before = (await termsOf(tx, [ruleId])).get(ruleId) ?? []
    const stood = toBill(before, rule.coveredUntil, (await openPeriodsOf(tx, [ruleId])).get(ruleId) ?? [])
    const startsAnew = isAnotherStart(rule, before, validFrom, sent) && !(await hasBegun(tx, held, rule))
    const day = startsAnew ? newBeginning(before, sent) : (validFrom ?? (held.facts.validity ? held.today : firstDayOf(before)))
    const base = termsAt(before, day)
    const faults = new Faults()
    const asked = await takeWithholdings(tx, rule, sent, '', faults)
    const change = asked.lines ? { ...asked, lines: keepingUnsaid(asked.lines, base.lines) } : asked
    const services = await bindServiceItems(
      tx,
      (change.lines ?? []).map(line => line.serviceItemId),
    )
    checkDay(day, faults)
    const apply = readTermsChange(change, base, services, faults)
    const known = before.flatMap(({ lines }) => lines)
    await bindReferences(tx, rule.organizationId, categoriesNamed(change.lines ?? [], '/lines', known), faults)
    faults.refuseIfAny()

    const added = changedVersions(before, day, apply)
    const [first, ...others] = added
    if (!first) throw new Error('a change adds at least one version')
    const why = given(cause) ?? 'change'
    await insertTerms(
      tx,
      added.map(terms => ({ ruleId, knownAt: held.now, cause: why, terms })),
    )
    const after = { ...rule, termsVersion: (others.at(-1) ?? first).version, version: rule.version + 1 }
    await saveRule(tx, after)
    const all = [...before, ...added]
    if (startsAnew) await beginElsewhere(tx, held, rule, before, all)
    const back = change.endsOn === undefined ? [] : await chargeAgain(tx, ruleId, held.facts)
    await cutOpenAnew(tx, ruleId)
    const { entries, ...difference } = await settleDifferences(tx, ruleId, held.now, { before, added, validFrom: day, swap })
    await refreshNextDue(tx, [ruleId])
    // A rule that goes on longer is readjusted again.
    if (change.endsOn !== undefined) await dateReadjustments(tx, [ruleId], { ...held, ...held.facts, isArchived: false })
    const effective = await effectiveOn(tx, held, ruleId, all, day)
    const told = termsChanged(rule, base, after, added)
    await record(tx, ctx, [told, ...back, ...entries])
    return {
      changed: { terms: first, effectiveOn: effective, ...difference },
      refuseServices: async tx => {
        if (changesDays(change)) await refuseServicesOfOthers(tx, rule, stood)
      },
    }
  })
}

export function checkDay(day: CivilDate, faults: Faults): void {
  if (!isContractDay(day)) {
    faults.add('/validFrom', 'date_out_of_range', 'A data deve estar entre 1990 e 2099.')
  }
}

// --- A rhythm that changes before the first period ---

/** Another recurrence or timing, from the beginning or from no named day: the rule simply starts otherwise, if nothing is in its ledger. */
function isAnotherStart(
  rule: InvoiceRule,
  before: readonly Terms[],
  validFrom: CivilDate | undefined,
  change: TermsChange,
): boolean {
  const changesRhythm = change.recurrence !== undefined || change.timing !== undefined
  return changesRhythm && (validFrom === undefined || validFrom <= (rule.coveredUntil ?? firstDayOf(before)))
}

/**
 * After the first period the start is fixed, and so it is once days of service are past: another rhythm leaves them as a short period
 * and loses none. On the day on which the rule was made its start may still be put right.
 */
async function hasBegun(tx: Reader, held: HeldContract, rule: InvoiceRule): Promise<boolean> {
  if (rule.coveredUntil === null) return false
  if ((await ledgerOf(tx, rule.id, null, 2)).length === 2) return true
  return rule.coveredUntil < held.today || (rule.coveredUntil === held.today && (await madeOn(tx, held, rule)) < held.today)
}

/** The rule could bill since the day it was made, and not before its contract was active. */
async function madeOn(tx: Reader, { timeZone }: HeldContract, rule: InvoiceRule): Promise<CivilDate> {
  const activated = await activatedAt(tx, rule.contractId)
  return maxDate(dayInZone(rule.createdAt, timeZone), dayInZone(activated ?? rule.createdAt, timeZone))
}

/** The new terms speak for the rule's whole life. */
function newBeginning(before: readonly Terms[], change: TermsChange): CivilDate {
  return minDate(firstDayOf(before), change.recurrence?.anchorOn ?? firstDayOf(before))
}

async function beginElsewhere(
  tx: Tx,
  held: HeldContract,
  rule: InvoiceRule,
  before: readonly Terms[],
  versions: readonly Terms[],
): Promise<void> {
  const { validity } = held.facts
  if (validity === null) return
  const since = await madeOn(tx, held, rule)
  const startAt = async (known: readonly Terms[], day: CivilDate) => firstOpenDay(await seedOf(tx, rule, known, validity, day))
  // A ledger that was taken over from elsewhere begins before the rule was made: its days are not lost to another rhythm.
  const began = rule.coveredUntil ?? since
  const isTold = rule.billedThrough === null || addDays(rule.billedThrough, 1) === began
  const isTakenOver = isTold && began < (await startAt(before, since))
  const start = isTakenOver ? firstFrom(termsAt(versions, began).recurrence, began) : await startAt(versions, since)
  await moveSeed(tx, rule.id, start)
}

function firstFrom(recurrence: Recurrence, day: CivilDate): CivilDate {
  return occurrence(recurrence, firstOccurrenceOnOrAfter(recurrence, day))
}

// --- What the change decides ---

async function effectiveOn(
  tx: Reader,
  { facts }: HeldContract,
  ruleId: number,
  versions: readonly Terms[],
  day: CivilDate,
): Promise<CivilDate | null> {
  const rule = await ruleOf(tx, ruleId)
  if (facts.validity === null || rule === null || rule.coveredUntil === null) return null
  const open = (await openPeriodsOf(tx, [ruleId])).get(ruleId) ?? []
  const listed = open.find(period => period.startsOn >= day)
  if (listed) return listed.startsOn
  for (const period of periodsToCome(versions, rule.coveredUntil, facts.validity)) {
    if (period.startsOn >= day) return period.startsOn
  }
  return null
}

/** Whether other days may be billed for a service by now, or other services. */
function changesDays({ lines, recurrence, timing, endsOn, cutEnd }: TermsChange): boolean {
  return [lines, recurrence, timing, endsOn, cutEnd].some(field => field !== undefined)
}

/** Days that the change takes on for a service may be another rule's already: what that one has billed, and what it is going to bill. */
async function refuseServicesOfOthers(tx: Reader, rule: InvoiceRule, stood: ToBill): Promise<void> {
  const others = (await rulesOfContract(tx, rule.contractId)).filter(({ id }) => id !== rule.id)
  if (others.length === 0) return
  // As the rule stands by now: it may have been changed once more since.
  const standing = await ruleOf(tx, rule.id)
  const [own] = standing === null ? [] : await toBillOf(tx, [standing])
  if (own === undefined) throw new Error(`rule ${rule.id} is held, and not there`)
  await refuseServicesBilled(tx, others, daysTakenOn(stood, own))
  await refuseServicesToBill(tx, others, own)
}

import { serviceItemsOf } from '../../catalog/service-item-store.ts'
import { type CivilDate, dayInZone, maxDate, minDate } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import type { Cents } from '../../core/money.ts'
import { given } from '../../core/text.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import { record } from '../../platform/history.ts'
import { activatedAt } from '../contract-facts-store.ts'
import { settleDifferences } from '../events/settle-differences.ts'
import type { HeldContract } from '../held-contract.ts'
import { cutOpenAnew, ledgerOf, moveSeed, openPeriodsOf, refreshNextDue } from '../ledger/coverage-store.ts'
import { holdLivingRule } from './held-rule.ts'
import { firstOpenDay, type InvoiceRule, periodsToCome } from './invoice-rule.ts'
import { readTermsChange, type TermsChange } from './read-terms.ts'
import { refuseServicesBilled, refuseServicesToBill } from './refuse-services.ts'
import { ruleChanged } from './rule-history.ts'
import { seedOf } from './rule-start.ts'
import { ruleOf, rulesOfContract, saveRule } from './rule-store.ts'
import { changedVersions, firstDayOf } from './rule-versions.ts'
import { type Terms, termsAt } from './terms.ts'
import { insertTerms, termsOf } from './terms-store.ts'

export interface ChangeTermsInput extends TermsChange {
  /** First day of what changes; today unless told, of a draft its whole life. Closed periods stay as they were billed. */
  validFrom?: CivilDate | undefined
  /** Why, for whoever reads the versions later. */
  cause?: string | undefined
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
}

/** Adds what the rule says from a day on. What is billed stays; a difference in price becomes an event, where the rule prorates. */
export function changeTerms(ctx: Ctx, ruleId: number, { validFrom, cause, ...change }: ChangeTermsInput): Promise<ChangedTerms> {
  return ctx.transact(async tx => {
    const { held, rule } = await holdLivingRule(tx, ctx, ruleId)
    const before = (await termsOf(tx, [ruleId])).get(ruleId) ?? []
    const startsAnew = isAnotherStart(rule, before, validFrom, change) && !(await hasPeriods(tx, rule))
    const day = startsAnew ? newBeginning(before, change) : (validFrom ?? (held.facts.validity ? held.today : firstDayOf(before)))
    const services = await serviceItemsOf(
      tx,
      (change.lines ?? []).map(line => line.serviceItemId),
    )
    const faults = new Faults()
    checkDay(day, faults)
    const apply = readTermsChange(change, termsAt(before, day), services, faults)
    faults.refuseIfAny()

    const added = changedVersions(before, day, apply)
    const [first, ...others] = added
    if (!first) throw new Error('a change adds at least one version')
    const known = given(cause) ?? 'change'
    await insertTerms(
      tx,
      added.map(terms => ({ ruleId, knownAt: held.now, cause: known, terms })),
    )
    const after = { ...rule, termsVersion: (others.at(-1) ?? first).version, version: rule.version + 1 }
    await saveRule(tx, after)
    const all = [...before, ...added]
    if (startsAnew) await beginElsewhere(tx, held, rule, all)
    await cutOpenAnew(tx, ruleId)
    const { entries, ...difference } = await settleDifferences(tx, ruleId, held.now, { before, added, validFrom: day })
    await refreshNextDue(tx, [ruleId])
    const effective = await effectiveOn(tx, held, ruleId, all, day)
    if (change.lines) await refuseServicesOfOthers(tx, rule, before, added, effective ?? day)
    const changed = ruleChanged('change_terms', { ...rule, terms: termsAt(before, day) }, after, { ...after, terms: first })
    await record(tx, ctx, [changed, ...entries])
    return { terms: first, effectiveOn: effective, ...difference }
  })
}

export function checkDay(day: CivilDate, faults: Faults): void {
  if (day < '1990-01-01' || day > '2099-12-31') {
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

/** After the first period the start is fixed. */
async function hasPeriods(tx: Reader, rule: InvoiceRule): Promise<boolean> {
  return (await ledgerOf(tx, rule.id, null, 2)).length === 2
}

/** The new terms speak for the rule's whole life. */
function newBeginning(before: readonly Terms[], change: TermsChange): CivilDate {
  return minDate(firstDayOf(before), change.recurrence?.anchorOn ?? firstDayOf(before))
}

async function beginElsewhere(
  tx: Tx,
  { facts, timeZone }: HeldContract,
  rule: InvoiceRule,
  versions: readonly Terms[],
): Promise<void> {
  if (facts.validity === null) return
  const activated = await activatedAt(tx, rule.contractId)
  // The rule could bill since the day it was made, and not before its contract was active.
  const madeOn = maxDate(dayInZone(rule.createdAt, timeZone), dayInZone(activated ?? rule.createdAt, timeZone))
  await moveSeed(tx, rule.id, firstOpenDay(await seedOf(tx, rule, versions, facts.validity, madeOn)))
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

/** Lines that the change brings along may be another rule's already: what that one has billed, and what it is going to bill. */
async function refuseServicesOfOthers(
  tx: Reader,
  rule: InvoiceRule,
  before: readonly Terms[],
  added: readonly Terms[],
  from: CivilDate,
): Promise<void> {
  const others = (await rulesOfContract(tx, rule.contractId)).filter(({ id }) => id !== rule.id)
  if (others.length === 0) return
  const own = new Set(before.flatMap(terms => terms.lines.map(line => line.serviceItemId)))
  const taken = (added[0]?.lines ?? []).filter(line => !own.has(line.serviceItemId))
  await refuseServicesBilled(tx, others, taken, from)
  await refuseServicesToBill(tx, others, [...before, ...added], from)
}

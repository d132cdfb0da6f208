import { type CivilDate, maxDate } from '../../core/dates.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { LedgerStart, TakenOver, Validity } from '../ledger/coverage.ts'
import { firstOpenDay, type InvoiceRule, leftBy, type Replaced, startOfLedger } from './invoice-rule.ts'
import { firstOccurrenceOnOrAfter, occurrence } from './recurrence.ts'
import { billedServices, replacedLedger, ruleOf } from './rule-store.ts'
import { type Terms, termsAt } from './terms.ts'
import { termsOf } from './terms-store.ts'

/** Where the ledger of a rule begins by what is known now; `madeOn` is the day since which the rule could have billed. */
export async function seedOf(
  tx: Reader,
  rule: Pick<InvoiceRule, 'id' | 'billedThrough' | 'replacesRuleId' | 'createdAt'>,
  versions: readonly Terms[],
  validity: Validity,
  madeOn: CivilDate,
  takenOver: TakenOver | null = null,
): Promise<LedgerStart & { ruleId: number }> {
  const replaced = rule.replacesRuleId === null ? null : await replacedBy(tx, rule, rule.replacesRuleId, validity, madeOn)
  const start = startOfLedger(termsAt(versions, validity.startsOn), validity, madeOn, rule.billedThrough, replaced, takenOver)
  return { ruleId: rule.id, ...start }
}

/**
 * Where a rule begins that leaves to its contract's other rules, archived ones too, the days that they have billed of its services: at its
 * first occurrence after all of them. Days between them and that one are nobody's. As it would begin where none is in the way, or where
 * nothing would be left of it, which is refused then.
 */
export async function startAfterBilled<S extends LedgerStart>(
  tx: Reader,
  others: readonly Pick<InvoiceRule, 'id'>[],
  { recurrence, endsOn, lines }: Terms,
  start: S,
): Promise<S> {
  const services = [...new Set(lines.map(line => line.serviceItemId))]
  const ids = others.map(({ id }) => id)
  const billed = await billedServices(tx, ids, services, firstOpenDay(start))
  if (billed.length === 0) return start
  const until = billed.map(each => each.until).reduce((a, b) => maxDate(a, b))
  const seed = occurrence(recurrence, firstOccurrenceOnOrAfter(recurrence, until))
  if (endsOn !== null && endsOn < seed) return start
  return { ...start, seed, billedElsewhereUntil: null, open: [] }
}

/** One that was archived before it was replaced had ended: what it did not bill was waived then, or was never its own. */
async function replacedBy(
  tx: Reader,
  { createdAt }: Pick<InvoiceRule, 'createdAt'>,
  id: number,
  validity: Validity,
  madeOn: CivilDate,
): Promise<Replaced> {
  const { billedUntil, closedUntil, hasClosed } = await replacedLedger(tx, id)
  const replaced = await ruleOf(tx, id)
  const lived = replaced !== null && (replaced.archivedAt === null || replaced.archivedAt === createdAt)
  if (!lived) return { closedUntil: billedUntil, leftFrom: null }
  const goesOn = hasClosed || (await goesOnFrom(tx, replaced.replacesRuleId, closedUntil))
  return leftBy((await termsOf(tx, [id])).get(id) ?? [], { closedUntil, hasClosed: goesOn }, validity, madeOn)
}

/** Whether a rule that closed nothing had itself taken the place of one that did until that day, or of one that had in its turn. */
async function goesOnFrom(tx: Reader, replacedId: number | null, day: CivilDate | null): Promise<boolean> {
  if (replacedId === null) return false
  const { closedUntil, hasClosed } = await replacedLedger(tx, replacedId)
  if (closedUntil !== day) return false
  return hasClosed || goesOnFrom(tx, (await ruleOf(tx, replacedId))?.replacesRuleId ?? null, day)
}

import { bindReferences } from '../../catalog/references/bind-references.ts'
import { bindServiceItems } from '../../catalog/service-item-store.ts'
import { addDays, type CivilDate, firstDayOfMonth, monthOf, type YearMonth } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import { record } from '../../platform/history.ts'
import type { HeldContract } from '../held-contract.ts'
import { periodsToCome } from '../ledger/coverage.ts'
import { ledgerOf, openPeriodsOf } from '../ledger/coverage-store.ts'
import { holdLivingRule } from '../rules/held-rule.ts'
import type { InvoiceRule } from '../rules/invoice-rule.ts'
import { lineNumbered } from '../rules/line-numbers.ts'
import { firstOccurrenceOnOrAfter, occurrence } from '../rules/recurrence.ts'
import { firstDayOf } from '../rules/rule-versions.ts'
import { type Line, type Terms, termsAt } from '../rules/terms.ts'
import { termsOf } from '../rules/terms-store.ts'
import { addEvent } from './add-event.ts'
import { type BillingEvent, type EventInput, type Occurrences, readEvent, requireBillingToCome } from './billing-event.ts'

/**
 * Adds a surcharge or a discount to what a rule will bill. The same call twice makes two events, unless an Idempotency-Key says
 * otherwise.
 */
export function createEvent(ctx: Ctx, ruleId: number, input: EventInput): Promise<BillingEvent> {
  return ctx.transact(async tx => {
    const { held, rule } = await holdLivingRule(tx, ctx, ruleId)
    const faults = new Faults()
    const data = readEvent(input, faults)
    if (data.serviceItemId !== null && !(await bindServiceItems(tx, [data.serviceItemId])).has(data.serviceItemId)) {
      faults.add('/serviceItemId', 'unknown_service_item', 'Este serviço não existe.')
    }
    const line = data.lineNumber === null ? null : await lineOf(tx, rule, data.lineNumber)
    if (data.lineNumber !== null && line === null) {
      faults.add('/lineNumber', 'unknown_line', 'A regra não cobra este serviço, nem vai cobrar pelo que está combinado.')
    }
    if (data.serviceTypeId !== null) {
      const named = [{ noun: 'service_type', id: data.serviceTypeId, path: '/serviceTypeId' }] as const
      await bindReferences(tx, rule.organizationId, named, faults)
    }
    faults.refuseIfAny()
    // A draft has no occurrences yet; the month alone is looked at when it is past.
    requireBillingToCome(data.firstMonth, held.today, await occurrencesOf(tx, held, rule, data.firstMonth))
    const said = { ...data, serviceItemId: data.serviceItemId ?? line?.serviceItemId ?? null }
    const { event, entry } = await addEvent(tx, rule, held.now, said)
    await record(tx, ctx, [entry])
    return event
  })
}

/** The line of that number as it is billed next, or as it will be; null when nothing to come has it. */
async function lineOf(tx: Reader, rule: InvoiceRule, number: number): Promise<Pick<Line, 'serviceItemId'> | null> {
  const versions = (await termsOf(tx, [rule.id])).get(rule.id) ?? []
  const now = termsAt(versions, rule.coveredUntil ?? firstDayOf(versions))
  const toCome = [now, ...versions.filter(({ validFrom }) => validFrom > now.validFrom)]
  return toCome.map(terms => lineNumbered(versions, terms, number)).find(line => line !== null) ?? null
}

async function occurrencesOf(
  tx: Reader,
  { facts, today }: HeldContract,
  rule: InvoiceRule,
  firstMonth: YearMonth | null,
): Promise<Occurrences> {
  if (facts.validity === null || rule.coveredUntil === null) return { open: [today], isClosedIn: false }
  const versions = (await termsOf(tx, [rule.id])).get(rule.id) ?? []
  const listed = (await openPeriodsOf(tx, [rule.id])).get(rule.id) ?? []
  const open = listed.map(period => period.scheduledOn)
  const enough = firstMonth !== null && firstMonth > monthOf(today) ? firstMonth : monthOf(today)
  for (const { scheduledOn } of periodsToCome(versions, rule.coveredUntil, facts.validity)) {
    open.push(scheduledOn)
    if (monthOf(scheduledOn) > enough) break
  }
  return { open, isClosedIn: firstMonth !== null && (await isClosedIn(tx, rule, versions, firstMonth)) }
}

/** A period ends after its scheduled day in advance and on it in arrears, so no occurrence of the month lies in an earlier row. */
async function isClosedIn(tx: Reader, rule: InvoiceRule, versions: readonly Terms[], month: YearMonth): Promise<boolean> {
  const rows = await ledgerOf(tx, rule.id, addDays(firstDayOfMonth(month), -1), 100)
  return rows.some(({ startsOn, endsOn, scheduledOn, disposition }) => {
    if (disposition === 'open' || startsOn === null || scheduledOn === null) return false
    if (disposition === 'billed_elsewhere') return hasOccurrenceIn(versions, startsOn, endsOn, month)
    return monthOf(scheduledOn) === month
  })
}

/** What was billed before Bordero is one row, whatever the number of its periods. */
function hasOccurrenceIn(versions: readonly Terms[], startsOn: CivilDate, endsOn: CivilDate, month: YearMonth): boolean {
  const { recurrence, timing } = termsAt(versions, startsOn)
  const day = occurrence(recurrence, firstOccurrenceOnOrAfter(recurrence, firstDayOfMonth(month)))
  const isCovered = timing === 'advance' ? startsOn <= day && day < endsOn : startsOn < day && day <= endsOn
  return monthOf(day) === month && isCovered
}

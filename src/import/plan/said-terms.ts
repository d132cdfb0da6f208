import type { DueInput, RecurrenceInput, TermsChange } from '../../contracts/rules/read-terms.ts'
import type { Recurrence } from '../../contracts/rules/recurrence.ts'
import type { Terms, Timing, WithholdingRate } from '../../contracts/rules/terms.ts'
import { type CivilDate, dayOfMonth, weekday } from '../../core/dates.ts'
import { anchorOf, billingDayOf, isSameRhythm } from '../file/anchor.ts'
import type { BillingDay } from '../file/cells.ts'
import { cellOfRates } from '../file/cells-of.ts'
import type { Cells } from '../file/columns.ts'
import type { FaultCode } from '../file/fault.ts'
import type { Rhythm } from '../file/words.ts'

/**
 * What a rule's cells say of its terms, without recurrence and lines. A column that the file does not have says nothing; an empty cell
 * says what is usual, but for the cells of `vencimento` and of the cuts, where it says nothing either.
 */
export function saidTerms(cells: Cells, base: Terms | null): TermsChange {
  return {
    ...(cells.timing !== undefined && { timing: cells.timing ?? 'advance' }),
    ...(cells.competenceShift !== undefined && { competenceShift: cells.competenceShift ?? 0 }),
    ...saidDue(cells, base),
    ...(cells.paymentMethod !== undefined && { paymentMethod: cells.paymentMethod ?? 'boleto' }),
    ...(cells.management !== undefined && { management: cells.management ?? 'automatic' }),
    ...(cells.approvalWanted !== undefined && { approvalWanted: cells.approvalWanted ?? false }),
    ...(cells.cutStart != null && { cutStart: cells.cutStart }),
    ...(cells.cutEnd != null && { cutEnd: cells.cutEnd }),
    ...(cells.priceChange !== undefined && { priceChange: cells.priceChange ?? 'next_period' }),
    ...(cells.ruleEndsOn !== undefined && { endsOn: cells.ruleEndsOn }),
    ...(cells.maxAmountCents !== undefined && { maxAmountCents: cells.maxAmountCents }),
    ...(cells.maxGrowthPercent !== undefined && { maxGrowthPercent: cells.maxGrowthPercent }),
    ...saidWithholdings(cells, base),
    ...(cells.invoiceDescription !== undefined && { description: cells.invoiceDescription }),
  }
}

/** Rates as they were taken from a template of notes say nothing new: the template stays. Others end it, as they do everywhere. */
function saidWithholdings({ withholdings }: Cells, base: Terms | null): { withholdings?: readonly WithholdingRate[] } {
  if (withholdings === undefined) return {}
  const said = withholdings ?? []
  const shown = (rates: readonly WithholdingRate[]) =>
    rates
      .map(({ tax, rateMicros }) => `${tax} ${rateMicros}`)
      .sort()
      .join()
  const isTaken = base?.withholdingTemplate !== undefined && shown(said) === shown(cellOfRates(base.withholdings))
  return isTaken ? {} : { withholdings: said }
}

function saidDue({ due, installments }: Cells, base: Terms | null): { due?: DueInput } {
  if (due == null && installments === undefined) return {}
  const rule = due ?? base?.due
  if (rule === undefined) return {}
  return { due: { ...rule, installments: installments === undefined ? (base?.due.installments ?? 1) : (installments ?? 1) } }
}

/** A fault of one of the columns that tell a recurrence. */
export interface RecurrenceFault {
  column: 'billingDay' | 'anchor' | 'startsOn'
  code: Extract<FaultCode, 'billing_day_required' | 'billing_day_unfit' | 'anchor_unfit' | 'required'>
  expected: string
}

const MONTHLY: Rhythm = { unit: 'month', every: 1 }

/** The recurrence that the cells tell; null when they tell none, or none other than `base`. */
export function saidRecurrence(
  cells: Cells,
  startsOn: CivilDate | null,
  base: { recurrence: Recurrence; timing: Timing } | null,
): RecurrenceInput | RecurrenceFault | null {
  if (base !== null && cells.rhythm == null && cells.billingDay == null && cells.anchor == null) return null
  const rhythm = cells.rhythm ?? base?.recurrence ?? MONTHLY
  const timing = cells.timing ?? base?.timing ?? 'advance'
  const known = base?.recurrence.unit === rhythm.unit ? billingDayOf(base.recurrence) : null
  const billingDay = cells.billingDay ?? known ?? usualDay(rhythm, startsOn)
  if (cells.anchor != null) {
    if (cells.billingDay != null && !fallsOn(cells.anchor, cells.billingDay, rhythm)) {
      return { column: 'anchor', code: 'anchor_unfit', expected: 'um dia de faturamento, ou a coluna vazia' }
    }
    return changed(rhythm, cells.anchor, base?.recurrence ?? null, true)
  }
  if (startsOn === null) return { column: 'startsOn', code: 'required', expected: 'uma data, ou a coluna "ancora"' }
  if (billingDay === null) return { column: 'billingDay', code: 'billing_day_required', expected: 'o dia do mês, de 1 a 31' }
  if ('weekday' in billingDay !== (rhythm.unit === 'week')) {
    const expected = rhythm.unit === 'week' ? 'um dia da semana, como segunda' : 'um dia do mês, de 1 a 31'
    return { column: 'billingDay', code: 'billing_day_unfit', expected }
  }
  return changed(rhythm, anchorOf(startsOn, billingDay, rhythm, timing), base?.recurrence ?? null, false)
}

export function isRecurrenceFault(said: RecurrenceInput | RecurrenceFault): said is RecurrenceFault {
  return 'column' in said
}

/** A week that nobody named begins on the weekday of the start. */
function usualDay({ unit }: Rhythm, startsOn: CivilDate | null): BillingDay | null {
  return unit === 'week' && startsOn !== null ? { weekday: weekday(startsOn) } : null
}

function fallsOn(anchor: CivilDate, billingDay: BillingDay, { unit }: Rhythm): boolean {
  if ('weekday' in billingDay) return unit === 'week' && weekday(anchor) === billingDay.weekday
  return unit === 'month' && dayOfMonth(anchor) === billingDay.day
}

/** A rule may be counted from another anchor than the one that a file would give it: only what the file says is compared. */
function changed(
  { unit, every }: Rhythm,
  anchor: CivilDate,
  base: Recurrence | null,
  isAnchorSaid: boolean,
): RecurrenceInput | null {
  const told: Recurrence = { unit, every, anchor }
  if (base !== null) {
    const isSame = isAnchorSaid ? isSameRhythm(told, base) : unit === base.unit && every === base.every && isSameDay(told, base)
    if (isSame) return null
  }
  return { unit, every, anchorOn: anchor }
}

function isSameDay(a: Recurrence, b: Recurrence): boolean {
  return a.unit === 'week' ? weekday(a.anchor) === weekday(b.anchor) : dayOfMonth(a.anchor) === dayOfMonth(b.anchor)
}

// A service that two rules of a contract bill for the same days would be paid twice. The same service under another description is
// another supply (a second site, a second link), which the customer can tell apart on the invoice; within one rule both lines stand on
// one invoice, before everybody's eyes.
//
// What counts are the days that a rule bills a line for, not those on which the line is in force: a line that is in force on the first
// day of a period is billed for all of it, and one that begins in mid-period for nothing before the next.

import { addDays, type CivilDate, civilDate, formatDate, maxDate, minDate } from '../../core/dates.ts'
import type { Faults } from '../../core/faults.ts'
import { nextPeriod } from '../ledger/coverage.ts'
import { linesOn } from './line-amounts.ts'
import { firstDayOf } from './rule-versions.ts'
import { endOfRule, type Line, type Terms, termsAt } from './terms.ts'

export const SERVICE_IN_ANOTHER_RULE = 'service_in_another_rule'

/** What a rule still has to bill: periods that stand open in its ledger, and those that follow it. */
export interface ToBill {
  versions: readonly Terms[]
  open: readonly { startsOn: CivilDate; endsOn: CivilDate }[]
  /** Where the periods to come begin. */
  coveredUntil: CivilDate
}

/** A rule without a ledger: its first day of service is its anchor. */
export function unbegun(versions: readonly Terms[]): ToBill {
  return { versions, open: [], coveredUntil: termsAt(versions, firstDayOf(versions)).recurrence.anchor }
}

/** Days [from, until) for which a line is billed. */
export interface BilledDays {
  line: Line
  from: CivilDate
  /** `FOREVER` where nothing ends it. */
  until: CivilDate
}

export const FOREVER = civilDate('2999-12-31')

/** What a rule bills on days on which another does. */
export interface BilledTwice {
  line: Line
  /** What is to be done about it, to be read by a person. */
  sentence: string
}

/** The first line of a rule that is billed for days for which a line of another rule is; null when there is none. */
export function serviceBilledTwice(own: ToBill, others: readonly ToBill[]): BilledTwice | null {
  const taken = others.filter(other => shareSupply(own, other)).flatMap(other => daysToBill(other, supplyOf))
  if (taken.length === 0) return null
  for (const mine of daysToBill(own, supplyOf)) {
    const theirs = taken.filter(other => supplyOf(other.line) === supplyOf(mine.line))
    const [first] = theirs.filter(other => overlap(mine, other))
    if (first) return { line: mine.line, sentence: serviceInAnotherRule(mine, first, theirs) }
  }
  return null
}

/** Adds a fault for each of the rules made together that bills what one before it does. */
export function faultServicesBilledTwice(rules: readonly { terms: Terms }[], path: string, faults: Faults): void {
  for (const [i, { terms }] of rules.entries()) {
    const before = rules.slice(0, i).map(rule => unbegun([rule.terms]))
    const twice = serviceBilledTwice(unbegun([terms]), before)
    if (twice)
      faults.add(`${path}/rules/${i}/lines/${twice.line.position - 1}/serviceItemId`, SERVICE_IN_ANOTHER_RULE, twice.sentence)
  }
}

/**
 * The days for which each service is billed, whatever its description, and was not to be billed `before`: those that a change of
 * terms takes on.
 */
export function daysTakenOn(before: ToBill | null, after: ToBill): BilledDays[] {
  const had = before === null ? [] : daysToBill(before, serviceOf)
  return daysToBill(after, serviceOf).flatMap(days => {
    const own = had.filter(({ line }) => line.serviceItemId === days.line.serviceItemId)
    return own.reduce<BilledDays[]>((left, known) => left.flatMap(each => without(each, known)), [days])
  })
}

export function overlap(a: Pick<BilledDays, 'from' | 'until'>, b: Pick<BilledDays, 'from' | 'until'>): boolean {
  return maxDate(a.from, b.from) < minDate(a.until, b.until)
}

function without(days: BilledDays, known: BilledDays): BilledDays[] {
  if (!overlap(days, known)) return [days]
  const before = { ...days, until: known.from }
  const after = { ...days, from: known.until }
  return [before, after].filter(({ from, until }) => from < until)
}

// --- Days for which lines are billed ---

/** In order of days; days that follow each other are one stretch of what the key holds together. */
function daysToBill(rule: ToBill, keyOf: (line: Line) => string | number): BilledDays[] {
  const { versions, open, coveredUntil } = rule
  const stretches = new Map<string | number, BilledDays[]>()
  const add = (line: Line, from: CivilDate, until: CivilDate) => {
    const own = stretches.get(keyOf(line)) ?? []
    const last = own.at(-1)
    if (last && last.until >= from) last.until = maxDate(last.until, until)
    else own.push({ line, from, until })
    stretches.set(keyOf(line), own)
  }
  const bill = (startsOn: CivilDate, endsOn: CivilDate) => {
    const terms = termsAt(versions, startsOn)
    const until = chargedUntil(terms, endOfRule(versions), endsOn)
    if (until === null || until <= startsOn) return
    for (const line of linesOn(terms.lines, startsOn)) add(line, startsOn, until)
  }

  for (const { startsOn, endsOn } of open) bill(startsOn, endsOn)
  const last = lastTurn(versions)
  const ends = endOfRule(versions)
  let from = coveredUntil
  while (from < last && (ends === null || from <= ends)) {
    const { endsOn } = nextPeriod(versions, from)
    bill(from, endsOn)
    from = endsOn
  }
  // From here on nothing that decides a line changes any more.
  if (ends === null) for (const line of linesOn(termsAt(versions, from).lines, from)) add(line, from, FOREVER)
  return [...stretches.values()].flat()
}

/** Until when a period is charged that the rule's own end may cut; null: not at all. */
function chargedUntil({ cutEnd }: Terms, ends: CivilDate | null, endsOn: CivilDate): CivilDate | null {
  if (ends === null || addDays(ends, 1) >= endsOn || cutEnd === 'full') return endsOn
  return cutEnd === 'prorate' ? addDays(ends, 1) : null
}

/** The day from which the rule goes on as it is. */
function lastTurn(versions: readonly Terms[]): CivilDate {
  const turns = versions.flatMap(({ validFrom, lines }) => [
    validFrom,
    ...lines.flatMap(line => [line.validFrom, line.validUntil && addDays(line.validUntil, 1)]),
  ])
  const ends = endOfRule(versions)
  return [...turns, ends && addDays(ends, 1)].filter(day => day !== null).reduce((a, b) => maxDate(a, b))
}

function shareSupply(a: ToBill, b: ToBill): boolean {
  const supplies = (rule: ToBill) => rule.versions.flatMap(({ lines }) => lines.map(supplyOf))
  const theirs = new Set(supplies(b))
  return supplies(a).some(supply => theirs.has(supply))
}

function supplyOf({ serviceItemId, description }: Line): string {
  return `${serviceItemId} ${description.toLowerCase()}`
}

function serviceOf({ serviceItemId }: Line): number {
  return serviceItemId
}

// --- What a person is told ---

function serviceInAnotherRule(mine: BilledDays, first: BilledDays, theirs: readonly BilledDays[]): string {
  const free = theirs.filter(({ until }) => until > mine.from).reduce((day, { until }) => maxDate(day, until), mine.from)
  const when =
    free < FOREVER
      ? `até ${formatDate(addDays(free, -1))}, por períodos inteiros: esta pode cobrá-lo a partir de ${formatDate(free)}`
      : mine.from < first.from
        ? `a partir de ${formatDate(first.from)}: esta pode cobrá-lo em períodos que terminem antes`
        : 'nos mesmos dias'
  return `Outra regra deste contrato já cobra este serviço ${when}. Se preferir, arquive-a, informe em replacesRuleId que esta a substitui, limite a vigência de uma das linhas ou de uma das regras ou, se é outro fornecimento, dê-lhe outra descrição.`
}

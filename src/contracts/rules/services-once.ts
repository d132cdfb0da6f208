// A service that two rules of a contract bill for the same days would be paid twice. The same service under another description is
// another supply (a second site, a second link), which the customer can tell apart on the invoice; within one rule both lines stand on
// one invoice, before everybody's eyes.

import { addDays, type CivilDate, maxDate, minDate } from '../../core/dates.ts'
import type { Faults } from '../../core/faults.ts'
import { type Line, type Terms, termsAt } from './terms.ts'

type Versions = readonly Pick<Terms, 'version' | 'validFrom' | 'lines'>[]

export const SERVICE_IN_ANOTHER_RULE = 'service_in_another_rule'
export const serviceInAnotherRule =
  'Outra regra deste contrato já cobra este serviço nos mesmos dias; arquive-a, informe em replacesRuleId que esta a substitui, limite a vigência de uma das linhas ou, se é outro fornecimento, dê-lhe outra descrição.'

/** The first line of a rule that bills, on or after `from`, what a line of another rule bills on the same day; null when there is none. */
export function serviceBilledTwice(own: Versions, others: readonly Versions[], from: CivilDate): Line | null {
  const taken = others.flatMap(versions => daysOfLines(versions, from))
  const twice = daysOfLines(own, from).find(mine =>
    taken.some(theirs => isSameSupply(mine.line, theirs.line) && overlap(mine, theirs)),
  )
  return twice?.line ?? null
}

/** Adds a fault for each of the rules made together that bills what one before it does. */
export function faultServicesBilledTwice(rules: readonly { terms: Terms }[], path: string, faults: Faults): void {
  for (const [i, { terms }] of rules.entries()) {
    const before = rules.slice(0, i).map(rule => [rule.terms])
    const line = serviceBilledTwice([terms], before, terms.validFrom)
    if (line)
      faults.add(`${path}/rules/${i}/lines/${line.position - 1}/serviceItemId`, SERVICE_IN_ANOTHER_RULE, serviceInAnotherRule)
  }
}

/** A line in the days [from, until) on which it is in force; null: for good. */
interface LineDays {
  line: Line
  from: CivilDate
  until: CivilDate | null
}

function daysOfLines(versions: Versions, from: CivilDate): LineDays[] {
  const turns = new Set(versions.map(({ validFrom }) => validFrom).filter(day => day > from))
  const starts = [from, ...[...turns].sort()]
  return starts.flatMap((start, i) => {
    const next = starts[i + 1] ?? null
    return termsAt(versions, start).lines.map(line => ({
      line,
      from: maxDate(start, line.validFrom ?? start),
      until: earliest(next, line.validUntil && addDays(line.validUntil, 1)),
    }))
  })
}

function earliest(a: CivilDate | null, b: CivilDate | null): CivilDate | null {
  return a === null || b === null ? (a ?? b) : minDate(a, b)
}

function isSameSupply(a: Line, b: Line): boolean {
  return a.serviceItemId === b.serviceItemId && a.description.toLowerCase() === b.description.toLowerCase()
}

function overlap(a: LineDays, b: LineDays): boolean {
  const from = maxDate(a.from, b.from)
  return (a.until === null || from < a.until) && (b.until === null || from < b.until)
}

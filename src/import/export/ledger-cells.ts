import { misfit } from '../../contracts/ledger/coverage.ts'
import { addDays, type CivilDate, formatDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { type Cents, formatBrl } from '../../core/money.ts'
import type { Cells } from '../file/columns.ts'
import type { KnownRule } from '../plan/known.ts'

// What a rule's ledger leaves to be done, in the words of a file: whoever takes it over bills the same days from there on, no more and
// no less. What the columns cannot say is said in words.

/** A period of a rule that is not done with: open, or billed by an invoice that nobody has emitted yet. */
export interface UnfinishedPeriod {
  startsOn: CivilDate
  endsOn: CivilDate
  unemitted: { id: number; netCents: Cents } | null
}

export interface LedgerSaid {
  cells: Pick<Cells, 'billedThrough' | 'billFrom' | 'openPeriods'>
  leftOut: string[]
}

/**
 * @param seed where the ledger begins; null while the contract is a draft
 * @param unfinished in order of days
 */
export function ledgerCells(
  { rule, terms }: KnownRule,
  seed: CivilDate | null,
  unfinished: readonly UnfinishedPeriod[],
): LedgerSaid {
  const { coveredUntil } = rule
  if (coveredUntil === null || seed === null)
    return { cells: { billedThrough: rule.billedThrough, billFrom: null, openPeriods: null }, leftOut: [] }
  // What is open at the ledger's end is the same as what has not come yet.
  let billFrom = coveredUntil
  const inside = [...unfinished]
  for (let last = inside.at(-1); last?.endsOn === billFrom; last = inside.at(-1)) {
    billFrom = last.startsOn
    inside.pop()
  }
  const lost: UnfinishedPeriod[] = []
  for (let wrong = misfit(terms, inside); wrong !== null; wrong = misfit(terms, inside)) {
    const at = inside.findIndex(({ startsOn }) => startsOn === wrong?.startsOn)
    lost.push(...inside.splice(at, 1))
  }
  const isClosed = seed < billFrom
  return {
    cells: {
      billedThrough: isClosed ? addDays(billFrom, -1) : null,
      billFrom,
      openPeriods: inside.length === 0 ? null : inside.map(({ startsOn, endsOn }) => ({ startsOn, endsOn })),
    },
    leftOut: [
      ...lost.map(period => `o período de ${days(period)} está em aberto, e os termos de hoje o cortariam de outro modo`),
      ...unfinished.filter(period => !lost.includes(period)).flatMap(unemittedSentence),
    ],
  }
}

function unemittedSentence({ unemitted, ...period }: UnfinishedPeriod): string[] {
  if (unemitted === null) return []
  const { id, netCents } = unemitted
  return [
    `a fatura ${showId('invoice', id)}, de ${formatBrl(netCents)}, ainda não foi emitida: o período de ${days(period)} vai como período a faturar`,
  ]
}

function days({ startsOn, endsOn }: { startsOn: CivilDate; endsOn: CivilDate }): string {
  return `${formatDate(startsOn)} a ${formatDate(addDays(endsOn, -1))}`
}

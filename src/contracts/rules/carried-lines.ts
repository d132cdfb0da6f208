// What a change of today's lines makes of the lines that were planned for later: what it says anew is carried on, and nothing else.

import type { CivilDate } from '../../core/dates.ts'
import { amountsOfLine, MOST_CENTS_OF_A_LINE } from './line-amounts.ts'
import type { Line, Terms } from './terms.ts'

/** How the lines that a change says go on from those before it. */
export interface GoingOn {
  /** Of each line said, the place in the list of the line before that it goes on; null: it is a new one. */
  places: readonly (number | null)[]
  /** What was planned for days after this one is not taken back by what is said of today. */
  today: CivilDate
}

/** Where a version says something else of a line than what is said now, and which of both holds from its day on. */
export interface Clash {
  /** The place of the line that is said; null: of a line that is said no more. */
  at: number | null
  /** As it was planned; null: it was planned to be charged no more. */
  planned: Line | null
  isKept: boolean
}

/**
 * The lines of a version as they are once lines are said from a day before it on. A field that the change leaves as it was keeps what the
 * version says of it; one that both change keeps what was planned for days to come, and takes what is said where the version holds
 * already.
 *
 * @param before the lines that are in force on the day of the change; of these themselves the lines said come out
 */
export function carriedLines(
  version: Pick<Terms, 'validFrom' | 'lines'>,
  before: readonly Line[],
  said: readonly Line[],
  { places, today }: GoingOn,
): { lines: Line[]; clashes: Clash[] } {
  const isAhead = version.validFrom > today
  const partners = partnersOf(before, version.lines)
  const ofOthers = new Set(partners.values())
  const left = new Set(version.lines.filter(line => !ofOthers.has(line)))
  const clashes: Clash[] = []
  const lines = said.flatMap((line, at) => {
    const place = places[at] ?? null
    const from = place === null ? undefined : before[place]
    if (from === undefined) {
      // The same service may have been planned to come along later anyway.
      const planned = [...left].find(each => each.serviceItemId === line.serviceItemId)
      if (planned === undefined) return [line]
      left.delete(planned)
      if (!isSame(planned, line)) clashes.push({ at, planned, isKept: isAhead })
      return [isAhead ? planned : line]
    }
    const planned = place === null ? undefined : partners.get(place)
    if (planned === undefined) {
      if (!isSame(from, line)) clashes.push({ at, planned: null, isKept: true })
      return []
    }
    const { merged, isClash } = merge(line, from, planned, isAhead)
    if (isClash) clashes.push({ at, planned, isKept: isAhead })
    return [merged]
  })
  const goneOn = new Set(places)
  for (const [place, planned] of partners) {
    const from = before[place]
    if (!goneOn.has(place) && from !== undefined && !isSame(from, planned)) clashes.push({ at: null, planned, isKept: false })
  }
  const all = [...lines, ...left]
  if (all.length > 0) return { lines: numbered(all), clashes }
  // A rule without lines is none: what was planned to go stays, as nothing else is left.
  return {
    lines: numbered(said),
    clashes: [...clashes.filter(({ at }) => at === null), ...said.map((_, at) => ({ at, planned: null, isKept: false }))],
  }
}

function numbered(lines: readonly Line[]): Line[] {
  return lines.map((line, i) => ({ ...line, position: i + 1 }))
}

/** By the place of a line before: the line of the version that is the same one, which is told by its service and its turn among those of it. */
function partnersOf(before: readonly Line[], after: readonly Line[]): Map<number, Line> {
  const left = Map.groupBy(after, line => line.serviceItemId)
  const partners = new Map<number, Line>()
  for (const [place, line] of before.entries()) {
    const partner = left.get(line.serviceItemId)?.shift()
    if (partner !== undefined) partners.set(place, partner)
  }
  return partners
}

/** Fields of a line, those together that mean something only together. */
export const lineParts = [
  ['serviceItemId'],
  ['description'],
  ['quantity'],
  ['unitPrice'],
  ['discountPercent', 'discountCents'],
  ['validFrom'],
  ['validUntil'],
  ['categoryId'],
  ['withholdings'],
  ['withheldCents'],
] as const satisfies readonly (readonly (keyof Line)[])[]

type Part = (typeof lineParts)[number]

function merge(said: Line, from: Line, planned: Line, isAhead: boolean): { merged: Line; isClash: boolean } {
  let merged = planned
  let isClash = false
  for (const part of lineParts) {
    if (isSamePart(part, said, from)) continue
    const isBoth = !isSamePart(part, planned, from) && !isSamePart(part, planned, said)
    isClash ||= isBoth
    if (!isBoth || !isAhead) merged = { ...merged, ...Object.fromEntries(part.map(field => [field, said[field]])) }
  }
  // A discount of today may be more than the price planned: then all of the line stays as it was planned, or is as it is said.
  return isSound(merged) ? { merged, isClash } : { merged: isAhead ? planned : said, isClash: true }
}

function isSame(a: Line, b: Line): boolean {
  return lineParts.every(part => isSamePart(part, a, b))
}

function isSamePart(part: Part, a: Line, b: Line): boolean {
  // Rates are a list: what they say counts.
  return part.every(field => a[field] === b[field] || JSON.stringify(a[field]) === JSON.stringify(b[field]))
}

function isSound(line: Line): boolean {
  const { validFrom, validUntil, withheldCents } = line
  if (validFrom !== null && validUntil !== null && validUntil < validFrom) return false
  try {
    const { grossCents, discountCents } = amountsOfLine(line)
    return (
      grossCents <= MOST_CENTS_OF_A_LINE &&
      discountCents <= grossCents &&
      (withheldCents === null || withheldCents < grossCents - discountCents)
    )
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

import { asHeading, columnKeys, columns, headingOf } from './columns.ts'

const MOST_CHARACTERS = 30
const MOST_SUGGESTED = 3

/**
 * Our headings that an unknown one may have meant: the one that is a slip of the pen away, or else those of which it is a part, as
 * 'dia' is of 'dia_faturamento', or that are a part of it. A slip in a short word makes another word, so that it must be small.
 */
export function similarTo(heading: string): string[] {
  const said = asHeading(heading)
  if (said === '' || said.length > MOST_CHARACTERS) return []
  const known = columnKeys.flatMap(key => columns[key].headings.map(each => ({ key, heading: asHeading(each) })))
  const slips = known.map(({ key, heading }) => ({ key, slips: distance(heading, said) }))
  const closest = slips.reduce((a, b) => (b.slips < a.slips ? b : a))
  if (closest.slips <= Math.min(2, Math.floor(said.length / 3))) return [headingOf(closest.key)]
  // First those that begin so.
  const begins = (heading: string) => heading.startsWith(`${said}_`)
  const holding = known
    .filter(({ heading }) => isPartOf(said, heading) || isPartOf(heading, said))
    .sort((a, b) => Number(begins(b.heading)) - Number(begins(a.heading)))
  return [...new Set(holding.map(({ key }) => headingOf(key)))].slice(0, MOST_SUGGESTED)
}

/** By whole words. */
function isPartOf(part: string, heading: string): boolean {
  return `_${heading}_`.includes(`_${part}_`)
}

/** Levenshtein's; headings are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

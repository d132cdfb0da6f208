// A line has no row of its own that lives on: a change of terms says all lines anew. What stays the same through all versions is which
// service it is; the second line of one service within a version is that service's second. Each of these gets the next number of its rule
// when it first comes, in order of version and position. Versions are only added to, so a number that was once told never moves, however
// lines are ordered, priced or described later; one that left and comes back has its number again.

import type { Line, Terms } from './terms.ts'

type Said = Pick<Terms, 'version' | 'validFrom'> & { readonly lines: readonly Pick<Line, 'serviceItemId'>[] }

/** The numbers of the lines of each version, in the order in which they stand there. `versions` are all of the rule's, in order. */
export function lineNumbers(versions: readonly Said[]): Map<number, number[]> {
  const known = new Map<string, number>()
  const numbered = new Map<number, number[]>()
  for (const { version, lines } of versions) {
    const seen = new Map<number, number>()
    const own = lines.map(({ serviceItemId }) => {
      const nth = (seen.get(serviceItemId) ?? 0) + 1
      seen.set(serviceItemId, nth)
      const key = `${serviceItemId} ${nth}`
      const number = known.get(key) ?? known.size + 1
      known.set(key, number)
      return number
    })
    numbered.set(version, own)
  }
  return numbered
}

/** The line of that number as `terms` say it; null where they do not. */
export function lineNumbered<T extends Said>(versions: readonly T[], terms: T, number: number): T['lines'][number] | null {
  const at = lineNumbers(versions).get(terms.version)?.indexOf(number) ?? -1
  return terms.lines[at] ?? null
}

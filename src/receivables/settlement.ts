// A renegotiated receivable is settled once all that replaced it is: received, or replaced again and settled in its turn.

import { type CivilDate, maxDate } from '../core/dates.ts'
import { isSettled, type Receivable } from './receivable.ts'

/**
 * What follows for those that were replaced: whose settlement is not what their renegotiation makes it any more, as it is now, one version
 * further. `together` is all that hangs together by renegotiations, as it stands.
 */
export function settlements(together: readonly Receivable[]): Receivable[] {
  const now = new Map(together.map(receivable => [receivable.id, receivable]))
  const changed = new Map<number, Receivable>()
  // A later one may have replaced what an earlier one made, never the other way round. Of those that made nothing of this nothing is known:
  // they replaced what was made beside it.
  const latestFirst = [...new Set(together.flatMap(({ renegotiationId }) => renegotiationId ?? []))].sort((a, b) => b - a)
  for (const renegotiation of latestFirst) {
    const settledOn = settledDayOf([...now.values()].filter(({ renegotiationId }) => renegotiationId === renegotiation))
    for (const replaced of [...now.values()].filter(({ renegotiatedBy }) => renegotiatedBy === renegotiation)) {
      if (replaced.settledOn === settledOn) continue
      const after = { ...replaced, settledOn, version: replaced.version + 1 }
      now.set(replaced.id, after)
      changed.set(replaced.id, after)
    }
  }
  return [...changed.values()]
}

/** The day on which the last of what a renegotiation made was settled; null while one is not. */
export function settledDayOf(made: readonly Receivable[]): CivilDate | null {
  if (!made.every(isSettled)) return null
  const [first, ...others] = made.flatMap(({ receivedOn, settledOn }) => receivedOn ?? settledOn ?? [])
  return first === undefined ? null : maxDate(first, ...others)
}

/** So many at a time that no statement holds an embedded database for long. */
export const BATCH = 1_000

export function* inBatches<T>(list: readonly T[], size = BATCH): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size)
}

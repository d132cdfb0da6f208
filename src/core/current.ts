import { refuse } from './refusal.ts'

/** What was looked for, or 404 `not_found`. */
export function found<T>(subject: T | null | undefined, message: string): T {
  return subject ?? refuse('not_found', message, { status: 404 })
}

/** The subject as the caller saw it, or 412 `stale_version`: somebody else changed it in the meantime. */
export function unchangedSince<T extends { version: number }>(subject: T, expectedVersion: number): T {
  if (subject.version === expectedVersion) return subject
  return refuse('stale_version', 'Outra pessoa alterou este cadastro depois que você o leu; leia-o de novo.', {
    status: 412,
    details: { expectedVersion, version: subject.version },
  })
}

/**
 * Whether what a change would leave is what stands: then nothing is written, the version stays, and nobody is told. Plain data is
 * compared, in any order of its names; the version itself is not.
 */
export function changesNothing<T extends { version: number }>(before: T, after: T): boolean {
  return saysSame({ ...before, version: 0 }, { ...after, version: 0 })
}

/** Of plain data; what is absent and what is undefined are the same. */
export function saysSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [ours, theirs] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  return [...new Set([...ours.keys(), ...theirs.keys()])].every(name => saysSame(ours.get(name), theirs.get(name)))
}

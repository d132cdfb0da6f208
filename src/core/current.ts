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

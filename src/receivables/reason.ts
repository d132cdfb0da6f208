import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'

/** The text that says why, for what may not be done without one. */
export function requireReason(reason: string): string {
  return given(reason) ?? refuse('reason_required', 'Diga o motivo.', { path: '/reason' })
}

import { Refusal } from '../core/refusal.ts'
import { constraintOf, sqlState } from '../platform/db/faults.ts'

/** What a person needs to find the fault; values of the row may be personal data and stay out. */
export function describeFailure(error: unknown): Record<string, unknown> {
  return {
    code: error instanceof Refusal ? error.code : null,
    sqlState: sqlState(error),
    constraint: constraintOf(error),
    error: (error instanceof Error ? error.message : String(error)).slice(0, 500),
  }
}

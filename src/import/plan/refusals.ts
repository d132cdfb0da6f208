import { type Fault, Refusal } from '../../core/refusal.ts'

/** The value, or all that a rule of the business has against it. Anything else that is thrown is thrown on. */
export function faultsOf<T>(read: () => T): { value: T } | { faults: readonly Fault[] } {
  try {
    return { value: read() }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { faults: error.faults.length > 0 ? error.faults : [{ path: '', code: error.code, message: error.message }] }
  }
}

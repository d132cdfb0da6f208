import { refuse } from '../core/refusal.ts'
import { sqlState } from './db/faults.ts'

/** Deletes, or refuses with `in_use` when a foreign key says that something hangs on it. The database knows of all who point to a row. */
export async function orInUse(remove: () => Promise<unknown>, message: string): Promise<void> {
  try {
    await remove()
  } catch (error) {
    if (sqlState(error) === FOREIGN_KEY_VIOLATION) refuse('in_use', message)
    throw error
  }
}

const FOREIGN_KEY_VIOLATION = '23503'

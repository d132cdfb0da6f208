import type { Fault } from '../core/refusal.ts'

/** What is wrong with a document of the law, told before any byte of it exists. */
export interface OfficialFault extends Fault {
  /** The code by which the Sefin would have refused it (E1235: its schema would have); null where it has none. */
  official: string | null
}

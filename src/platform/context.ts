import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import type { Db, Priority, Tx } from './db/db.ts'

/** Who acts. `id` names the key, the operator, the job or the command; it stands in the history, so never a secret. */
export interface Actor {
  kind: 'key' | 'operator' | 'system' | 'cli'
  id: string
}

/** What every verb is given: whose rows, who asks, what time it is, and the way to the database. */
export interface Ctx {
  readonly account: number
  readonly actor: Actor
  readonly requestId: string
  /** The account's clock: the machine's for a live account, the account's own for a sandbox. */
  readonly clock: Clock
  readonly db: Db
  readonly log: Log
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
}

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

export interface CtxParts extends Omit<Ctx, 'transact'> {
  /** `background` gives way to what a person waits for. */
  priority?: Priority
}

export function openCtx({ priority = 'interactive', ...parts }: CtxParts): Ctx {
  return {
    ...parts,
    transact: work => parts.db.transact({ account: parts.account }, work, { priority }),
  }
}

/** As it stands in the history: `key:key_3`, `system:daily_billing`. */
export function showActor(actor: Actor): string {
  return `${actor.kind}:${actor.id}`
}

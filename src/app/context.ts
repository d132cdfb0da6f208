import { randomUUID } from 'node:crypto'
import type { Clock } from '../platform/clock.ts'
import { clockAt } from '../platform/clock.ts'
import { type Ctx, openCtx } from '../platform/context.ts'
import type { Db } from '../platform/db/db.ts'
import { findAccount } from '../platform/http/key-directory.ts'
import type { Logger } from '../platform/log.ts'

export interface Machinery {
  readonly db: Db
  /** The machine's. */
  readonly clock: Clock
  readonly log: Logger
}

/** The context of what an account does by itself, on the account's clock as it stands now; null when it is closed. */
export async function openSystemCtx({ db, clock, log }: Machinery, account: number, task: string): Promise<Ctx | null> {
  const entry = await findAccount(db, account)
  if (entry?.state !== 'active') return null
  const requestId = `${task}-${randomUUID()}`
  return openCtx({
    account,
    actor: { kind: 'system', id: task },
    requestId,
    clock: entry.sandboxNow ? clockAt(entry.sandboxNow) : clock,
    db,
    log: log.child({ requestId, account }),
    priority: 'background',
  })
}

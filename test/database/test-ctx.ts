import { type Instant, instant } from '../../src/core/dates.ts'
import { clockAt } from '../../src/platform/clock.ts'
import { type Ctx, openCtx } from '../../src/platform/context.ts'
import type { TestDatabase } from './test-database.ts'

export const silentLog: Ctx['log'] = { debug() {}, info() {}, warn() {}, error() {} }

/** A context of an account of its own, whose clock stands still. */
export async function freshCtx(database: TestDatabase, now: Instant = instant('2026-01-01T12:00:00.000Z')): Promise<Ctx> {
  return ctxOf(database, await database.freshAccount({ now }), now)
}

export function ctxOf(database: TestDatabase, account: number, now: Instant): Ctx {
  return openCtx({
    account,
    actor: { kind: 'system', id: 'test' },
    requestId: 'test',
    clock: clockAt(now),
    db: database.db,
    log: silentLog,
  })
}

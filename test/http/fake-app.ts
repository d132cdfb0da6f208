import { instant } from '../../src/core/dates.ts'
import { clockAt } from '../../src/platform/clock.ts'
import type { Db } from '../../src/platform/db/db.ts'
import { type HttpConfig, openApp } from '../../src/platform/http/app.ts'
import type { KeyEntry } from '../../src/platform/http/key-directory.ts'
import type { App } from '../../src/platform/http/route.ts'
import { openLog } from '../../src/platform/log.ts'

/** A key that may do everything in account 1. */
export const bearer = { authorization: 'Bearer bdr_fake' }

const entry: KeyEntry = { account: 1, mode: 'live', sandboxNow: null, state: 'active', key: 1, scopes: ['*'], isRevoked: false }

/** Any key is `entry`; a route that wants more of the database must not be asked. */
const idle = { inUse: 0, waiting: 0, lent: 0, waitedSeconds: 0 }
const db: Db = {
  engine: 'pglite',
  transact: () => Promise.reject(new Error('no database here')),
  // What these tests read is whose key it is.
  readOnce: async () => [{ ...entry }],
  queueSql: () => Promise.reject(new Error('no database here')),
  load: () => ({ interactive: idle, background: idle }),
  close: async () => {},
}

/** The HTTP layer with a few routes of its own and no database, for tests of what it does before a verb is called. */
export function fakeApp(
  register: (app: App) => void,
  config: HttpConfig & { lines?: string[]; stopping?: AbortSignal } = {},
): Promise<App> {
  const { lines, stopping } = config
  const destination = { write: (line: string) => void lines?.push(line) }
  const log = openLog({ level: lines ? 'info' : 'silent', destination })
  const services = {
    db,
    clock: clockAt(instant('2026-01-01T12:00:00Z')),
    log,
    operatorKey: undefined,
    ...(stopping && { stopping }),
    onChange() {},
    onDueWork() {},
  }
  return openApp(services, config, register)
}

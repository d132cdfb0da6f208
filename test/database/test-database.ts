import { inject } from 'vitest'
import { type Instant, instant } from '../../src/core/dates.ts'
import type { SqlConnection } from '../../src/platform/db/connection.ts'
import { type Db, dbOver } from '../../src/platform/db/db.ts'
import { PgliteSource } from '../../src/platform/db/pglite.ts'
import { PostgresSource, withOwner } from '../../src/platform/db/postgres.ts'
import type { Engine } from './engines.ts'
import { copyTemplate } from './postgres-databases.ts'

/** A migrated database that all tests of one worker share; what keeps them apart is that each has an account of its own. */
export interface TestDatabase {
  engine: Engine
  db: Db
  /** As the superuser, whom no policy binds: to plant faults, and to look at everything. */
  asOwner<T>(work: (owner: SqlConnection) => Promise<T>): Promise<T>
  freshAccount(options?: { mode?: 'sandbox' | 'live'; now?: Instant }): Promise<number>
}

const opened = new Map<Engine, Promise<TestDatabase>>()

export function openTestDatabase(engine: Engine): Promise<TestDatabase> {
  const known = opened.get(engine)
  if (known) return known
  const opening = engine === 'pglite' ? openPglite() : openPostgres()
  opened.set(engine, opening)
  return opening
}

async function openPglite(): Promise<TestDatabase> {
  const embedded = await PgliteSource.open({ dataDir: null, image: inject('pgliteImage') })
  // Ends in the role that the application has.
  await embedded.withOwner(async () => {})
  const asOwner: TestDatabase['asOwner'] = work => embedded.withOwner(work)
  return { engine: 'pglite', db: dbOver('pglite', embedded), asOwner, freshAccount: accountMaker(asOwner) }
}

async function openPostgres(): Promise<TestDatabase> {
  const { url: serverUrl, template } = inject('postgres')
  const url = await copyTemplate(serverUrl, template, `${template}_${process.env.VITEST_POOL_ID}`)
  const asOwner: TestDatabase['asOwner'] = work => withOwner(url, work)
  const pool = new PostgresSource(url, 6, () => {})
  return { engine: 'postgres', db: dbOver('postgres', pool), asOwner, freshAccount: accountMaker(asOwner) }
}

function accountMaker(asOwner: TestDatabase['asOwner']): TestDatabase['freshAccount'] {
  return ({ mode = 'sandbox', now = instant('2026-01-01T12:00:00.000Z') } = {}) =>
    asOwner(async owner => {
      const { rows } = await owner.query(
        `insert into account (account_id, name, mode, sandbox_now, created_at)
         values (nextval('account_id_seq'), 'Conta de teste', $1, $2, $3) returning account_id`,
        [mode, mode === 'sandbox' ? now : null, now],
      )
      return Number(rows[0]?.account_id)
    })
}

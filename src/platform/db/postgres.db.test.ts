import { sql } from 'kysely'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { openEmptyDatabase } from '../../../test/database/empty-database.ts'
import { postgresPrograms, startCluster } from '../../../test/database/postgres-cluster.ts'
import { databaseUrl } from '../../../test/database/postgres-databases.ts'
import { beside, openDb } from './db.ts'
import { faultOf } from './faults.ts'
import { migrate } from './migrate.ts'
import { PostgresSource, withOwner } from './postgres.ts'
import { Transactor } from './transactor.ts'

describe.runIf(inject('engines').includes('postgres'))('PostgreSQL', () => {
  const cleanUps: (() => Promise<unknown>)[] = []
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp()
  })

  async function migratedDatabase() {
    const empty = await openEmptyDatabase('postgres')
    cleanUps.push(empty.drop)
    if (empty.url === null) throw new Error('unreachable: PostgreSQL has a URL')
    const idleErrors: unknown[] = []
    const db = await openDb({ databaseUrl: empty.url, poolSize: 2, onIdleError: error => idleErrors.push(error) })
    cleanUps.push(db.close)
    return { db, url: empty.url, asOwner: empty.asOwner, idleErrors }
  }

  const killOthers = `select count(pg_terminate_backend(pid)) from pg_stat_activity
    where datname = current_database() and application_name = 'bordero'`

  test('sessions have their limits and speak UTC', async () => {
    const { db } = await migratedDatabase()
    const settings = await db.transact('dispatch', async tx => {
      const { rows } = await sql`select current_setting('TimeZone') as zone, current_setting('statement_timeout') as statement,
        current_setting('idle_in_transaction_session_timeout') as idle, current_setting('application_name') as name`.execute(tx)
      return rows[0]
    })
    expect(settings).toEqual({ zone: 'UTC', statement: '5min', idle: '1min', name: 'bordero' })
  })

  test('a connection killed in a transaction fails that one as an outage, and the next works', async () => {
    const { db, asOwner } = await migratedDatabase()
    const killed = db.transact('dispatch', async tx => {
      await asOwner(owner => owner.query(killOthers))
      await sql`select 1`.execute(tx)
    })
    expect(faultOf(await killed.catch((error: unknown) => error))).toBe('transient')
    await expect(db.transact('dispatch', async () => 'back')).resolves.toBe('back')
  })

  test('a connection killed in the pool is reported and replaced', async () => {
    const { db, asOwner, idleErrors } = await migratedDatabase()
    await db.transact('dispatch', async () => {})
    await asOwner(owner => owner.query(killOthers))
    await expect.poll(() => idleErrors.length).toBeGreaterThan(0)
    await expect(db.transact('dispatch', async () => 'back')).resolves.toBe('back')
  })

  test('a server that is not there is an outage', async () => {
    const source = new PostgresSource('postgres://nobody@127.0.0.1:1/nothing', 2, () => {})
    expect(faultOf(await source.acquire('interactive').catch((error: unknown) => error))).toBe('transient')
    await source.close()
  })

  test('transactions that hold all connections all go on beside themselves', async () => {
    const { db } = await migratedDatabase()
    const inside = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const all = Promise.all(inside.map(({ promise }) => promise))
    const asked = inside.map(({ resolve }) =>
      db.transact('dispatch', async tx => {
        resolve()
        await all
        return beside(tx, async other => {
          const { rows } = await sql`select current_user as role, current_setting('synchronous_commit') as waits`.execute(other)
          return rows[0]
        })
      }),
    )
    expect(await Promise.all(asked)).toEqual([1, 2].map(() => ({ role: 'bordero_dispatch', waits: 'off' })))
  })

  test('a request that stood in its account’s line has its time for locks behind it, and the next account all of its own', async () => {
    const { url } = await migratedDatabase()
    // Of four connections an account has three.
    const source = new PostgresSource(url, 4, () => {})
    cleanUps.push(() => source.close())
    let now = 0
    const transactor = new Transactor(source, () => now)
    const timeoutIn = (account: number) =>
      transactor.transact(
        { account },
        async tx => {
          const { rows } = await sql`select current_setting('lock_timeout') as timeout`.execute(tx)
          return rows[0]
        },
        'interactive',
      )
    const free = Promise.withResolvers<void>()
    const holders = [1, 2, 3].map(() => {
      const inside = Promise.withResolvers<void>()
      const work = async () => {
        inside.resolve()
        await free.promise
      }
      return { inside: inside.promise, ended: transactor.transact({ account: 1 }, work, 'interactive') }
    })
    await Promise.all(holders.map(({ inside }) => inside))
    const early = timeoutIn(1)
    now = 3000
    const late = timeoutIn(1)
    now = 5000
    expect(await timeoutIn(2)).toEqual({ timeout: '5s' })
    free.resolve()
    expect(await Promise.all([early, late])).toEqual([{ timeout: '1ms' }, { timeout: '3s' }])
    await Promise.all(holders.map(({ ended }) => ended))
  })

  test('background work leaves a connection to interactive work', async () => {
    const { db } = await migratedDatabase()
    const started = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const work = async () => {
      started.resolve()
      await ended.promise
    }
    const held = db.transact('dispatch', work, { priority: 'background' })
    // It must hold its connection before anyone asks for the other one, or nothing is shown.
    await started.promise
    const second = db.transact('dispatch', async () => {}, { priority: 'background' })
    await expect(db.transact('dispatch', async () => 'served')).resolves.toBe('served')
    ended.resolve()
    await Promise.all([held, second])
  })

  test('processes that start together migrate once', async () => {
    const empty = await openEmptyDatabase('postgres')
    cleanUps.push(empty.drop)
    await Promise.all([1, 2, 3].map(() => empty.asOwner(migrate)))
    const { rows } = await empty.asOwner(owner =>
      owner.query(`select count(*)::int as n from schema_migration where name = '0001-roles'`),
    )
    expect(rows).toEqual([{ n: 1 }])
  })

  test('databases of a new cluster that are migrated together share its roles', async () => {
    const programs = postgresPrograms()
    if (programs === null) return
    const cluster = await startCluster(programs, { fast: true })
    cleanUps.push(cluster.stop)
    const names = ['one', 'two', 'three']
    for (const name of names) await withOwner(cluster.url, owner => owner.script(`create database ${name}`))
    await Promise.all(names.map(name => withOwner(databaseUrl(cluster.url, name), migrate)))
  })

  test('an owner without superuser rights can migrate and backfill two accounts, and a login that owns nothing can work', async () => {
    const empty = await openEmptyDatabase('postgres')
    const [ownerName, loginName] = [`bordero_owner_${process.pid}`, `bordero_login_${process.pid}`]
    cleanUps.push(
      () => withOwner(inject('postgres').url, owner => owner.script(`drop role if exists ${ownerName}, ${loginName}`)),
      empty.drop,
    )
    if (empty.url === null) throw new Error('unreachable: PostgreSQL has a URL')
    const url = new URL(empty.url)
    await empty.asOwner(owner =>
      owner.script(`create role ${ownerName} login createrole; alter database ${url.pathname.slice(1)} owner to ${ownerName}`),
    )
    url.username = ownerName
    const affected = await withOwner(url.href, async owner => {
      await migrate(owner)
      await owner.script(
        `insert into account (account_id, name, mode, created_at) values (1, 'A', 'live', now()), (2, 'B', 'live', now())`,
      )
      return (await owner.query(`update account set name = name || '!'`)).affected
    })
    expect(affected).toBe(2)
    await empty.asOwner(owner => owner.script(`create role ${loginName} login noinherit in role bordero_app`))
    const appUrl = new URL(url)
    appUrl.username = loginName
    const db = await openDb({ databaseUrl: url.href, appUrl: appUrl.href })
    cleanUps.push(db.close)
    const names = await db.transact({ account: 2 }, tx => tx.selectFrom('account').select('name').execute())
    expect(names).toEqual([{ name: 'B!' }])
    expect(await db.transact('dispatch', tx => tx.selectFrom('account').select('account_id').execute())).toHaveLength(2)
  })
})

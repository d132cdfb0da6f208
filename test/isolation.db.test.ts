import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { DatabaseError } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Catalogue, readCatalogue, type Table } from '../scripts/schema-catalogue.ts'
import type { SqlConnection } from '../src/platform/db/connection.ts'
import type { Scope } from '../src/platform/db/db.ts'
import { migrate } from '../src/platform/db/migrate.ts'
import { migrationsFolder } from '../src/platform/db/migrations.ts'
import { withOwner } from '../src/platform/db/postgres.ts'
import { eachEngine } from './database/each-engine.ts'
import { openEmptyDatabase } from './database/empty-database.ts'
import { plantRows, removeRows, rowFor } from './house/plant.ts'
import { directory, tablesWithoutAccount } from './house/tables.ts'

const ofAccounts = ({ tables }: Catalogue): Table[] => tables.filter(table => !tablesWithoutAccount.includes(table.name))

/** What becomes of a statement: how many rows it touched, or that it was not allowed (42501) to. */
type Reach = number | 'refused'

eachEngine('an account sees only its own rows', database => {
  let tables: Table[]
  let ours: number
  let theirs: number

  beforeAll(async () => {
    ours = await database().freshAccount()
    theirs = await database().freshAccount()
    await database().asOwner(async owner => {
      tables = ofAccounts(await readCatalogue(owner))
      await plantRows(owner, tables, [ours, theirs])
    })
  })
  // Other tests look for due work across accounts.
  afterAll(() => database().asOwner(owner => removeRows(owner, tables, [ours, theirs])))

  const reach = async (scope: Scope, statement: string): Promise<Reach> => {
    try {
      const result = await database().db.transact(scope, tx => sql.raw(statement).execute(tx))
      return Math.max(result.rows.length, Number(result.numAffectedRows ?? 0n))
    } catch (error) {
      if (error instanceof DatabaseError && error.code === '42501') return 'refused'
      throw error
    }
  }
  /** The same attempt on every table: what came of it, by table. */
  const reachOfEach = async (scope: Scope, attempt: (table: Table) => string): Promise<Record<string, Reach>> => {
    const reached: Record<string, Reach> = {}
    for (const table of tables) reached[table.name] = await reach(scope, attempt(table))
    return reached
  }
  const everyTable = (reached: Reach) => Object.fromEntries(tables.map(table => [table.name, reached]))
  const nothing = (reached: Record<string, Reach>) =>
    Object.entries(reached).filter(([, reach]) => reach !== 0 && reach !== 'refused')
  const contents = () =>
    database().asOwner(async owner => {
      const all: Record<string, unknown> = {}
      for (const table of tables) {
        const { rows } = await owner.query(
          `select to_jsonb(t) as row from ${table.name} t where account_id in (${ours}, ${theirs}) order by account_id`,
        )
        all[table.name] = rows
      }
      return all
    })
  const unchanged = async (attempt: () => Promise<void>) => {
    const before = await contents()
    await attempt()
    expect(await contents()).toEqual(before)
  }

  test('a row of each account stands in every table, and is seen by its own', async () => {
    expect(tables.length).toBeGreaterThan(30)
    expect(await reachOfEach({ account: ours }, ({ name }) => `select 1 from ${name}`)).toEqual(everyTable(1))
    expect(await reachOfEach({ account: theirs }, ({ name }) => `select 1 from ${name}`)).toEqual(everyTable(1))
  })

  test('select finds no row of another account', async () => {
    expect(await reachOfEach({ account: theirs }, ({ name }) => `select 1 from ${name} where account_id = ${ours}`)).toEqual(
      everyTable(0),
    )
  })

  test('insert of a row for another account is refused', () =>
    unchanged(async () => {
      expect(await reachOfEach({ account: theirs }, table => rowFor(table, ours))).toEqual(everyTable('refused'))
    }))

  test('update reaches no row of another account', () =>
    unchanged(async () => {
      const reached = await reachOfEach(
        { account: theirs },
        ({ name }) => `update ${name} set account_id = account_id where account_id = ${ours}`,
      )
      expect(nothing(reached)).toEqual([])
    }))

  test('update gives no row away to another account', () =>
    unchanged(async () => {
      expect(await reachOfEach({ account: theirs }, ({ name }) => `update ${name} set account_id = ${ours}`)).toEqual(
        everyTable('refused'),
      )
    }))

  test('delete reaches no row of another account', () =>
    unchanged(async () => {
      expect(
        nothing(await reachOfEach({ account: theirs }, ({ name }) => `delete from ${name} where account_id = ${ours}`)),
      ).toEqual([])
    }))

  test('without an account nothing is seen, and nothing can be written', () =>
    unchanged(async () => {
      for (const { name } of tables) {
        expect([name, (await database().db.queueSql(`select 1 from ${name}`)).rows]).toEqual([name, []])
        expect([name, (await database().db.queueSql(`update ${name} set account_id = account_id`)).affected]).toEqual([name, 0])
        expect([name, (await database().db.queueSql(`delete from ${name}`)).affected]).toEqual([name, 0])
      }
      for (const table of tables) {
        await expect(database().db.queueSql(rowFor(table, ours)), table.name).rejects.toMatchObject({ code: '42501' })
      }
    }))

  test('the dispatcher reads the directory, column by column, and no other column of any table', async () => {
    const readable: Record<string, string[]> = {}
    for (const { name, columns } of tables) {
      for (const column of columns) {
        if ((await reach('dispatch', `select ${column.name} from ${name} limit 1`)) === 'refused') continue
        readable[name] = [...(readable[name] ?? []), column.name]
      }
    }
    expect(readable).toEqual(directory)
  })

  test('the dispatcher sees whose turn it is in every account, but of idempotency only the making of accounts', async () => {
    const both = `where account_id in (${ours}, ${theirs})`
    const seen: Record<string, Reach> = {}
    for (const name of Object.keys(directory)) seen[name] = await reach('dispatch', `select account_id from ${name} ${both}`)
    expect(seen).toEqual({ account: 2, api_key: 2, bearer: 2, due_work: 2, file_address: 2, idempotency_key: 0, outbox: 2 })
  })

  test('the dispatcher writes nothing', () =>
    unchanged(async () => {
      expect(await reachOfEach('dispatch', table => rowFor(table, ours))).toEqual(everyTable('refused'))
      expect(await reachOfEach('dispatch', ({ name }) => `update ${name} set account_id = account_id`)).toEqual(
        everyTable('refused'),
      )
      expect(await reachOfEach('dispatch', ({ name }) => `delete from ${name}`)).toEqual(everyTable('refused'))
    }))
})

/** A migration that touches each row of each account once, and fails when it was fewer than there are. */
const backfill = (tables: readonly Table[], rows: number) =>
  tables
    .map(
      ({ name }) => `
do $$ declare changed bigint; begin
  update ${name} set account_id = account_id;
  get diagnostics changed = row_count;
  if changed <> ${rows} then raise exception '${name}: % of ${rows} rows', changed; end if;
end $$;`,
    )
    .join('\n')

describe.each(inject('engines'))('a migration (%s)', engine => {
  test('fills the tables of every account, by an owner whom no privilege lifts above the policies', async () => {
    const database = await openEmptyDatabase(engine)
    const folder = mkdtempSync(join(tmpdir(), 'bordero-backfill-'))
    const migrator = `bordero_migrator_${process.pid}`
    const asMigrator = async <T>(work: (owner: SqlConnection) => Promise<T>): Promise<T> => {
      if (database.url === null) return database.asOwner(work)
      const url = new URL(database.url)
      url.username = migrator
      return withOwner(url.href, work)
    }
    try {
      await database.asOwner(owner => makeMigrator(owner, engine === 'postgres' ? migrator : null))
      cpSync(migrationsFolder, folder, { recursive: true })
      await asMigrator(owner => migrate(owner, folder))

      const accounts = [101, 102]
      const tables = await database.asOwner(async owner => {
        const tables = ofAccounts(await readCatalogue(owner))
        await plantRows(owner, tables, accounts)
        return tables
      })
      writeFileSync(
        join(folder, '9999-backfill.sql'),
        `${backfill(tables, accounts.length)}\nupdate account set name = 'Conta ' || account_id;\n`,
      )
      await asMigrator(owner => migrate(owner, folder))

      const { rows } = await database.asOwner(owner => owner.query('select name from account order by account_id'))
      expect(rows).toEqual([{ name: 'Conta 101' }, { name: 'Conta 102' }])
    } finally {
      rmSync(folder, { recursive: true })
      await database.drop()
      if (engine === 'postgres') await withOwner(inject('postgres').url, owner => owner.script(`drop role if exists ${migrator}`))
    }
  })
})

/** As on a hosted PostgreSQL: a login that owns its database and may make roles, and no superuser. PGlite has one user only. */
async function makeMigrator(owner: SqlConnection, name: string | null): Promise<void> {
  if (name === null) return
  const { rows } = await owner.query('select current_database() as database')
  await owner.script(`
    create role ${name} login createrole nosuperuser nobypassrls;
    grant bordero_app, bordero_dispatch, bordero_owner to ${name} with admin option;
    alter database ${rows[0]?.database} owner to ${name};
    alter schema public owner to ${name}`)
}

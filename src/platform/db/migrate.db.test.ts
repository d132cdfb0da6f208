import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { type EmptyDatabase, openEmptyDatabase } from '../../../test/database/empty-database.ts'
import { migrate } from './migrate.ts'
import { migrationsFolder } from './migrations.ts'

describe.each(inject('engines'))('migrating (%s)', engine => {
  let database: EmptyDatabase
  let folder: string
  beforeAll(async () => {
    database = await openEmptyDatabase(engine)
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bordero-migrations-'))
    copyFileSync(join(migrationsFolder, '0001-roles.sql'), join(folder, '0001-roles.sql'))
    await database.asOwner(owner =>
      owner.script('drop schema public cascade; create schema public; drop schema if exists pgboss cascade'),
    )
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const put = (name: string, sql: string) => writeFileSync(join(folder, `${name}.sql`), sql)
  const run = () => database.asOwner(owner => migrate(owner, folder))
  const rowsOf = (sql: string) => database.asOwner(async owner => (await owner.query(sql)).rows)
  const applied = async () => (await rowsOf('select name from schema_migration order by name')).map(row => row.name)

  test('applies each file once, in order', async () => {
    put('0003-b', `insert into note values ('third')`)
    put('0002-a', `create table note (text text); insert into note values ('second')`)
    await run()
    await run()
    expect(await rowsOf('select text from note')).toEqual([{ text: 'second' }, { text: 'third' }])
    expect(await applied()).toEqual(['0001-roles', '0002-a', '0003-b'])
  })

  test('lets the application use tables and the queue, but not the record of migrations', async () => {
    put('0002-a', 'create table note (id int); create sequence note_id')
    await run()
    const rights = `select has_table_privilege('bordero_app', 'note', 'insert, delete') as notes,
      has_sequence_privilege('bordero_app', 'note_id', 'usage') as sequences,
      has_table_privilege('bordero_app', 'pgboss.job', 'update') as jobs,
      has_table_privilege('bordero_app', 'schema_migration', 'update') as record,
      has_table_privilege('bordero_dispatch', 'note', 'select') as dispatch,
      has_schema_privilege('bordero_app', 'public', 'create') as ddl`
    expect(await rowsOf(rights)).toEqual([
      { notes: true, sequences: true, jobs: true, record: false, dispatch: false, ddl: false },
    ])
  })

  test('keeps nothing of a file that fails, and names the line', async () => {
    put('0002-a', 'create table note (id int)')
    put('0003-b', 'create table other (id int);\nselect nothing_such;\n')
    await expect(run()).rejects.toMatchObject({
      code: 'migration_failed',
      message: expect.stringContaining('A migração 0003-b, linha 2, falhou'),
    })
    expect(await applied()).toEqual(['0001-roles', '0002-a'])
    expect(await rowsOf(`select to_regclass('other') as other`)).toEqual([{ other: null }])
    put('0003-b', 'create table other (id int)')
    await run()
    expect(await applied()).toEqual(['0001-roles', '0002-a', '0003-b'])
  })

  test('refuses a file that was edited after it was applied, but not new line ends', async () => {
    put('0002-a', 'create table note (id int);\n')
    await run()
    put('0002-a', 'create table note (id int);\r\n')
    await run()
    put('0002-a', 'create table note (id bigint);\n')
    await expect(run()).rejects.toMatchObject({ code: 'migration_edited' })
  })

  test('refuses a database that is newer than the code', async () => {
    put('0002-a', 'create table note (id int)')
    await run()
    rmSync(join(folder, '0002-a.sql'))
    await expect(run()).rejects.toMatchObject({ code: 'database_newer', message: expect.stringContaining('0002-a') })
  })

  test('refuses a file that comes before an applied one', async () => {
    put('0003-b', 'create table note (id int)')
    await run()
    put('0002-a', 'create table other (id int)')
    await expect(run()).rejects.toMatchObject({ code: 'migration_out_of_order' })
  })

  test('refuses a file whose name has no place', async () => {
    put('extra', 'select 1')
    await expect(run()).rejects.toThrow('not the name of a migration: extra.sql')
  })
})

import { beforeAll, expect, test } from 'vitest'
import { type Catalogue, readCatalogue, type Table } from '../../scripts/schema-catalogue.ts'
import { eachEngine } from '../database/each-engine.ts'
import { tablesByModule, tablesWithoutAccount } from './tables.ts'

// The part of the house rules that is about tables, read from the catalogue and not from the migrations' text.

const ofTheAccount = `(account_id = ( SELECT (NULLIF(current_setting('bordero.account'::text, true), ''::text))::bigint AS "nullif"))`

/** Unique across accounts by design: what finds the account in the first place. */
const uniqueAcrossAccounts = [
  'api_key_key_hash_key',
  'bearer_refresh_hash_key',
  'bearer_token_hash_key',
  'file_address_token_hash_key',
  'idempotency_key_of_new_account',
]

eachEngine('the tables', database => {
  let catalogue: Catalogue
  let tables: Table[]
  beforeAll(async () => {
    catalogue = await database().asOwner(readCatalogue)
    tables = catalogue.tables.filter(table => !tablesWithoutAccount.includes(table.name))
  })
  /** The names of those for which it is not so. */
  const except = (holds: (table: Table) => boolean) => tables.filter(table => !holds(table)).map(table => table.name)

  test('have one owner each', () => {
    const owned = Object.values(tablesByModule).flat()
    expect(owned.toSorted()).toEqual(catalogue.tables.map(table => table.name).toSorted())
  })

  test('lead their primary key with the account', () => {
    expect(
      except(({ constraints }) =>
        constraints.some(one => one.kind === 'primary key' && /^PRIMARY KEY \(account_id\b/.test(one.definition)),
      ),
    ).toEqual([])
  })

  test('lead every other key with the account, so that no row points into another one', () => {
    const keys = tables.flatMap(table => [
      ...table.constraints
        .filter(one => one.kind === 'unique' || one.kind === 'foreign key')
        .map(one => ({ name: one.name, definition: one.definition })),
      ...table.indexes
        .filter(index => index.startsWith('CREATE UNIQUE'))
        .map(index => ({
          name: /INDEX (\w+) ON/.exec(index)?.[1] ?? index,
          definition: index.replace(/^.* USING \w+ /, 'UNIQUE '),
        })),
    ])
    const astray = keys
      .filter(({ definition }) => !/^(?:UNIQUE|FOREIGN KEY) \(account_id\b/.test(definition))
      .map(key => key.name)
    expect(astray.toSorted()).toEqual(uniqueAcrossAccounts)
    expect(
      keys.filter(({ definition }) => definition.startsWith('FOREIGN KEY') && !/REFERENCES \w+\(account_id\b/.test(definition)),
    ).toEqual([])
  })

  test('are secured by force: the application sees one account, the owner sees all', () => {
    expect(except(table => table.rowSecurity === 'forced')).toEqual([])
    const policies = tables.map(({ name, policies }) => [name, policies.filter(policy => policy.name !== 'directory')])
    const expected = tables.map(({ name }) => [
      name,
      [
        { name: 'account_rows', command: 'all', roles: ['bordero_app'], using: ofTheAccount, check: ofTheAccount },
        { name: 'owner_all', command: 'all', roles: ['bordero_owner'], using: 'true', check: 'true' },
      ],
    ])
    expect(policies).toEqual(expected)
  })

  test('open a directory to the dispatcher for reading only', () => {
    const directories = tables.flatMap(table => table.policies.filter(policy => policy.name === 'directory'))
    expect(directories.length).toBeGreaterThan(0)
    for (const policy of directories)
      expect(policy).toMatchObject({ command: 'select', roles: ['bordero_dispatch'], check: null })
  })

  test('say by a column its name what is in it', () => {
    const typeByEnd: Record<string, RegExp> = {
      _cents: /^bigint$/,
      _on: /^date$/,
      _at: /^timestamp with time zone$/,
      _micros: /^integer$/,
    }
    const odd = tables.flatMap(({ name, columns }) =>
      columns
        .filter(column => Object.entries(typeByEnd).some(([end, type]) => column.name.endsWith(end) && !type.test(column.type)))
        .map(column => `${name}.${column.name} ${column.type}`),
    )
    expect(odd).toEqual([])
    const floats = tables.flatMap(({ name, columns }) =>
      columns.filter(column => /^(?:real|double|money)/.test(column.type)).map(column => `${name}.${column.name}`),
    )
    expect(floats).toEqual([])
  })

  test('are not told the time by the database: the account has a clock of its own', () => {
    const told = tables.flatMap(({ name, columns }) =>
      columns
        .filter(column => /now\(\)|CURRENT_|timestamp\(\)/i.test(column.default ?? ''))
        .map(column => `${name}.${column.name}`),
    )
    expect(told).toEqual([])
  })
})

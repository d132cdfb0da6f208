import type { Column, Table } from '../../scripts/schema-catalogue.ts'
import type { SqlConnection } from '../../src/platform/db/connection.ts'

/**
 * One row of each table for each account, made from the catalogue alone: foreign keys sleep, and each table's checks pick
 * the values. A table whose checks no such row meets throws, so that no table goes without a row to be taken.
 */
export async function plantRows(owner: SqlConnection, tables: readonly Table[], accounts: readonly number[]): Promise<void> {
  await withoutForeignKeys(owner, async () => {
    for (const table of tables) {
      for (const account of accounts) {
        const { affected } = await owner.query(`${rowFor(table, account)} on conflict do nothing`)
        if (affected === 0 && !(await hasRow(owner, table, account))) throw new Error(`no row of ${table.name} meets its checks`)
      }
    }
  })
}

export async function removeRows(owner: SqlConnection, tables: readonly Table[], accounts: readonly number[]): Promise<void> {
  await withoutForeignKeys(owner, async () => {
    for (const table of tables) await owner.query(`delete from ${table.name} where account_id in (${accounts.join(', ')})`)
  })
}

async function withoutForeignKeys(owner: SqlConnection, work: () => Promise<void>): Promise<void> {
  await owner.script('begin; set local session_replication_role = replica')
  try {
    await work()
    await owner.script('commit')
  } catch (error) {
    await owner.script('rollback')
    throw error
  }
}

async function hasRow(owner: SqlConnection, table: Table, account: number): Promise<boolean> {
  const { affected } = await owner.query(`select from ${table.name} where account_id = ${account}`)
  return affected > 0
}

/** An insert of one row of the account: the first that the table's own checks let pass, out of every choice for each column. */
export function rowFor(table: Table, account: number): string {
  const columns = table.columns.filter(column => column.generation === 'none')
  const names = columns.map(column => column.name).join(', ')
  const choices = columns.map(column => {
    const values = choicesFor(table, column, account).map(value => `(cast(${value} as ${column.type}))`)
    return `(values ${values.join(', ')}) as ${column.name}_choice (${column.name})`
  })
  const checks = checksOf(table).map(check => `(${check.expression}) is not false`)
  const met = checks.length === 0 ? '' : ` where ${checks.join(' and ')}`
  return `insert into ${table.name} (${names}) select ${names} from ${choices.join(' cross join ')}${met} limit 1`
}

function checksOf(table: Table): { columns: string[]; expression: string }[] {
  return table.constraints
    .filter(constraint => constraint.kind === 'check')
    .map(({ columns, definition }) => ({ columns, expression: /^CHECK \(([\s\S]*)\)$/.exec(definition)?.[1] ?? 'null' }))
}

/** A column that no check names takes one value; the others a few of which one will do. */
function choicesFor(table: Table, column: Column, account: number): string[] {
  if (column.name === 'account_id') return [String(account)]
  const checks = checksOf(table).filter(check => check.columns.includes(column.name))
  const some = valuesOf(column.type, account)
  if (checks.length === 0) return some.slice(0, 1)
  const named = checks.flatMap(check =>
    column.type === 'text' ? (check.expression.match(/'(?:[^']|'')*'(?=::text)/g) ?? []) : [],
  )
  return [...new Set([...named, ...some, ...(column.notNull ? [] : ['null'])])]
}

/** Texts and bytes differ by account, since a few of them are unique across all. */
function valuesOf(type: string, account: number): string[] {
  if (type.startsWith('numeric') || ['bigint', 'integer', 'smallint'].includes(type)) return ['1', '0', '2']
  if (type.endsWith('[]')) return [`'{}'`]
  const values: Record<string, string[]> = {
    // A CNPJ and a CPF beside any text.
    text: [`'text of ${account}'`, `'11222333000181'`, `'11144477735'`],
    bytea: [`sha256('${account}')`],
    jsonb: [`'{}'`, `'[]'`],
    boolean: ['true', 'false'],
    date: [`'2026-01-01'`, `'2026-02-01'`],
    'timestamp with time zone': [`'2026-01-01 12:00:00+00'`, `'2026-01-02 12:00:00+00'`],
  }
  const known = values[type]
  if (known === undefined) throw new Error(`test/house/plant.ts knows no value of type ${type}`)
  return known
}

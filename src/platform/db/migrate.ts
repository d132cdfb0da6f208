import { DatabaseError } from 'pg'
import type { SqlConnection } from './connection.ts'
import { DatabaseUnusable } from './faults.ts'
import { type Migration, migrationsFolder, readMigrations } from './migrations.ts'
import { migrateQueue } from './queue-schema.ts'

/** Any number that no one else locks; two starting processes wait for each other on it. */
const lockKey = 4_207_331_965

/** Brings the database to the state of this code, as the owner. Doing it again changes nothing. */
export async function migrate(owner: SqlConnection, folder: string = migrationsFolder): Promise<void> {
  const known = readMigrations(folder)
  await owner.query(`select pg_advisory_lock(${lockKey})`)
  try {
    await owner.script(`create table if not exists public.schema_migration (
      name text primary key,
      sha256 text not null,
      applied_at timestamptz not null default now()
    )`)
    const applied = await readApplied(owner)
    refuseUnknown(applied, known)
    refuseEdited(applied, known)
    for (const migration of pendingOf(applied, known)) await apply(owner, migration)
    await migrateQueue(owner)
  } finally {
    await owner.query(`select pg_advisory_unlock(${lockKey})`)
  }
}

type Applied = ReadonlyMap<string, string>

async function readApplied(owner: SqlConnection): Promise<Applied> {
  const { rows } = await owner.query('select name, sha256 from public.schema_migration')
  return new Map(rows.map(row => [String(row.name), String(row.sha256)]))
}

function refuseUnknown(applied: Applied, known: Migration[]): void {
  const names = new Set(known.map(migration => migration.name))
  const unknown = [...applied.keys()].filter(name => !names.has(name)).sort()
  if (unknown.length === 0) return
  throw new DatabaseUnusable(
    'database_newer',
    `O banco de dados é de uma versão mais nova do Bordero (contém ${unknown.join(', ')}). Atualize o Bordero, ou restaure a cópia de segurança anterior à atualização.`,
  )
}

function refuseEdited(applied: Applied, known: Migration[]): void {
  const edited = known.filter(({ name, sha256 }) => applied.has(name) && applied.get(name) !== sha256)
  if (edited.length === 0) return
  throw new DatabaseUnusable(
    'migration_edited',
    `A migração ${edited.map(migration => migration.name).join(', ')} foi alterada depois de aplicada a este banco de dados. Desfaça a alteração e crie uma migração nova.`,
  )
}

function pendingOf(applied: Applied, known: Migration[]): Migration[] {
  const firstPending = known.findIndex(({ name }) => !applied.has(name))
  if (firstPending === -1) return []
  const late = known.slice(firstPending).find(({ name }) => applied.has(name))
  if (!late) return known.slice(firstPending)
  throw new DatabaseUnusable(
    'migration_out_of_order',
    `A migração ${known[firstPending]?.name} vem antes de ${late.name}, que já foi aplicada a este banco de dados. Dê à nova migração um número maior.`,
  )
}

async function apply(owner: SqlConnection, { name, sql, sha256 }: Migration): Promise<void> {
  await owner.script('begin')
  try {
    await owner.script(sql)
    await owner.query('insert into public.schema_migration (name, sha256) values ($1, $2)', [name, sha256])
    await owner.script('commit')
  } catch (error) {
    // On a broken connection the server has rolled back already, and the first error says more.
    await owner.script('rollback').catch(() => {})
    const reason = error instanceof Error ? error.message : String(error)
    throw new DatabaseUnusable(
      'migration_failed',
      `A migração ${name}${lineOf(error, sql)} falhou e nada dela ficou no banco de dados: ${reason}`,
      { cause: error },
    )
  }
}

function lineOf(error: unknown, sql: string): string {
  if (!(error instanceof DatabaseError) || error.position === undefined) return ''
  return `, linha ${sql.slice(0, Number(error.position)).split('\n').length},`
}

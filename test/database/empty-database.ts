import { inject } from 'vitest'
import type { SqlConnection } from '../../src/platform/db/connection.ts'
import { PgliteSource } from '../../src/platform/db/pglite.ts'
import { withOwner } from '../../src/platform/db/postgres.ts'
import type { Engine } from './engines.ts'
import { copyTemplate, dropDatabase } from './postgres-databases.ts'

/** A database that nobody has migrated yet, for tests of migrating. */
export interface EmptyDatabase {
  asOwner<T>(work: (owner: SqlConnection) => Promise<T>): Promise<T>
  /** Only of PostgreSQL. */
  url: string | null
  drop(): Promise<void>
}

export async function openEmptyDatabase(engine: Engine): Promise<EmptyDatabase> {
  if (engine === 'pglite') {
    const embedded = await PgliteSource.open({ dataDir: null })
    // A session of the owner ends in this role, which otherwise the first migration makes.
    await embedded.withOwner(owner => owner.script('create role bordero_app nologin noinherit'))
    return { asOwner: work => embedded.withOwner(work), url: null, drop: () => embedded.close() }
  }
  const { url: serverUrl } = inject('postgres')
  const name = `bordero_empty_${process.pid}_${made++}`
  const url = await copyTemplate(serverUrl, 'template0', name)
  return { asOwner: work => withOwner(url, work), url, drop: () => dropDatabase(serverUrl, name) }
}

let made = 0

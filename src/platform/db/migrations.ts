import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Migration {
  /** The file's name without its ending: '0002-accounts'. Its four digits are its place. */
  name: string
  sql: string
  sha256: string
}

export const migrationsFolder = fileURLToPath(new URL('../../../db/migrations', import.meta.url))

const fileName = /^\d{4}-[a-z0-9-]+\.sql$/

export function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder).filter(name => name.endsWith('.sql'))
  for (const name of names) {
    if (!fileName.test(name)) throw new Error(`not the name of a migration: ${name}`)
  }
  return names.sort().map(name => {
    // A checkout on Windows may have rewritten the line ends; that edits nothing.
    const sql = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
    return { name: name.slice(0, -'.sql'.length), sql, sha256: createHash('sha256').update(sql).digest('hex') }
  })
}

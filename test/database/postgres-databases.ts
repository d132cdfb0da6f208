import { migrate } from '../../src/platform/db/migrate.ts'
import { withOwner } from '../../src/platform/db/postgres.ts'

/** Each run has a template of its own, and each worker a copy of it, so that several runs may share one server. */
export async function makeTemplate(serverUrl: string): Promise<string> {
  const template = `bordero_test_${process.pid}`
  await withOwner(serverUrl, owner => owner.script(`create database ${template}`))
  await withOwner(databaseUrl(serverUrl, template), migrate)
  return template
}

export async function copyTemplate(serverUrl: string, template: string, copy: string): Promise<string> {
  await dropDatabase(serverUrl, copy)
  await withOwner(serverUrl, owner => owner.script(`create database ${copy} template ${template}`))
  return databaseUrl(serverUrl, copy)
}

/** The template and whatever was copied from it. */
export async function dropCopies(serverUrl: string, template: string): Promise<void> {
  const names = await withOwner(serverUrl, async owner => {
    const { rows } = await owner.query('select datname from pg_database where starts_with(datname, $1)', [template])
    return rows.map(row => String(row.datname))
  })
  for (const name of names) await dropDatabase(serverUrl, name)
}

export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await withOwner(serverUrl, owner => owner.script(`drop database if exists ${name} with (force)`))
}

export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}

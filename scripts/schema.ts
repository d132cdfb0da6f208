import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { migrate } from '../src/platform/db/migrate.ts'
import { PgliteSource } from '../src/platform/db/pglite.ts'
import { readCatalogue } from './schema-catalogue.ts'
import { renderSql } from './schema-sql.ts'
import { renderTypes } from './schema-types.ts'

/** Writes db/schema.sql and src/platform/schema.ts from the migrations; with --check fails when they differ. */
const embedded = await PgliteSource.open({ dataDir: null })
const catalogue = await embedded.withOwner(async owner => {
  await migrate(owner)
  return readCatalogue(owner)
})
await embedded.close()

const files = { 'db/schema.sql': renderSql(catalogue), 'src/platform/schema.ts': renderTypes(catalogue) }
const check = process.argv.includes('--check')
for (const [path, text] of Object.entries(files)) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url))
  if (!check) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${path} is not what the migrations make: run \`npm run schema\` and commit it.`)
    process.exitCode = 1
  }
}

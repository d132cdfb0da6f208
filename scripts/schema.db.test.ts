import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { eachEngine } from '../test/database/each-engine.ts'
import { readCatalogue } from './schema-catalogue.ts'
import { renderSql } from './schema-sql.ts'
import { renderTypes } from './schema-types.ts'

eachEngine('the schema', database => {
  test('is the same on both engines and as it was written down', async () => {
    const catalogue = await database().asOwner(readCatalogue)
    expect(renderSql(catalogue)).toBe(readFileSync(new URL('../db/schema.sql', import.meta.url), 'utf8'))
    expect(renderTypes(catalogue)).toBe(readFileSync(new URL('../src/platform/schema.ts', import.meta.url), 'utf8'))
  })
})

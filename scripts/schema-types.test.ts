import { expect, test } from 'vitest'
import type { Catalogue, Column, Constraint } from './schema-catalogue.ts'
import { renderTypes } from './schema-types.ts'

function catalogueOf(columns: Column[], constraints: Constraint[] = []): Catalogue {
  const table = {
    name: 'invoice_rule',
    columns,
    constraints,
    indexes: [],
    triggers: [],
    rowSecurity: 'forced' as const,
    policies: [],
    grants: [],
  }
  return { tables: [table], sequences: [], functions: [] }
}

function column(name: string, type: string, rest: Partial<Column> = {}): Column {
  return { name, type, notNull: true, default: null, generation: 'none', ...rest }
}

function check(columns: string[], definition: string): Constraint {
  return { name: 'c', kind: 'check', columns, definition }
}

test('a table becomes an interface', () => {
  const text = renderTypes(
    catalogueOf([
      column('id', 'bigint'),
      column('version', 'integer', { default: '1' }),
      column('valid_from', 'date', { notNull: false }),
      column('created_at', 'timestamp with time zone'),
      column('price', 'numeric(20,6)'),
      column('scopes', 'text[]'),
      column('filters', 'jsonb', { notNull: false }),
      column('counts', 'jsonb', { default: `'{}'::jsonb` }),
      column('net', 'bigint', { generation: 'stored', default: '(gross - withheld)' }),
    ]),
  )
  expect(text).toContain('  invoice_rule: InvoiceRuleTable\n')
  expect(text.slice(text.indexOf('export interface InvoiceRuleTable'))).toBe(`export interface InvoiceRuleTable {
  id: number
  version: Generated<number>
  valid_from: CivilDate | null
  created_at: Instant
  price: string
  scopes: List<string>
  filters: Json<null>
  counts: Json<never, undefined>
  net: GeneratedAlways<number>
}
`)
})

test('a check of allowed texts becomes a union, any other check does not', () => {
  const columns = ['state', 'kind', 'odd', 'both'].map(name => column(name, 'text'))
  const text = renderTypes(
    catalogueOf(columns, [
      check(['state'], `CHECK ((state = ANY (ARRAY['draft'::text, 'it''s'::text])))`),
      check(['kind'], `CHECK ((kind = 'sale'::text))`),
      check(['odd'], `CHECK ((odd <> 'x'::text))`),
      check(['both', 'state'], `CHECK (((both = 'x'::text) OR (state = 'draft'::text)))`),
    ]),
  )
  expect(text).toContain(`  state: 'draft' | 'it\\'s'\n`)
  expect(text).toContain(`  kind: 'sale'\n`)
  expect(text).toContain('  odd: string\n')
  expect(text).toContain('  both: string\n')
})

test('a type without a parser is named', () => {
  expect(() => renderTypes(catalogueOf([column('at', 'tsrange')]))).toThrow('no TypeScript type for tsrange')
})

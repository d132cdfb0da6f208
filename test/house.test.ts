import { describe, expect, test } from 'vitest'
import { namesWhatIsThere, readDocuments } from './house/documents.ts'
import * as rules from './house/rules.ts'
import { scan } from './house/scan.ts'
import { readSources, type Source, sourceOf } from './house/sources.ts'
import { tablesByModule } from './house/tables.ts'

/** Files that break a rule, as path and text; the rule has to find something in each, or it guards nothing. */
type Wrong = Record<string, string>

const house: [sentence: string, rule: (sources: readonly Source[]) => rules.Finding[], wrong: Wrong][] = [
  [
    'a module imports what lies upstream, never downstream',
    rules.importsGoUpstream,
    {
      'src/contracts/contract.ts': `import { plan } from '../billing-run/plan-invoice.ts'`,
      'src/verify/check.ts': `import type { Terms } from '../contracts/terms.ts'`,
      'src/import/a.ts': `import { eachEngine } from '../../test/database/each-engine.ts'`,
      'src/surprises/a.ts': '',
    },
  ],
  [
    'no file leads back to itself',
    rules.noFileLeadsBackToItself,
    {
      'src/invoices/a.ts': `import { b } from '../receivables/b.ts'`,
      'src/receivables/b.ts': `export { a } from '../invoices/a.ts'`,
    },
  ],
  [
    'a package that opens a door stays behind that door',
    rules.packagesStayBehindTheirDoor,
    { 'src/invoices/a.ts': `import { Pool } from 'pg'`, 'src/core/b.ts': `import { parse } from 'csv-parse/sync'` },
  ],
  [
    'the command line is a client of the API',
    rules.theCommandLineIsAClient,
    { 'src/cli/commands/bill.ts': `import { startRun } from '../../billing-run/start-run.ts'` },
  ],
  [
    'a noun decides and does nothing else',
    rules.nounsAreDecisionsOnly,
    {
      'src/contracts/contract.ts': `import { sql } from 'kysely'`,
      'src/contracts/rules/terms.ts': `import type { Tx } from '../../platform/db/db.ts'`,
      'src/contracts/ledger/coverage.ts': `import { insertTerms } from '../rules/terms-store.ts'`,
      'src/core/dates.ts': 'export async function today() {}',
    },
  ],
  [
    'whatever only decides is listed as a noun',
    rules.nounsAreListed,
    { 'src/contracts/never-listed.ts': `import { cents } from '../core/money.ts'\nexport const none = cents(0)` },
  ],
  [
    'SQL stands in stores',
    rules.sqlStandsInStores,
    {
      'src/invoices/emit-invoice.ts': 'const rows = await sql<Row>`select 1`.execute(tx)',
      'src/invoices/read-invoice.ts': `tx.selectFrom('invoice')`,
      'src/cli/a.ts': `owner.query('delete from invoice')`,
    },
  ],
  [
    'a table is written by its own module',
    rules.eachTableIsWrittenByItsModule,
    {
      'src/invoices/invoice-store.ts': 'sql`with x as (select 1) update coverage set invoice_id = null`',
      'src/invoices/bulk-store.ts': `await insertRows(tx, account, 'receivable', columns, rows)`,
    },
  ],
  [
    'one file reads the clock',
    rules.oneFileReadsTheClock,
    {
      'src/invoices/a.ts': 'const today = new Date()',
      'src/platform/db/b.ts': 'const at = Date.now()',
      'src/import/c.ts': 'const began = performance.now()',
      'src/invoices/d.ts': 'const day = new Date(text)',
    },
  ],
  [
    'what the business does later is a row, not a timer',
    rules.theBusinessWaitsForNobody,
    { 'src/invoices/a.ts': 'setTimeout(() => emit(invoice), 1000)' },
  ],
  [
    'SQL does not ask the time',
    rules.sqlDoesNotAskTheTime,
    {
      'src/receivables/receivable-store.ts': 'sql`select id from receivable where due_on < current_date`',
      'src/core/a.ts': `'now()'`,
    },
  ],
  [
    'the environment is read once',
    rules.theEnvironmentIsReadOnce,
    { 'src/platform/log.ts': `const level = process.env.LOG_LEVEL` },
  ],
  [
    'money is no float',
    rules.moneyIsNoFloat,
    {
      'src/invoices/a.ts': 'const price = parseFloat(text)',
      'src/invoices/b.ts': 'const text = amount.toFixed(2)',
      'src/invoices/c.ts': 'const tax = cents(Math.round(netCents * 0.05))',
      'src/invoices/d.ts': 'const half = netCents / 2',
    },
  ],
  [
    'a vendor is named in its own folder only',
    rules.vendorsStayInTheirFolder,
    {
      'src/invoices/a.ts': `const codes = { omieCode: 1 }`,
      'src/import/b.ts': `const example = 'nibo=7'`,
      'src/customers/hubsoft-customer.ts': '',
    },
  ],
  [
    'types are kept',
    rules.typesAreKept,
    {
      'src/a.ts': 'const row: any = 1',
      'src/b.ts': 'const rows = list as any[]',
      'src/c.ts': '// @ts-ignore\nconst a = 1',
      'src/d.ts': 'const m = new Map<string, any>()',
    },
  ],
  ['nothing is exported by default', rules.nothingIsExportedByDefault, { 'src/a.ts': 'export default 1' }],
  [
    'nothing is a barrel',
    rules.nothingIsABarrel,
    {
      'src/invoices/index.ts': 'export const a = 1',
      'src/b.ts': `export * from './a.ts'`,
      'src/c.ts': `export { a } from './a.ts'\nexport type { B } from './b.ts'`,
    },
  ],
  [
    'names say what is inside',
    rules.namesSayWhatIsInside,
    {
      'src/utils/a.ts': '',
      'src/invoices/invoice-helpers.ts': '',
      'src/common/a.ts': '',
      'src/contracts/contract-manager.ts': '',
    },
  ],
  ['a file has at most 400 lines', rules.filesAreShort, { 'src/a.ts': 'const a = 1\n'.repeat(401) }],
]

const sources = readSources()

describe('the house', () => {
  test.each(house)('%s', (_sentence, rule) => {
    expect(rule(sources).map(rules.showFinding)).toEqual([])
  })
})

describe('the documents', () => {
  test('name files that are there', () => {
    expect(readDocuments().flatMap(namesWhatIsThere).map(rules.showFinding)).toEqual([])
  })

  test('are missed when they do not', () => {
    const text = 'See `contracts/ledger/coverage.ts`, [why](0000-never.md) and `contracts/no-such-file.ts`.'
    expect(namesWhatIsThere({ path: 'docs/decisions/x.md', text })).toHaveLength(2)
  })

  test('tell the owner of every table', () => {
    const { text = '' } = readDocuments().find(({ path }) => path === 'docs/architecture.md') ?? {}
    const told = text.slice(text.indexOf('## Tables by owner')).split('\n## ')[0] ?? ''
    const tables = Object.values(tablesByModule).flat()
    expect(tables.filter(table => !told.includes(`\`${table}\``))).toEqual([])
  })
})

describe('the guard of the house notices when it is not so that', () => {
  test.each(house)('%s', (_sentence, rule, wrong) => {
    const files = Object.entries(wrong).map(([path, text]) => sourceOf(path, text))
    const found = new Set(rule(files).map(finding => finding.path))
    const missed = files.map(file => file.path).filter(path => !found.has(path))
    // A cycle is told once, at the file that closes it.
    expect(missed).toEqual(rule === rules.noFileLeadsBackToItself ? ['src/invoices/a.ts'] : [])
  })

  test('every rule is on the list', () => {
    const written = Object.values(rules).filter(one => one !== rules.showFinding)
    expect(new Set(house.map(([, rule]) => rule))).toEqual(new Set(written))
  })
})

describe('reading a source', () => {
  test('keeps comments, quoted texts and patterns apart from code', () => {
    const into = '$'
    const { code, quoted } = scan(
      [
        'const a = "x // y" // Date.now()',
        `const b = \`sum ${into}{of({ c: \`in ${into}{d}\` })} end\` /* any */`,
        "const e = f / 2 / 'g'.length",
        'const h = /[/"`]new Date()/.test(i)',
      ].join('\n'),
    )
    expect(code.split('\n').map(line => line.trimEnd().replace(/ +/g, ' '))).toEqual([
      'const a = " "',
      `const b = \` ${into}{of({ c: \` ${into}{d}\` })} \``,
      "const e = f / 2 / ' '.length",
      'const h = .test(i)',
    ])
    expect(quoted).toEqual([
      { line: 1, text: 'x // y' },
      { line: 2, text: 'sum ' },
      { line: 2, text: 'in ' },
      { line: 2, text: '' },
      { line: 2, text: ' end' },
      { line: 3, text: 'g' },
    ])
  })

  test('tells imports of types from imports that run', () => {
    const { imports } = sourceOf(
      'src/a/b.ts',
      [
        `import type { A } from '../core/money.ts'`,
        `import { type B, type C } from './c.ts'`,
        `import D, {\n  type E,\n  f,\n} from 'pg'`,
        `export { g } from './g.ts'`,
        `import './h.ts'`,
        `const i = await import('./i.ts')`,
        `// import { j } from './j.ts'`,
      ].join('\n'),
    )
    expect(imports).toEqual([
      { line: 1, of: 'src/core/money.ts', isOurs: true, onlyTypes: true },
      { line: 2, of: 'src/a/c.ts', isOurs: true, onlyTypes: true },
      { line: 3, of: 'pg', isOurs: false, onlyTypes: false },
      { line: 7, of: 'src/a/g.ts', isOurs: true, onlyTypes: false },
      { line: 8, of: 'src/a/h.ts', isOurs: true, onlyTypes: false },
      { line: 9, of: 'src/a/i.ts', isOurs: true, onlyTypes: false },
    ])
  })
})

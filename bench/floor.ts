import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

/** What a run inserts into, in the order in which the foreign keys want it, and how its rows are known from the seed's. */
const inserted = [
  ['billing_run', 'true'],
  ['billing_run_item', 'true'],
  ['billing_run_chunk', 'true'],
  ['invoice', 'true'],
  ['invoice_line', 'true'],
  ['invoice_withholding', 'true'],
  ['receivable', 'true'],
  ['coverage', "disposition <> 'seed'"],
  ['history', "noun = 'invoice' or noun = 'billing_run'"],
  ['history_payload', "history_id in (select id from history where noun = 'invoice' or noun = 'billing_run')"],
  ['outbox', "noun = 'invoice' or noun = 'billing_run'"],
] as const

/** Rows by table that lie in the files. */
export type Dumped = { folder: string; rows: Map<string, number> }

/** Writes the rows that a run inserted to files of the server. */
export async function dumpInserted(url: string): Promise<Dumped> {
  const folder = mkdtempSync(join(tmpdir(), 'bordero-floor-'))
  chmodSync(folder, 0o777)
  const rows = new Map<string, number>()
  await withClient(url, async client => {
    for (const [table, condition] of inserted) {
      const { rowCount } = await client.query(`copy (select * from ${table} where ${condition}) to '${join(folder, table)}'`)
      rows.set(table, rowCount ?? 0)
    }
  })
  return { folder, rows }
}

/**
 * Seconds that one superuser stream of COPY takes for the same rows, into a database that has the same constraints, indexes and
 * seed: what PostgreSQL itself needs. Policies cannot apply to COPY and are part of our cost.
 */
export async function copySeconds(url: string, { folder, rows }: Dumped): Promise<number> {
  return withClient(url, async client => {
    const started = performance.now()
    for (const [table] of inserted) if (rows.get(table)) await client.query(`copy ${table} from '${join(folder, table)}'`)
    return (performance.now() - started) / 1000
  })
}

export function forget({ folder }: Dumped): void {
  rmSync(folder, { recursive: true, force: true })
}

const referenceRows: Record<string, string> = {
  invoice: `1, n, n, n, 1, n, 1, 'to_receive', 'approved', n, '2026-01-31', '2026-01-31', '2026-02-28', '2026-01-01', '2026-01-31', 20000 + n, 0, 0, 20000 + n, 'boleto', null, 1, '2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z', 1`,
  invoice_line: `1, n, p, p, 'Serviço ' || p, 1, 100 + n, 10000 + n, 0`,
  receivable: `1, n, n, 1, '2026-02-10', 20000 + n, 'to_receive'`,
  nfse_intent: `1, n, n, '2026-01-31', 'created'`,
  outbox: `1, n, 'emit', '{"invoice": 1, "state": "to_receive"}', '2026-01-31T12:00:00Z', null`,
  history: `1, n, '2026-01-31T12:00:00Z', 'system:billing_run', 'emit', n, '{"state": "to_receive", "netCents": 20000, "number": 1}'`,
}

/** Invoices per second of the reference schema's seven rows, by the same kind of stream. */
export async function referencePerSecond(url: string, invoices: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bordero-reference-'))
  chmodSync(folder, 0o777)
  try {
    return await withClient(url, async client => {
      await client.query(readFileSync(new URL('reference-schema.sql', import.meta.url), 'utf8'))
      await client.query(
        `insert into account values (1); insert into contract select 1, n from generate_series(1, ${invoices}) n`,
      )
      for (const [table, columns] of Object.entries(referenceRows)) {
        const lines = table === 'invoice_line' ? ', generate_series(1, 2) p' : ''
        await client.query(`copy (select ${columns} from generate_series(1, ${invoices}) n${lines}) to '${join(folder, table)}'`)
      }
      await client.query('checkpoint')
      const started = performance.now()
      for (const table of Object.keys(referenceRows)) await client.query(`copy ${table} from '${join(folder, table)}'`)
      return invoices / ((performance.now() - started) / 1000)
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

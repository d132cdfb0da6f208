import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { postgresPrograms, startCluster } from '../test/database/postgres-cluster.ts'
import { type CrashResult, crashEngine } from './crash-engine.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(process.pid) },
    engine: { type: 'string', default: 'both' },
    json: { type: 'boolean', default: false },
  },
})

/**
 * Kills real servers at random moments of imports, runs and receipts while clients go on, on both engines, and then checks every
 * answer that was acknowledged. Exit code 1 when anything is not as it was said.
 */
async function crashTest(kills: number, seed: number): Promise<CrashResult> {
  const results: CrashResult[] = []
  const both = values.engine === 'both'
  if (both || values.engine === 'pglite') results.push(await onPglite(both ? Math.ceil(kills / 2) : kills, seed))
  if (both || values.engine === 'postgres') results.push(await onPostgres(both ? Math.floor(kills / 2) : kills, seed + 1))
  const sum = (of: (result: CrashResult) => number) => results.reduce((total, result) => total + of(result), 0)
  return {
    kills: sum(r => r.kills),
    runs: sum(r => r.runs),
    invoices: sum(r => r.invoices),
    receipts: sum(r => r.receipts),
    duplicates: sum(r => r.duplicates),
    gaps: sum(r => r.gaps),
    sumDifferenceCents: sum(r => r.sumDifferenceCents),
    lostAnswers: sum(r => r.lostAnswers),
    findings: sum(r => r.findings),
    resumeP95Ms: Math.max(...results.map(r => r.resumeP95Ms)),
  }
}

async function onPglite(kills: number, seed: number): Promise<CrashResult> {
  const folder = mkdtempSync(join(tmpdir(), 'bordero-crash-'))
  try {
    return await crashEngine({ BORDERO_DATA: folder }, { dataDir: folder }, kills, seed)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function onPostgres(kills: number, seed: number): Promise<CrashResult> {
  const programs = postgresPrograms()
  if (!programs) throw new Error('no PostgreSQL here: apt-get install postgresql, or --engine pglite')
  const cluster = await startCluster(programs, { fast: false })
  try {
    return await crashEngine({ DATABASE_URL: cluster.url }, { databaseUrl: cluster.url }, kills, seed)
  } finally {
    await cluster.stop()
  }
}

const result = await crashTest(Number(values.kills), Number(values.seed))
console.log(values.json ? JSON.stringify(result) : result)
const { duplicates, gaps, sumDifferenceCents, lostAnswers, findings } = result
process.exit(duplicates + gaps + Math.abs(sumDifferenceCents) + lostAnswers + findings === 0 ? 0 : 1)

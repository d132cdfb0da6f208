import { openDb } from '../src/platform/db/db.ts'
import { withOwner } from '../src/platform/db/postgres.ts'
import { verify } from '../src/verify/verify.ts'
import { postgresPrograms, startCluster } from '../test/database/postgres-cluster.ts'
import { billOne, ctxOf, round } from './billing.ts'
import { addPeriods } from './more-periods.ts'
import { seedContracts } from './seed.ts'

const PERIODS = 12

/** Verifies an account whose contracts were billed for twelve periods, in full. */
export async function benchVerify({ contracts }: { contracts: number }): Promise<Record<string, unknown>> {
  const programs = postgresPrograms()
  if (!programs) throw new Error('this needs PostgreSQL: apt-get install postgresql')
  const cluster = await startCluster(programs, { fast: false })
  try {
    const db = await openDb({ databaseUrl: cluster.url })
    try {
      await withOwner(cluster.url, owner => seedContracts(owner, 1, contracts))
      await billOne(ctxOf(db, 1), 2)
      await withOwner(cluster.url, owner => addPeriods(owner, PERIODS - 1))
      let rss = 0
      const watch = setInterval(() => {
        rss = Math.max(rss, process.memoryUsage.rss())
      }, 50)
      const started = performance.now()
      const { clean, checked, found, findings } = await verify(ctxOf(db, 1), { full: true })
      const seconds = round((performance.now() - started) / 1000)
      clearInterval(watch)
      return {
        contracts,
        periods: PERIODS,
        seconds,
        rssMb: Math.round(rss / 1024 / 1024),
        clean,
        checked,
        found,
        ...(clean ? {} : { first: findings[0] }),
      }
    } finally {
      await db.close()
    }
  } finally {
    await cluster.stop()
  }
}

import type { SqlConnection } from '../src/platform/db/connection.ts'
import { openDb } from '../src/platform/db/db.ts'
import { withOwner } from '../src/platform/db/postgres.ts'
import { sealHistory } from '../src/platform/history-seal.ts'
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
      await withOwner(cluster.url, tellOfCustomers)
      await billOne(ctxOf(db, 1), 2)
      await withOwner(cluster.url, owner => addPeriods(owner, PERIODS - 1))
      const sealing = performance.now()
      // A server seals what was committed a moment later, all along; a year's history at once is of this benchmark's making.
      await sealHistory(ctxOf(db, 1))
      const sealSeconds = round((performance.now() - sealing) / 1000)
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
        sealSeconds,
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

/** What making them would have told: the seed leaves it out, as billing does not look at it. */
async function tellOfCustomers(owner: SqlConnection): Promise<void> {
  const told = `jsonb_build_object('kind', kind, 'name', name, 'tradeName', trade_name, 'taxId', tax_id, 'municipalRegistration', municipal_registration,
    'billingEmails', billing_emails, 'version', version)`
  const statements = [
    `insert into history (account_id, id, at, actor, action, noun, subject_id, subject_version, request_id, digest)
     select account_id, nextval('history_id_seq'), created_at, 'system:seed', 'create', 'customer', id, 1, 'seed', history_digest('\\x00', null, ${told}) from customer`,
    `insert into history_payload (account_id, history_id, salt, before, after)
     select account_id, entry, '\\x00', null, ${told}
     from customer c join (select subject_id, id as entry from history where noun = 'customer') h on h.subject_id = c.id`,
  ]
  for (const statement of statements) await owner.query(statement, [])
}

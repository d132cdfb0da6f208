import { instant } from '../../../src/core/dates.ts'
import { clockAt } from '../../../src/platform/clock.ts'
import { openCtx } from '../../../src/platform/context.ts'
import { openDb } from '../../../src/platform/db/db.ts'
import { openLog } from '../../../src/platform/log.ts'
import { extendSchedule } from '../../../src/schedules/make-occurrences.ts'

/**
 * A process of its own that makes what a schedule has within its horizon, says so, and does not end the transaction before it is killed:
 * `{ databaseUrl, dataDir, account, scheduleId, now }`.
 */
const { databaseUrl, dataDir, account, scheduleId, now } = JSON.parse(process.argv[2] ?? '{}')
const db = await openDb({ databaseUrl, dataDir })
const ctx = openCtx({
  account,
  actor: { kind: 'system', id: 'test' },
  requestId: 'test',
  clock: clockAt(instant(now)),
  db,
  log: openLog({ level: 'warn' }),
})
await ctx.transact(async () => {
  await extendSchedule(ctx, scheduleId)
  console.log('made')
  await new Promise(() => setInterval(() => {}, 1000))
})

import { WebhookSender } from '../../../src/app/webhook-sender.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { openDb } from '../../../src/platform/db/db.ts'
import { openLog } from '../../../src/platform/log.ts'
import { senderMachine } from '../sender-machine.ts'

/** A process of its own that sends an account's webhooks to one endpoint until it is killed: `{ databaseUrl, dataDir, account, endpointId }`. */
const { databaseUrl, dataDir, account, endpointId, totalMs } = JSON.parse(process.argv[2] ?? '{}')
const db = await openDb({ databaseUrl, dataDir })
const sender = new WebhookSender({ db, clock: systemClock, log: openLog({ level: 'warn' }) }, senderMachine(totalMs))
sender.start()
// As often as a worker looks for due work.
setInterval(() => sender.wake(account, endpointId), 1000)

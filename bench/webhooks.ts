import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createAccount } from '../src/accounts/create-account.ts'
import { systemClock } from '../src/platform/clock.ts'
import { type Ctx, openCtx } from '../src/platform/context.ts'
import { type Db, openDb } from '../src/platform/db/db.ts'
import { withOwner } from '../src/platform/db/postgres.ts'
import { record } from '../src/platform/history.ts'
import { takeAccountNumber } from '../src/platform/http/key-directory.ts'
import { openLog } from '../src/platform/log.ts'
import { createEndpoint } from '../src/webhooks/create-endpoint.ts'
import { postgresPrograms, startCluster } from '../test/database/postgres-cluster.ts'
import { type Manner, type Received, Receiver } from '../test/webhooks/receiver.ts'
import { senderMachine } from '../test/webhooks/sender-machine.ts'
import { round } from './billing.ts'

const sender = fileURLToPath(new URL('../test/webhooks/children/send.ts', import.meta.url))
const VERSIONS = 5
/** How long a sender waits for an answer: one that stalls holds its lane so long. */
const PATIENCE_MS = 500
const TICK_MS = 100
/** The sandbox's clock goes so much faster than the machine's, so that retries of hours come within the benchmark. */
const CLOCK_STEP = '10 minutes'
/** When so much was heard, the receiver goes away for a while; and a sender is killed, each time the one that runs longest. */
const AWAY_AT = [0.3, 0.6]
const AWAY_MS = 1000
const KILLED_AT = [0.2, 0.5, 0.8]
/** Nothing new was heard for so long: what is missing by now is lost. */
const SILENCE_MS = 60_000

/**
 * So many deliveries, five versions of each invoice, by two processes, to a receiver that answers 500, stalls, hangs up, goes away and comes
 * back. Three times one of the two is killed, and another one started. None may be lost, and none overtake the one before it.
 */
export async function benchWebhooks({ deliveries }: { deliveries: number }): Promise<Record<string, unknown>> {
  const programs = postgresPrograms()
  if (!programs) throw new Error('this needs PostgreSQL: apt-get install postgresql')
  const cluster = await startCluster(programs, { fast: false })
  const children: ChildProcess[] = []
  const receiver = await Receiver.open()
  try {
    const db = await openDb({ databaseUrl: cluster.url })
    try {
      const invoices = Math.ceil(deliveries / VERSIONS)
      const ctx = await openAccount(db, receiver.url)
      const watch = new Watch(invoices)
      const moods = rude(7)
      receiver.manner = received => {
        const manner = moods()
        if (manner === 200) watch.heard(received)
        return manner
      }
      const start = () => {
        const asked = { databaseUrl: cluster.url, account: ctx.account, endpointId: 1, totalMs: PATIENCE_MS }
        const child = spawn(process.execPath, [sender, JSON.stringify(asked)], { stdio: ['ignore', 'inherit', 'inherit'] })
        children.push(child)
        return child
      }
      const senders = [start(), start()]
      const told = await tell(ctx, invoices)
      const began = performance.now()
      const away = [...AWAY_AT]
      const killed = [...KILLED_AT]
      let lastKillAt = began
      let heard = { distinct: 0, at: began }
      while (!watch.isWhole && performance.now() - heard.at < SILENCE_MS) {
        await pause(TICK_MS)
        await withOwner(cluster.url, owner =>
          owner.query(`update account set sandbox_now = sandbox_now + interval '${CLOCK_STEP}' where account_id = $1`, [
            ctx.account,
          ]),
        )
        if (watch.distinct > heard.distinct) heard = { distinct: watch.distinct, at: performance.now() }
        if (watch.share >= (away[0] ?? 2)) {
          away.shift()
          await receiver.goAway()
          await pause(AWAY_MS)
          await receiver.comeBack()
        }
        if (watch.share >= (killed[0] ?? 2)) {
          killed.shift()
          lastKillAt = performance.now()
          senders.shift()?.kill('SIGKILL')
          senders.push(start())
        }
      }
      const ended = performance.now()
      const { rows } = await withOwner(cluster.url, owner =>
        owner.query(
          `select count(*) filter (where state = 'delivered')::int as delivered, count(*) filter (where state = 'given_up')::int as "givenUp",
                  sum(attempts)::int as attempts from webhook_delivery`,
        ),
      )
      return {
        deliveries: told,
        lost: told - watch.distinct,
        outOfOrder: watch.outOfOrder,
        kills: KILLED_AT.length - killed.length,
        repeated: watch.repeated,
        requests: receiver.received.length,
        ...rows[0],
        seconds: round((ended - began) / 1000),
        perSecond: round((told * 0.95) / ((watch.nearlyAllAt - began) / 1000)),
        secondsAfterLastKill: round((ended - lastKillAt) / 1000),
      }
    } finally {
      for (const child of children) child.kill('SIGKILL')
      await db.close()
    }
  } finally {
    await receiver.goAway().catch(() => {})
    await cluster.stop()
  }
}

/** What was heard for the first time, and whether in order. */
class Watch {
  readonly #whole: number
  readonly #last = new Map<string, number>()
  distinct = 0
  outOfOrder = 0
  repeated = 0
  nearlyAllAt = 0

  constructor(invoices: number) {
    this.#whole = invoices * VERSIONS
  }

  heard({ body: { data } }: Received): void {
    const before = this.#last.get(data.id) ?? 0
    if (data.version <= before) {
      this.repeated++
      return
    }
    if (data.version > before + 1) this.outOfOrder++
    this.#last.set(data.id, data.version)
    this.distinct++
    if (this.share >= 0.95 && this.nearlyAllAt === 0) this.nearlyAllAt = performance.now()
  }

  get share(): number {
    return this.distinct / this.#whole
  }

  get isWhole(): boolean {
    return this.distinct === this.#whole
  }
}

async function openAccount(db: Db, address: string): Promise<Ctx> {
  const account = await db.transact('dispatch', takeAccountNumber)
  const log = openLog({ level: 'silent' })
  const ctx = openCtx({ account, actor: { kind: 'system', id: 'bench' }, requestId: 'bench', clock: systemClock, db, log })
  await createAccount(ctx, { name: 'Conta de testes', mode: 'sandbox' })
  await createEndpoint(ctx, senderMachine(), { address, events: ['invoice.*'], form: 'standard' })
  return ctx
}

async function tell(ctx: Ctx, invoices: number): Promise<number> {
  for (let version = 1; version <= VERSIONS; version++) {
    const entries = Array.from({ length: invoices }, (_, i) => ({
      action: 'update',
      event: 'update',
      subject: { noun: 'invoice' as const, id: i + 1, version },
    }))
    await ctx.transact(tx => record(tx, ctx, entries))
  }
  return invoices * VERSIONS
}

/** The same moods for the same seed: of a hundred requests, five are answered 500, three are hung up on, and one is left without an answer. */
function rude(seed: number): () => Manner {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    const chance = (state / 2_147_483_648) * 100
    if (chance < 5) return 500
    if (chance < 8) return 'drop'
    return chance < 9 ? 'stall' : 200
  }
}

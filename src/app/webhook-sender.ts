import { millisOf } from '../core/dates.ts'
import { faultOf } from '../platform/db/faults.ts'
import { accountsWithUnsent } from '../platform/outbox.ts'
import { LANES } from '../webhooks/endpoint-health.ts'
import { SEND_WEBHOOKS } from '../webhooks/held-endpoint.ts'
import type { WebhookMachine } from '../webhooks/machine.ts'
import { Places } from '../webhooks/places.ts'
import { sendNext } from '../webhooks/send-webhooks.ts'
import { tellEndpoints } from '../webhooks/tell-endpoints.ts'
import { type Machinery, openSystemCtx } from './context.ts'

const lookEveryMs = 1000
const mostAccounts = 1000
const sendingsAtOnce = 32
const sendingsOfAccount = 8
const pauseAfterOutageMs = 1000
const pauseAfterFaultMs = 60_000

interface Endpoint {
  account: number
  endpointId: number
}

/**
 * Tells endpoints what happened, and sends. Several of them do no harm: deliveries are leased. Receivers are waited for here, so that nobody
 * who bills ever waits for one: due work of webhooks only wakes this.
 */
export class WebhookSender {
  readonly #machinery: Machinery
  readonly #machine: WebhookMachine
  readonly #places = new Places(sendingsAtOnce, sendingsOfAccount)
  readonly #stopping = new AbortController()
  /** Lanes at work, by endpoint. */
  readonly #lanes = new Map<string, number>()
  readonly #working = new Set<Promise<void>>()
  readonly #notBefore = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()

  constructor(machinery: Machinery, machine: WebhookMachine) {
    this.#machinery = machinery
    this.#machine = machine
  }

  start(): void {
    if (this.#isStopped) return
    this.#looking = this.look().finally(() => {
      this.#timer = setTimeout(() => this.start(), lookEveryMs)
    })
  }

  /** What is under way is finished and recorded: a receiver is never left without it being known what it got. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#timer)
    await this.#looking
    clearTimeout(this.#timer)
    await this.idle()
  }

  /** Until nothing is under way. */
  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working)
  }

  /** An endpoint may have something due: as many lanes as it may have look for it. */
  wake(account: number, endpointId: number): void {
    const key = `${account} ${endpointId}`
    const now = millisOf(this.#machinery.clock.now())
    if (this.#isStopped || now < (this.#notBefore.get(key) ?? 0)) return
    for (let lanes = this.#lanes.get(key) ?? 0; lanes < LANES; lanes++) {
      this.#lanes.set(key, lanes + 1)
      const lane = this.#runLane({ account, endpointId }, key).finally(() => this.#working.delete(lane))
      this.#working.add(lane)
    }
  }

  /** Tells endpoints of everything that waits, an account's page after another's, so that one which did much keeps nobody waiting. */
  async look(): Promise<void> {
    const { db, log } = this.#machinery
    try {
      let accounts = await db.transact('dispatch', tx => accountsWithUnsent(tx, mostAccounts))
      while (accounts.length > 0 && !this.#isStopped) {
        const left: number[] = []
        for (const account of accounts) if (await this.#tell(account)) left.push(account)
        accounts = left
      }
    } catch (err) {
      log.warn({ err }, 'what webhooks are to tell was not found')
    }
  }

  /** A page of one account; whether there may be more. */
  async #tell(account: number): Promise<boolean> {
    const { log } = this.#machinery
    try {
      const ctx = this.#isStopped ? null : await openSystemCtx(this.#machinery, account, SEND_WEBHOOKS)
      if (ctx === null) return false
      const { messages, endpointIds } = await tellEndpoints(ctx, this.#machine)
      for (const endpointId of endpointIds) this.wake(account, endpointId)
      return messages > 0
    } catch (err) {
      log.warn({ err, account }, 'webhooks were not told')
      return false
    }
  }

  async #runLane({ account, endpointId }: Endpoint, key: string): Promise<void> {
    try {
      while (!this.#isStopped && (await this.#sendOne({ account, endpointId })));
      this.#notBefore.delete(key)
    } catch (err) {
      const isOutage = faultOf(err) === 'transient'
      this.#machinery.log[isOutage ? 'warn' : 'error']({ err, account, endpointId }, 'webhooks were not sent')
      const pause = isOutage ? pauseAfterOutageMs : pauseAfterFaultMs
      this.#notBefore.set(key, millisOf(this.#machinery.clock.now()) + pause)
    } finally {
      const left = (this.#lanes.get(key) ?? 1) - 1
      if (left === 0) this.#lanes.delete(key)
      else this.#lanes.set(key, left)
    }
  }

  /** Whether there may be more. The place is taken before the lease, whose time runs. */
  async #sendOne({ account, endpointId }: Endpoint): Promise<boolean> {
    const giveBack = await this.#places.take(account)
    try {
      const ctx = this.#isStopped ? null : await openSystemCtx(this.#machinery, account, SEND_WEBHOOKS)
      const found = ctx === null ? 'nothing' : await sendNext(ctx, this.#machine, endpointId)
      // While it failed it had one lane.
      if (found === 'back') this.wake(account, endpointId)
      return found === 'tried' || found === 'back'
    } finally {
      giveBack()
    }
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted
  }
}

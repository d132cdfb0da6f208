import { refuse } from '../../core/refusal.ts'
import type { Db } from '../db/db.ts'
import { tellStopped } from './caller-gone.ts'

const mebibyte = 1024 * 1024

export interface UploadBounds {
  /** Of all files that are held at once: those that are worked on, and those that wait for their turn. */
  mostBytes: number
  mostBytesOfAccount: number
  /** How many files are worked on at once; of an account one. */
  atOnce: number
}

/** So that the largest files, from as many callers as there are, keep a process within 1 GB; the embedded database is part of it. */
export function usualBounds(engine: Db['engine']): UploadBounds {
  return { mostBytes: 60 * mebibyte, mostBytesOfAccount: 40 * mebibyte, atOnce: engine === 'pglite' ? 1 : 2 }
}

/** What the smallest file counts: a request that waits costs something too. */
const leastBytes = mebibyte

interface Waiting {
  account: number
  begin: () => void
}

/**
 * The memory of one process is bounded, whoever uploads how much at once: before its body is read a file is admitted by its size, or
 * refused with 503 `busy`; what is admitted waits in line, each account for itself, until it may be read and worked on.
 */
export class UploadGate {
  readonly #bounds: UploadBounds
  readonly #bytes = new Map<number, number>()
  readonly #atWork = new Set<number>()
  readonly #waiting: Waiting[] = []

  constructor(bounds: UploadBounds) {
    this.#bounds = bounds
  }

  /** Before the body is read. To be let go, once or more often, when the request has ended, however it did. */
  admit(account: number, bytes: number): () => void {
    const counted = Math.max(bytes, leastBytes)
    const held = this.#bytes.get(account) ?? 0
    const all = [...this.#bytes.values()].reduce((sum, of) => sum + of, 0)
    // One that is alone is admitted whatever its size, which the route bounds.
    const isAlone = all === 0
    const { mostBytes, mostBytesOfAccount } = this.#bounds
    if (!isAlone && (all + counted > mostBytes || held + counted > mostBytesOfAccount)) refuseBusy()
    this.#bytes.set(account, held + counted)
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      const left = (this.#bytes.get(account) ?? 0) - counted
      if (left === 0) this.#bytes.delete(account)
      else this.#bytes.set(account, left)
    }
  }

  /** Waits in line, then works. Whoever has gone meanwhile is not worked for. */
  async inTurn<T>(account: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#turnOf(account, signal)
    try {
      return await work()
    } finally {
      this.#atWork.delete(account)
      this.#next()
    }
  }

  async #turnOf(account: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) tellStopped()
    if (this.#isFree(account)) {
      this.#atWork.add(account)
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: Waiting = { account, begin: resolve }
    const leave = () => {
      const at = this.#waiting.indexOf(waiting)
      if (at < 0) return
      this.#waiting.splice(at, 1)
      reject(new Error('gone'))
    }
    this.#waiting.push(waiting)
    signal.addEventListener('abort', leave, { once: true })
    try {
      await promise
    } catch {
      tellStopped()
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #isFree(account: number): boolean {
    return this.#atWork.size < this.#bounds.atOnce && !this.#atWork.has(account)
  }

  /** The first in line whose account has none at work. */
  #next(): void {
    const at = this.#waiting.findIndex(({ account }) => this.#isFree(account))
    if (at < 0) return
    for (const { account, begin } of this.#waiting.splice(at, 1)) {
      this.#atWork.add(account)
      begin()
    }
  }
}

function refuseBusy(): never {
  refuse('busy', 'O servidor já está com muitos arquivos ao mesmo tempo e não leu este: tente de novo em instantes.', {
    status: 503,
  })
}

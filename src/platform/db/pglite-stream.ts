import { Duplex } from 'node:stream'
import { joinBytes } from './pglite-messages.ts'
import type { PgliteThread } from './pglite-thread.ts'

type Done = (error?: Error | null) => void

/**
 * What the pg driver takes for its socket: PGlite understands the same wire protocol, so both engines share one driver
 * with its parsers, parameters and errors. The driver corks a statement's messages, and they cross in one piece.
 */
export class PgliteStream extends Duplex {
  readonly #thread: PgliteThread

  constructor(thread: PgliteThread) {
    super()
    this.#thread = thread
  }

  /** A socket connects later, after its user has begun to listen. */
  connect(): this {
    process.nextTick(() => this.emit('connect'))
    return this
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#exchange([chunk], done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.#exchange(
      chunks.map(({ chunk }) => chunk),
      done,
    )
  }

  override _final(done: Done): void {
    this.push(null)
    done()
  }

  #exchange(chunks: Buffer[], done: Done): void {
    this.#thread.exchange(joinBytes(chunks)).then(
      answer => {
        if (answer.length > 0) this.push(answer)
        done()
      },
      // The driver tells the statement under way.
      error => done(error),
    )
  }
}

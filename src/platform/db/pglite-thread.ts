import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { endProcess } from './end-process.ts'
import type { WorkerOptions, WorkerReply, WorkerRequest } from './pglite-messages.ts'

/** The worker thread in which PGlite lives; it answers one request after the other, in order. */
export class PgliteThread {
  readonly #worker: Worker
  readonly #waiting: ((reply: WorkerReply) => void)[] = []
  #closing = false

  private constructor(worker: Worker) {
    this.#worker = worker
    worker.on('message', (reply: WorkerReply) => this.#waiting.shift()?.(reply))
  }

  static async start(options: WorkerOptions): Promise<PgliteThread> {
    const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), { workerData: options, name: 'pglite' })
    // Rejects with the worker's own error when it cannot open the database.
    await once(worker, 'message')
    const thread = new PgliteThread(worker)
    worker.on('error', error => endProcess('o banco de dados embutido parou', error))
    worker.on('exit', code => thread.#closing || endProcess('o banco de dados embutido parou', `código ${code}`))
    return thread
  }

  /** Takes the bytes over: they are gone from the caller's thread. */
  async exchange(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const reply = await this.#ask({ kind: 'wire', bytes }, [bytes.buffer])
    if (reply.kind !== 'wire') throw unexpected(reply)
    return reply.bytes
  }

  async syncs(): Promise<number> {
    const reply = await this.#ask({ kind: 'syncs' })
    if (reply.kind !== 'syncs') throw unexpected(reply)
    return reply.count
  }

  async dump(): Promise<Uint8Array> {
    const reply = await this.#ask({ kind: 'dump' })
    if (reply.kind !== 'dump') throw unexpected(reply)
    return reply.image
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.#ask({ kind: 'close' })
    await this.#worker.terminate()
  }

  #ask(request: WorkerRequest, handOver: ArrayBuffer[] = []): Promise<WorkerReply> {
    return new Promise(resolve => {
      this.#waiting.push(resolve)
      this.#worker.postMessage(request, handOver)
    })
  }
}

function unexpected(reply: WorkerReply): Error {
  return new Error(`unexpected answer of the database thread: ${reply.kind}`)
}

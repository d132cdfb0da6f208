import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { DurableNodeFs } from './durable-fs.ts'
import { endProcess } from './end-process.ts'
import { joinBytes, type WorkerOptions, type WorkerReply, type WorkerRequest } from './pglite-messages.ts'

/**
 * PostgreSQL in WebAssembly is synchronous, so it lives in this thread. It is spoken to in PostgreSQL's wire protocol:
 * bytes in, bytes out.
 */
const { pgdata, image } = workerData as WorkerOptions // the only one who starts this thread is pglite.ts
const port = parentPort
if (!port) throw new Error('pglite-worker runs as a worker thread')

const durableFs =
  pgdata === null ? null : new DurableNodeFs(pgdata, error => endProcess('o disco não confirmou uma gravação', error))
/** PostgreSQL's own account of why it gave up. */
let lastWords = ''

const postgres = await start()
endOnBreakdown(postgres)
port.on('message', answer)
reply({ kind: 'ready' })

async function start(): Promise<PGlite> {
  try {
    return await PGlite.create({
      ...(durableFs && { fs: durableFs }),
      ...(image !== null && { loadDataDir: new Blob([readFileSync(image)]) }),
      startParams: [...startParameters(durableFs !== null)],
      onStderr: rememberLastWords,
    })
  } catch (error) {
    throw new Error(lastWords || String(error), { cause: error })
  }
}

function rememberLastWords(line: string): boolean {
  lastWords = /\b(?:PANIC|FATAL): .*/.exec(line)?.[0] ?? lastWords
  return false
}

function* startParameters(durable: boolean): Iterable<string> {
  for (const parameter of PGlite.defaultStartParams) {
    // -F turns fsync off.
    if (!(durable && parameter === '-F')) yield parameter
  }
  yield* ['-c', 'TimeZone=UTC']
  // Emscripten's fdatasync never reaches the file system; its fsync does.
  if (durable) yield* ['-c', 'wal_sync_method=fsync']
}

/**
 * An error of SQL leaves PostgreSQL's loop by a known exit. Any other exception is a PANIC (a full disk while the log
 * is written) or a fault of WebAssembly; PGlite swallows it, goes on in a broken state and may spin for ever.
 */
function endOnBreakdown(database: PGlite): void {
  const postgresModule = database.Module
  const runOnce = postgresModule._PostgresMainLoopOnce
  postgresModule._PostgresMainLoopOnce = () => {
    try {
      runOnce()
    } catch (error) {
      if (isErrorOfSql(error)) throw error
      breakDown(error)
    }
  }
}

function breakDown(error: unknown): never {
  endProcess('o banco de dados embutido parou', lastWords || error)
}

function isErrorOfSql(error: unknown): boolean {
  const longJump = 100
  return typeof error === 'object' && error !== null && 'status' in error && error.status === longJump
}

async function answer(request: WorkerRequest): Promise<void> {
  switch (request.kind) {
    case 'wire': {
      const bytes = exchange(request.bytes)
      return port?.postMessage({ kind: 'wire', bytes } satisfies WorkerReply, [bytes.buffer])
    }
    case 'syncs':
      return reply({ kind: 'syncs', count: durableFs?.syncs ?? 0 })
    case 'dump':
      return reply({ kind: 'dump', image: await (await postgres.dumpDataDir('none')).bytes() })
    case 'close':
      await postgres.close()
      reply({ kind: 'closed' })
      port?.close()
  }
}

function exchange(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = []
  // Runs to its end before it returns; the promise only stands for a sync of other file systems.
  postgres.execProtocolRawStream(bytes, { syncToFs: false, onRawData: chunk => chunks.push(chunk.slice()) }).catch(breakDown)
  return joinBytes(chunks)
}

function reply(message: WorkerReply): void {
  port?.postMessage(message)
}

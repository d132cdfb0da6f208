/** What the worker thread of PGlite is told and what it answers. */
export interface WorkerOptions {
  /** PostgreSQL's folder, or null for a database in memory. */
  pgdata: string | null
  /** A file made by `dump`, from which a database in memory starts. */
  image: string | null
}

export type WorkerRequest =
  | { kind: 'wire'; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'syncs' }
  | { kind: 'dump' }
  | { kind: 'close' }

export type WorkerReply =
  | { kind: 'ready' }
  | { kind: 'wire'; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'syncs'; count: number }
  | { kind: 'dump'; image: Uint8Array }
  | { kind: 'closed' }

/** In a buffer of their own, so that it can be handed over: Node's Buffer.concat may return a slice of a shared pool. */
export function joinBytes(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

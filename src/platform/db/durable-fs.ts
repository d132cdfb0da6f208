import { fdatasyncSync, fsyncSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

type EmscriptenOptions = Parameters<NodeFS['init']>[1]
type PostgresModule = NonNullable<PGlite['Module']>

/** The part of Emscripten's stream that a sync needs; its published types do not describe it. */
interface OpenFile {
  nfd: number
  node: { mode: number }
}

/**
 * PGlite's file system with the one operation that it lacks: without `fsync`, Emscripten answers PostgreSQL's calls
 * with success and does nothing. `whenFailed` must not return: PostgreSQL in WebAssembly does not survive the news, the
 * next statement spins for ever.
 */
export class DurableNodeFs extends NodeFS {
  readonly #whenFailed: (error: unknown) => never
  #syncs = 0

  constructor(pgdata: string, whenFailed: (error: unknown) => never) {
    super(pgdata)
    this.#whenFailed = whenFailed
  }

  /** How often PostgreSQL has asked for a sync since it was opened. */
  get syncs(): number {
    return this.#syncs
  }

  override async init(pg: PGlite, options: EmscriptenOptions): Promise<{ emscriptenOpts: EmscriptenOptions }> {
    const { emscriptenOpts } = await super.init(pg, options)
    const addSync = (postgres: PostgresModule) => {
      // Declared without its operations by Emscripten's types.
      const { stream_ops } = postgres.NODEFS as unknown as { stream_ops: { fsync?: (file: OpenFile) => number } }
      stream_ops.fsync = file => this.#sync(file, postgres.FS.isDir(file.node.mode))
    }
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addSync] } }
  }

  #sync(file: OpenFile, isFolder: boolean): number {
    this.#syncs++
    try {
      if (isFolder) fsyncSync(file.nfd)
      else fdatasyncSync(file.nfd)
      return 0
    } catch (error) {
      return this.#whenFailed(error)
    }
  }
}

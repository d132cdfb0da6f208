import {
  chmodSync,
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DatabaseUnusable } from './faults.ts'

/**
 * The folder of an embedded database, held by one process. Its parts:
 * bordero.lock  a SQLite file whose lock the operating system frees when its holder ends, however it ends
 * pgdata/       PostgreSQL's own files
 * starting      stands while a first start makes pgdata: what a start that was interrupted left there was never acknowledged,
 *               and is made anew
 * complete      stands once pgdata has been made and synced
 * A pgdata without either is not ours to touch: a backup that missed a file, or somebody else's folder.
 */
export class DataDir {
  readonly pgdata: string
  readonly #path: string
  readonly #lock: DatabaseSync

  constructor(path: string) {
    this.#path = resolve(path)
    makePrivate(this.#path)
    this.#lock = takeLock(this.#path)
    this.pgdata = join(this.#path, 'pgdata')
    if (!this.isComplete) this.#startOver()
  }

  /** Clears what an interrupted first start left, and marks this one, before anything is written. */
  #startOver(): void {
    if (existsSync(this.pgdata) && !existsSync(this.#starting)) {
      this.release()
      throw new DatabaseUnusable(
        'database_does_not_open',
        `A pasta ${this.pgdata} já existe e não foi terminada por um Bordero. Se é uma cópia de segurança, falta nela o arquivo "complete"; senão, escolha outra pasta com --data.`,
      )
    }
    writeMarker(this.#starting, 'pgdata is being made\n')
    sync(this.#path)
    rmSync(this.pgdata, { recursive: true, force: true })
  }

  get isComplete(): boolean {
    return isComplete(this.#path)
  }

  /** The first start copies PostgreSQL's files out without syncing them; from here on they survive a power cut. */
  complete(): void {
    syncTree(this.pgdata)
    writeMarker(this.#marker, 'pgdata is whole\n')
    sync(this.#path)
    rmSync(this.#starting, { force: true })
  }

  release(): void {
    this.#lock.close()
  }

  get #marker(): string {
    return markerOf(this.#path)
  }

  get #starting(): string {
    return join(this.#path, 'starting')
  }
}

/** Whether a database was made in this folder, without holding it. */
export function isComplete(path: string): boolean {
  return existsSync(markerOf(path))
}

function markerOf(path: string): string {
  return join(path, 'complete')
}

function writeMarker(path: string, text: string): void {
  const marker = openSync(path, 'w', 0o600)
  writeSync(marker, text)
  fdatasyncSync(marker)
  closeSync(marker)
}

/** Invoices and tax ids lie here: nobody else on the machine may read them. A folder in which something else lies keeps its mode. */
function makePrivate(path: string): void {
  const made = mkdirSync(path, { recursive: true, mode: 0o700 })
  if (existsSync(join(path, 'bordero.lock')) || readdirSync(path).length === 0) chmodSync(path, 0o700)
  if (made === undefined) return
  for (let folder = path; ; folder = dirname(folder)) {
    sync(dirname(folder))
    if (folder === made) return
  }
}

/**
 * Two processes on one folder would both lose rows without an error, and PGlite never refuses the second. A pid file
 * can have two winners, and an abstract socket does not reach across containers; a file lock does neither.
 */
function takeLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(join(path, 'bordero.lock'))
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    if (!isLocked(error)) throw error
    throw new DatabaseUnusable(
      'data_dir_in_use',
      `Outro processo do Bordero já usa a pasta de dados ${path}. Encerre-o antes de iniciar este, ou escolha outra pasta com --data.`,
      { cause: error },
    )
  }
}

const sqliteBusy = 5

function isLocked(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy
}

function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) syncTree(path)
    else if (entry.isFile()) sync(path)
  }
  sync(folder)
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

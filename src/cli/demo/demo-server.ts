import { existsSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { civilDate } from '../../core/dates.ts'
import { DataDir } from '../../platform/db/data-dir.ts'
import { DatabaseUnusable } from '../../platform/db/faults.ts'
import { credentialsFileOf, dataFolders, foldersOf, forget } from '../credentials.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { type StartedServer, startServer } from '../serve/start-server.ts'

/** A Sunday, and the last day of a month: the day of every contract that bills on a 31st. */
export const demoDay = civilDate('2027-01-31')

const usualPort = 8080

/** A server with nothing in it yet; demos that run at the same time have a folder each. */
export async function startDemoServer({ inMemory }: { inMemory: boolean }): Promise<StartedServer> {
  wipeOtherDemos(dataFolders.demo)
  wipeMemoryKeys()
  for (const data of inMemory ? ['memory:'] : foldersOf(dataFolders.demo)) {
    try {
      emptyFolder(data)
      return await startOnFreePort(data)
    } catch (error) {
      if (codeOf(error) !== 'data_dir_in_use') throw error
    }
  }
  throw tooMany()
}

async function startOnFreePort(data: string): Promise<StartedServer> {
  const credentialsFile = data === 'memory:' ? join('data', `memory-${process.pid}`, 'credentials.json') : credentialsFileOf(data)
  const start = (port: number) =>
    startServer({ sandbox: true, sandboxDay: demoDay, port, data, credentialsFile }, { BORDERO_LOG: 'error' })
  if (!(await isFree(usualPort))) return start(0)
  try {
    return await start(usualPort)
  } catch (error) {
    // Somebody took it while the database was made.
    if (codeOf(error) !== 'port_taken') throw error
    return start(0)
  }
}

/** The demo's key opens nothing any more, and commands are not to find it. */
export function forgetDemo({ config, account }: StartedServer): void {
  if (account === null) return
  forget(account.credentialsFile)
  if (config.dataDir === 'memory:') rmSync(dirname(account.credentialsFile), { recursive: true, force: true })
}

/** The first of these that no other demo holds, emptied. */
export function freeFolder(named: string): string {
  wipeOtherDemos(named)
  for (const data of foldersOf(named)) {
    try {
      emptyFolder(data)
      return data
    } catch (error) {
      if (codeOf(error) !== 'data_dir_in_use') throw error
    }
  }
  throw tooMany()
}

function tooMany(): CliError {
  const many = foldersOf(dataFolders.demo).length
  return new CliError(exitCodes.failure, `Já há ${many} demonstrações no ar.`, { details: { code: 'too_many_demos' } })
}

/**
 * What demos that ran beside another one left: their databases, 60 MB each. The folder itself stays with its lock, since whoever holds
 * a lock whose file is gone holds nothing against the next.
 */
function wipeOtherDemos(named: string): void {
  for (const data of foldersOf(named).slice(1)) {
    if (!existsSync(join(data, 'bordero.lock'))) continue
    try {
      emptyFolder(data)
    } catch (error) {
      // Held by a demo that runs, or not ours.
      if (!(error instanceof DatabaseUnusable)) throw error
    }
  }
}

/** Of demos in memory that were killed: the key of a process that is gone opens nothing. */
function wipeMemoryKeys(): void {
  if (!existsSync('data')) return
  for (const name of readdirSync('data')) {
    const [, pid] = /^memory-(\d+)$/.exec(name) ?? []
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join('data', name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Of somebody else, perhaps.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Empties it of what an earlier demo left; throws when one that runs holds the folder. The marker that all is whole goes last. */
function emptyFolder(data: string): void {
  if (data === 'memory:') return
  const held = new DataDir(data)
  forget(credentialsFileOf(data))
  rmSync(held.pgdata, { recursive: true, force: true })
  rmSync(join(data, 'complete'), { force: true })
  held.release()
}

function codeOf(error: unknown): unknown {
  if (error instanceof DatabaseUnusable) return error.code
  return error instanceof CliError && 'code' in error.details ? error.details.code : undefined
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

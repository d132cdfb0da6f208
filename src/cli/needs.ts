import { existsSync, statfsSync } from 'node:fs'
import { totalmem } from 'node:os'
import { dirname, resolve } from 'node:path'
import { CliError, exitCodes } from './exit-codes.ts'

const mebibyte = 1024 * 1024
/** The first start of the embedded database copies about 40 MB out, and peaks at 1.1 GB of memory. */
const diskForNew = 500 * mebibyte
/** What is there already must be opened on a disk that is nearly full, if only to be read: two segments of PostgreSQL's log. */
const diskForKnown = 32 * mebibyte
const memoryNeeded = 1024 * mebibyte

/** What the machine must have for the embedded database, looked at before anything is written; one sentence says what is missing. */
export function checkNeeds(dataDir: string, isThere: boolean, freeOn = freeBytesOn): void {
  if (totalmem() < memoryNeeded) lacks(`1 GB de memória; esta máquina tem ${inMebibytes(totalmem())}`)
  if (dataDir === 'memory:') return
  const needed = isThere ? diskForKnown : diskForNew
  const free = freeOn(standing(resolve(dataDir)))
  if (free < needed) lacks(`${inMebibytes(needed)} livres no disco de ${dataDir}; há ${inMebibytes(free)}`)
}

function freeBytesOn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** The folder, or the nearest above it that is there. */
function standing(folder: string): string {
  return existsSync(folder) ? folder : standing(dirname(folder))
}

function lacks(what: string): never {
  throw new CliError(exitCodes.failure, `O Bordero precisa de ${what}.`, { details: { code: 'system_needs' } })
}

const inMebibytes = (bytes: number): string => `${Math.floor(bytes / mebibyte)} MB`

import { existsSync, statfsSync } from 'node:fs'
import { totalmem } from 'node:os'
import { dirname, resolve } from 'node:path'
import { CliError, exitCodes } from './exit-codes.ts'

const mebibyte = 1024 * 1024
/** The first start of the embedded database copies about 40 MB out, and peaks at 1.1 GB of memory. */
const diskNeeded = 500 * mebibyte
const memoryNeeded = 1024 * mebibyte

/** What the machine must have for the embedded database, looked at before anything is written; one sentence says what is missing. */
export function checkNeeds(dataDir: string): void {
  if (totalmem() < memoryNeeded) lacks(`1 GB de memória; esta máquina tem ${inMebibytes(totalmem())}`)
  if (dataDir === 'memory:') return
  const { bavail, bsize } = statfsSync(standing(resolve(dataDir)))
  const free = bavail * bsize
  if (free < diskNeeded) lacks(`500 MB livres no disco de ${dataDir}; há ${inMebibytes(free)}`)
}

/** The folder, or the nearest above it that is there. */
function standing(folder: string): string {
  return existsSync(folder) ? folder : standing(dirname(folder))
}

function lacks(what: string): never {
  throw new CliError(exitCodes.failure, `O Bordero precisa de ${what}.`, { details: { code: 'system_needs' } })
}

const inMebibytes = (bytes: number): string => `${Math.floor(bytes / mebibyte)} MB`

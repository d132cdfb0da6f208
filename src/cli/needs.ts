import { existsSync, mkdirSync, statfsSync } from 'node:fs'
import { totalmem } from 'node:os'
import { CliError, exitCodes } from './exit-codes.ts'

const mebibyte = 1024 * 1024
/** The first start of the embedded database copies about 40 MB out, and peaks at 1.1 GB of memory. */
const diskNeeded = 500 * mebibyte
const memoryNeeded = 1024 * mebibyte

/** What the machine must have for the embedded database, looked at before anything is written; one sentence says what is missing. */
export function checkNeeds(dataDir: string): void {
  if (totalmem() < memoryNeeded) lacks(`1 GB de memória; esta máquina tem ${inMebibytes(totalmem())}`)
  if (dataDir === 'memory:') return
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  if (!existsSync(dataDir)) return
  const { bavail, bsize } = statfsSync(dataDir)
  if (bavail * bsize < diskNeeded) lacks(`500 MB livres no disco de ${dataDir}; há ${inMebibytes(bavail * bsize)}`)
}

function lacks(what: string): never {
  throw new CliError(exitCodes.failure, `O Bordero precisa de ${what}.`, { details: { code: 'system_needs' } })
}

const inMebibytes = (bytes: number): string => `${Math.floor(bytes / mebibyte)} MB`

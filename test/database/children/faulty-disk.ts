import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/**
 * Loaded before a program (`node --import`), in all its threads: once the file FAULTY_DISK_WHEN exists, the disk fails
 * as FAULTY_DISK says: `sync` at every sync, `full` at every write into PostgreSQL's log.
 */
const { FAULTY_DISK: fault, FAULTY_DISK_WHEN: trigger = '' } = process.env
const isFaulty = () => fs.existsSync(trigger)

function failing(code: string): never {
  throw Object.assign(new Error(`${code}: simulated`), { code, errno: code === 'ENOSPC' ? -28 : -5 })
}

if (fault === 'sync') {
  const { fdatasyncSync, fsyncSync } = fs
  fs.fdatasyncSync = file => (isFaulty() ? failing('EIO') : fdatasyncSync(file))
  fs.fsyncSync = file => (isFaulty() ? failing('EIO') : fsyncSync(file))
}

if (fault === 'full') {
  const { openSync, writeSync } = fs
  const logFiles = new Set<number>()
  fs.openSync = (path, flags, mode) => {
    const file = openSync(path, flags, mode)
    if (String(path).includes('pg_wal')) logFiles.add(file)
    else logFiles.delete(file)
    return file
  }
  // The overloads of writeSync are passed on as they came.
  fs.writeSync = ((file: number, ...rest: [never]) =>
    logFiles.has(file) && isFaulty() ? failing('ENOSPC') : writeSync(file, ...rest)) as typeof fs.writeSync
}

syncBuiltinESMExports()

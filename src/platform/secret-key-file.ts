import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseSecretKey } from './secrets.ts'

/**
 * The key of a server that nobody gave one: kept beside its data, readable by its owner alone, made at the first start. Whole and on the disk
 * before anything is sealed under it; of several that start at once, the first one's stays.
 */
export function secretKeyOfFile(path: string): Buffer {
  const key = read(path) ?? make(path)
  if (key === null) throw new Error(`o arquivo ${path} não traz uma chave de 32 bytes: recupere-o da cópia de segurança`)
  return key
}

function read(path: string): Buffer | null | undefined {
  try {
    return parseSecretKey(readFileSync(path, 'utf8').trim())
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function make(path: string): Buffer | null {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const beside = `${path}.${process.pid}`
  rmSync(beside, { force: true })
  const file = openSync(beside, 'wx', 0o600)
  try {
    writeSync(file, `${randomBytes(32).toString('base64')}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  try {
    linkSync(beside, path)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(beside, { force: true })
  }
  syncFolder(dirname(path))
  return read(path) ?? null
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  fsyncSync(folder)
  closeSync(folder)
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

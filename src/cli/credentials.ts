import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Credentials as ClientCredentials } from '../accounts/credential.ts'

/** What a server writes for whoever stands on its machine: where it is, and a key that may do everything in one account. */
export interface Credentials {
  baseUrl: string
  accountId: string
  apiKey: string
  operatorKey: string
  /** Of a sandbox: with what each vendor's client enters, by the vendor's name and with the client's own names of fields. */
  dialects?: Readonly<Record<string, ClientCredentials>>
}

/** Where `bordero serve` and `npm run demo` keep their data, seen from the folder in which they were started. */
export const dataFolders = {
  serve: join('data', 'bordero'),
  demo: join('data', 'demo'),
  crash: join('data', 'demo-crash'),
} as const

const mostDemos = 20

/** 'data/demo', 'data/demo-2' …: demos that run at the same time have a folder each. */
export function foldersOf(named: string): string[] {
  return Array.from({ length: mostDemos }, (_, i) => (i === 0 ? named : `${named}-${i + 1}`))
}

export function credentialsFileOf(dataDir: string): string {
  // A database in memory has no folder of its own.
  return join(dataDir === 'memory:' ? join('data', 'memory') : dataDir, 'credentials.json')
}

/** Null when there is no such file, or it is not one of ours. */
export function readCredentials(file: string): Credentials | null {
  if (!existsSync(file)) return null
  try {
    const it: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isCredentials(it) ? it : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function isCredentials(it: unknown): it is Credentials {
  const fields = ['baseUrl', 'accountId', 'apiKey', 'operatorKey'] as const
  return typeof it === 'object' && it !== null && fields.every(field => field in it && typeof Reflect.get(it, field) === 'string')
}

/** Whole or not at all, and for its owner's eyes only: the account's key stands in it and nowhere else. */
export function writeCredentials(file: string, credentials: Credentials): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const temporary = `${file}.${process.pid}.tmp`
  rmSync(temporary, { force: true })
  const descriptor = openSync(temporary, 'wx', 0o600)
  try {
    writeSync(descriptor, `${JSON.stringify(credentials, null, 2)}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  chmodSync(temporary, 0o600)
  renameSync(temporary, file)
  rmSync(asideOf(file), { force: true })
}

/**
 * A file that stands says that the server is ready. So one that starts puts its last life's file aside, until it writes its
 * own; what is aside already was left by a start that did not come so far.
 */
export function putAside(file: string): Credentials | null {
  const current = readCredentials(file)
  if (current !== null) renameSync(file, asideOf(file))
  return current ?? readCredentials(asideOf(file))
}

/** As it stood before `putAside`, by a start that did not come so far as to write its own. */
export function putBack(file: string): void {
  if (existsSync(asideOf(file)) && !existsSync(file)) renameSync(asideOf(file), file)
}

export function forget(file: string): void {
  for (const path of [file, asideOf(file)]) rmSync(path, { force: true })
}

const asideOf = (file: string): string => `${file}.old`

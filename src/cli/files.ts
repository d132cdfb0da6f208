import { randomBytes } from 'node:crypto'
import { createWriteStream, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { CliError, exitCodes } from './exit-codes.ts'

/** '-' is what the command is fed with. */
export function readGiven(file: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(file === '-' ? 0 : file))
  } catch (error) {
    throw fileFault(`Não consegui ler ${file}`, error)
  }
}

/**
 * '-' is where the command writes its results. A file appears whole or not at all, and one that stands is not replaced unless that
 * is meant.
 */
export async function writeWanted(file: string, content: NodeJS.ReadableStream, replaces: boolean): Promise<void> {
  if (file === '-') return pipeline(content, process.stdout, { end: false })
  if (!replaces && existsSync(file)) {
    throw new CliError(exitCodes.usage, `${file} já existe: use --force para substituí-lo.`, {
      details: { code: 'file_exists', file },
    })
  }
  // A name that nobody can have laid a link under, and which must not be there: no link is followed to what it names.
  const partial = `${file}.${randomBytes(8).toString('hex')}.part`
  try {
    await pipeline(content, createWriteStream(partial, { flags: 'wx' }))
    renameSync(partial, file)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') rmSync(partial, { force: true })
    throw fileFault(`Não consegui gravar ${file}`, error)
  }
}

function fileFault(what: string, error: unknown): CliError {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'não existe',
    EACCES: 'sem permissão',
    EISDIR: 'é uma pasta',
    ENOSPC: 'o disco está cheio',
  }
  const code = codeOf(error)
  // A full disk is no fault of the words.
  const exitCode = code === 'ENOSPC' || code === 'EIO' ? exitCodes.failure : exitCodes.usage
  return new CliError(exitCode, `${what}: ${reasons[code] ?? code}.`, {
    cause: error,
    details: { code: 'file', reason: code },
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

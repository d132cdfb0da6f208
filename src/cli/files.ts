import { readFileSync, writeFileSync } from 'node:fs'
import { CliError, exitCodes } from './exit-codes.ts'

/** '-' is what the command is fed with. */
export function readGiven(file: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(file === '-' ? 0 : file))
  } catch (error) {
    throw fileFault(`Não consegui ler ${file}`, error)
  }
}

/** '-' is where the command writes its results. A file that stands is not overwritten unless that is meant. */
export function writeWanted(file: string, content: Uint8Array, overwrites: boolean): void {
  try {
    if (file === '-') writeFileSync(1, content)
    else writeFileSync(file, content, { flag: overwrites ? 'w' : 'wx' })
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      throw new CliError(exitCodes.usage, `${file} já existe: use --force para substituí-lo.`, {
        cause: error,
        details: { code: 'file_exists', file },
      })
    }
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
  return new CliError(exitCodes.usage, `${what}: ${reasons[code] ?? code}.`, {
    cause: error,
    details: { code: 'file', reason: code },
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

import type { FileFaults } from './fault.ts'

export type Encoding = 'UTF-8' | 'Windows-1252'

/** What every way into the house allows a file to weigh. */
export const MOST_BYTES = 20 * 1024 * 1024

const SAVE_AS = 'um CSV em texto (no Excel: Salvar como, "CSV UTF-8")'

/**
 * The text of a file: UTF-8, or Windows-1252, which contains Latin-1 and is what a Brazilian Excel saves. Null when it is neither; the
 * fault tells why. UTF-8 with a single broken byte is refused and not taken for Windows-1252, which reads any bytes, as "SÃ£o Paulo".
 */
export function decode(bytes: Uint8Array, faults: FileFaults): { text: string; encoding: Encoding } | null {
  if (bytes.length > MOST_BYTES) return faults.add(1, null, 'file_too_large', 'até 20 MB', `${bytes.length} bytes`)
  const nul = bytes.indexOf(0)
  if (nul >= 0)
    return faults.add(
      lineAt(bytes, nul),
      null,
      'not_text',
      SAVE_AS,
      startsLikeSpreadsheet(bytes) ? 'uma planilha' : 'um byte nulo',
    )
  const content = startsWith(bytes, [0xef, 0xbb, 0xbf]) ? bytes.subarray(3) : bytes
  const utf8 = decodeUtf8(content)
  if (utf8 !== null) return { text: utf8, encoding: 'UTF-8' }

  const { sequences, strays, firstStray } = surveyUtf8(content)
  if (content !== bytes || sequences >= strays) {
    const hex = content[firstStray]?.toString(16).padStart(2, '0') ?? ''
    return faults.add(
      lineAt(content, firstStray),
      null,
      'broken_encoding',
      'UTF-8 em todo o arquivo, ou Latin-1 em todo ele',
      `byte 0x${hex}`,
    )
  }
  return { text: new TextDecoder('windows-1252').decode(content), encoding: 'Windows-1252' }
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** How many letters are whole UTF-8 sequences, and how many bytes above ASCII are part of none. */
function surveyUtf8(bytes: Uint8Array): { sequences: number; strays: number; firstStray: number } {
  let sequences = 0
  let strays = 0
  let firstStray = -1
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0
    const length =
      lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0
    if (length === 1) at++
    else if (length > 1 && isSequence(bytes, at, length)) {
      sequences++
      at += length
    } else {
      strays++
      if (firstStray < 0) firstStray = at
      at++
    }
  }
  return { sequences, strays, firstStray }
}

/** As the Unicode Standard's table of well-formed byte sequences has it (3-7). */
function isSequence(bytes: Uint8Array, at: number, length: number): boolean {
  const lead = bytes[at] ?? 0
  const second = bytes[at + 1] ?? 0
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  if (second < least || second > most) return false
  for (let next = at + 2; next < at + length; next++) if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return false
  return true
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte)
}

/** A ZIP archive (XLSX, ODS) or an old XLS. */
function startsLikeSpreadsheet(bytes: Uint8Array): boolean {
  return startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]) || startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])
}

function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1
  for (let at = 0; at < offset; at++) if (bytes[at] === 0x0a) line++
  return line
}

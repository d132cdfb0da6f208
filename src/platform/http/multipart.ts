import { refuse } from '../../core/refusal.ts'
import { misleads } from '../../core/text.ts'

/** A file as a form brings it (RFC 7578). */
export interface SentFile {
  /** As its sender calls it: no path is taken from it, and nothing is believed. */
  readonly filename: string
  readonly declaredType: string | null
  readonly bytes: Buffer
}

const MOST_PARTS = 100
const MOST_HEADER_BYTES = 8 * 1024

export function isMultipart(contentType: string | undefined): boolean {
  return /^multipart\/form-data\b/i.test(contentType ?? '')
}

/** The files of a form, in their order; fields that are no files are passed over. A form that cannot be read is refused whole. */
export function filesOfForm(contentType: string, body: Buffer): SentFile[] {
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))/i.exec(contentType)
  const mark = boundary?.[1] ?? boundary?.[2]
  if (mark === undefined) return malformed()
  return partsOf(body, mark).flatMap(part => fileOf(part) ?? [])
}

/** Between `--mark`, each on a line of its own, and `--mark--` (RFC 2046 §5.1.1). */
function partsOf(body: Buffer, mark: string): Buffer[] {
  const parts: Buffer[] = []
  const line = Buffer.from(`\r\n--${mark}`)
  const first = Buffer.from(`--${mark}`)
  let at = body.subarray(0, first.length).equals(first) ? first.length : afterPreamble(body, line)
  while (body.toString('latin1', at, at + 2) !== '--') {
    if (parts.length >= MOST_PARTS) malformed()
    const from = body.indexOf('\r\n', at)
    const until = body.indexOf(line, at)
    // What stands behind the mark on its line is white space alone.
    if (from < 0 || until < from || /\S/.test(body.toString('latin1', at, from))) malformed()
    parts.push(body.subarray(from + 2, until))
    at = until + line.length
  }
  return parts
}

function afterPreamble(body: Buffer, line: Buffer): number {
  const at = body.indexOf(line)
  return at < 0 ? malformed() : at + line.length
}

/** Null: a field that is no file. */
function fileOf(part: Buffer): SentFile | null {
  const end = part.subarray(0, MOST_HEADER_BYTES).indexOf('\r\n\r\n')
  if (end < 0) return malformed()
  const head = part.toString('utf8', 0, end)
  if (misleads(head)) return malformed()
  const headers = new Map(
    head.split('\r\n').map(header => {
      const [name = '', ...value] = header.split(':')
      return [name.trim().toLowerCase(), value.join(':').trim()] as const
    }),
  )
  const filename = filenameIn(headers.get('content-disposition') ?? '')
  if (filename === null) return null
  return { filename, declaredType: headers.get('content-type') ?? null, bytes: part.subarray(end + 4) }
}

/** In UTF-8 as browsers send it, a quote or a backslash behind one; or as RFC 5987 has it, which some clients of HTTP send. */
function filenameIn(disposition: string): string | null {
  const encoded = /;\s*filename\*=utf-8''([^\s;]+)/i.exec(disposition)?.[1]
  if (encoded !== undefined) return decoded(encoded)
  const plain = /;\s*filename=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i.exec(disposition)
  return plain === null ? null : (plain[1]?.replace(/\\(["\\])/g, '$1') ?? plain[2] ?? null)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return malformed()
  }
}

function malformed(): never {
  return refuse('malformed_multipart', 'O formulário com os arquivos (multipart/form-data) não pôde ser lido.', { status: 400 })
}

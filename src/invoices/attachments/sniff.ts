// What a file is by its bytes, whatever its name or its sender say.

const signatures: readonly { type: string; at?: number; bytes: string }[] = [
  { type: 'application/pdf', bytes: '%PDF-' },
  { type: 'image/png', bytes: '\x89PNG\r\n\x1a\n' },
  { type: 'image/jpeg', bytes: '\xff\xd8\xff' },
  { type: 'image/gif', bytes: 'GIF87a' },
  { type: 'image/gif', bytes: 'GIF89a' },
  { type: 'image/webp', at: 8, bytes: 'WEBP' },
  { type: 'image/tiff', bytes: 'II*\0' },
  { type: 'image/tiff', bytes: 'MM\0*' },
  { type: 'application/x-ole-storage', bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  { type: 'application/gzip', bytes: '\x1f\x8b' },
  { type: 'application/x-7z-compressed', bytes: "7z\xbc\xaf'\x1c" },
  { type: 'application/vnd.rar', bytes: 'Rar!\x1a\x07' },
]

/** Of a ZIP, by a file that is in it. */
const packages: readonly { type: string; holds: string }[] = [
  { type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', holds: 'word/document.xml' },
  { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', holds: 'xl/workbook.xml' },
  { type: 'application/vnd.openxmlformats-officedocument.presentationml.presentation', holds: 'ppt/presentation.xml' },
  { type: 'application/vnd.oasis.opendocument.text', holds: 'mimetypeapplication/vnd.oasis.opendocument.text' },
  { type: 'application/vnd.oasis.opendocument.spreadsheet', holds: 'mimetypeapplication/vnd.oasis.opendocument.spreadsheet' },
]

export const UNKNOWN_TYPE = 'application/octet-stream'

export function typeOfBytes(bytes: Buffer): string {
  const known = signatures.find(({ at = 0, bytes: sign }) => bytes.toString('latin1', at, at + sign.length) === sign)
  if (known !== undefined) return known.type
  if (bytes.toString('latin1', 0, 4) === 'PK\x03\x04') {
    return packages.find(({ holds }) => bytes.includes(holds))?.type ?? 'application/zip'
  }
  return typeOfText(bytes)
}

const STARTS = 1024

function typeOfText(bytes: Buffer): string {
  if (!isText(bytes)) return UNKNOWN_TYPE
  const start = bytes
    .toString('utf8', 0, STARTS)
    .replace(/^\ufeff/, '')
    .trimStart()
  if (/^<(?:!doctype html|html|head|body|script|iframe)\b/i.test(start)) return 'text/html'
  if (/<svg\b/i.test(start)) return 'image/svg+xml'
  return start.startsWith('<?xml') ? 'application/xml' : 'text/plain'
}

/** Of UTF-8 without controls but tab and line ends. */
function isText(bytes: Buffer): boolean {
  if (bytes.some(byte => (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f)) return false
  return bytes.toString('utf8').includes('\ufffd') === bytes.includes('\ufffd')
}

/** What a browser does nothing with but show it, where it were told to. */
const harmless: ReadonlySet<string> = new Set([
  ...signatures.map(({ type }) => type),
  ...packages.map(({ type }) => type),
  'application/zip',
])

/** As what it is handed out: nobody is told that something is a page. */
export function handedOutAs(sniffedType: string): string {
  if (sniffedType === 'text/plain') return 'text/plain; charset=utf-8'
  return harmless.has(sniffedType) ? sniffedType : UNKNOWN_TYPE
}

// The one place where foreign XML is parsed. Nothing is loaded from anywhere, no DOCTYPE is looked at, no entity is ever declared, and a document larger
// than its bound is not parsed at all.

import { isUtf8 } from 'node:buffer'
import { ParseOption, XmlDocument, XmlParseError } from 'libxml2-wasm'

/** A DPS with its thousand documents of deduction stays well below; what a peer sends beyond that is no document of this standard. */
export const MOST_BYTES = 4 * 1024 * 1024

export type XmlFaultCode = 'too_large' | 'not_utf8' | 'doctype' | 'not_well_formed'

/** Why bytes are no XML document for us. `message` is English: it goes into logs, and a peer words its own. */
export interface XmlFault {
  code: XmlFaultCode
  line: number
  message: string
}

export type XmlSource = string | Uint8Array

const ENCODING = /^<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)["']/

/**
 * Parses, lets `use` look, and frees. The document and its nodes live in the library's own memory and are gone afterwards: nothing of them
 * may leave `use`.
 */
export function withDocument<T>(
  source: XmlSource,
  use: (document: XmlDocument) => T,
  otherwise: (fault: XmlFault) => T,
  mostBytes = MOST_BYTES,
): T {
  const bytes = typeof source === 'string' ? Buffer.from(source, 'utf8') : source
  const outside = unfit(bytes, mostBytes)
  if (outside !== null) return otherwise(outside)
  let document: XmlDocument
  try {
    document = XmlDocument.fromBuffer(bytes, { option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE })
  } catch (error) {
    if (!(error instanceof XmlParseError)) throw error
    const [first] = error.details
    return otherwise({ code: 'not_well_formed', line: first?.line ?? 0, message: (first?.message ?? error.message).trim() })
  }
  try {
    return document.dtd === null ? use(document) : otherwise(doctype)
  } finally {
    document.dispose()
  }
}

const doctype: XmlFault = { code: 'doctype', line: 0, message: 'a DOCTYPE or an entity declaration' }

/** Looked for in the bytes, before any parser believes them: in UTF-8 there is one way to write a DOCTYPE. */
function unfit(bytes: Uint8Array, mostBytes: number): XmlFault | null {
  if (bytes.byteLength > mostBytes) {
    return { code: 'too_large', line: 0, message: `${bytes.byteLength} bytes, at most ${mostBytes} are read` }
  }
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // No text of XML holds the null character, and UTF-16 is full of them.
  if (!isUtf8(buffer) || buffer.includes(0)) return { code: 'not_utf8', line: 0, message: 'not UTF-8' }
  const start = buffer.toString('utf8', 0, 200).replace(/^\ufeff/, '')
  const encoding = ENCODING.exec(start)?.[1]
  if (encoding !== undefined && encoding.toUpperCase() !== 'UTF-8') {
    return { code: 'not_utf8', line: 1, message: `declared as ${encoding}` }
  }
  return buffer.includes('<!DOCTYPE') || buffer.includes('<!ENTITY') ? doctype : null
}

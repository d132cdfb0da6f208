// Writes XML whose bytes are their own canonical form (C14N 1.0): no prefix, no blank between elements, attributes in order, start and
// end tags for elements without content, and the escapes of https://www.w3.org/TR/xml-c14n §2.3. What is signed is then a slice of what is sent, and no
// parser stands in the way between building a note and signing it.

import { characterName, characterOutsideXml } from './characters.ts'

/** A piece of XML as it is written. Only this folder makes one of text. */
export type Xml = string & { readonly __brand: 'Xml' }

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

const NOTHING = '' as Xml

/** An element that holds text. Nothing where there is none to hold: the schemas refuse empty elements. */
export function leaf(name: string, text: string | null | undefined): Xml {
  return text === null || text === undefined || text === '' ? NOTHING : (`<${name}>${escapeText(text)}</${name}>` as Xml)
}

/** An element that holds others, in this order. Nothing where they are all nothing. */
export function group(name: string, ...parts: readonly Xml[]): Xml {
  const inside = parts.join('')
  return inside === '' ? NOTHING : (`<${name}>${inside}</${name}>` as Xml)
}

/** The attributes stand as they are given: canonical order is that of their names, and `xmlns` comes first. */
export function withAttributes(name: string, attributes: Readonly<Record<string, string>>, ...parts: readonly Xml[]): Xml {
  let open = name
  for (const [attribute, value] of Object.entries(attributes)) open += ` ${attribute}="${escapeAttribute(value)}"`
  return `<${open}>${parts.join('')}</${name}>` as Xml
}

/** Pieces one after the other, where a function writes several. */
export function sequence(...parts: readonly Xml[]): Xml {
  return parts.join('') as Xml
}

export const nothing = NOTHING

const IN_TEXT = /[&<>]|[^\t\n -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/** Throws RangeError on what no document can hold: who builds one has judged its texts before. */
export function escapeText(text: string): string {
  if (!IN_TEXT.test(text)) return text
  const outside = characterOutsideXml(text)
  if (outside !== null) throw new RangeError(`no XML document holds ${characterName(outside)}`)
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;')
}

const IN_ATTRIBUTE = /[&<"]|[^ -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

export function escapeAttribute(text: string): string {
  if (!IN_ATTRIBUTE.test(text)) return text
  const outside = characterOutsideXml(text)
  if (outside !== null) throw new RangeError(`no XML document holds ${characterName(outside)}`)
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;')
}

import { XmlCData, type XmlDocument, XmlElement, XmlText } from 'libxml2-wasm'
import { MOST_BYTES, withDocument, type XmlFault, type XmlSource } from './document.ts'

/** An element as it was read: plain values, no handle on the parser. */
export interface XmlTree {
  /** Without its prefix. */
  name: string
  /** '' where there is none. */
  prefix: string
  /** '' where there is none. */
  namespace: string
  attributes: Readonly<Record<string, string>>
  children: readonly XmlTree[]
  /** What stands directly in it, as written: nothing is trimmed. Of an element with children this is the blanks between them. */
  text: string
  line: number
}

export type ParsedXml = { ok: true; root: XmlTree } | { ok: false; fault: XmlFault }

/** Reads a document of somebody else into a tree: UTF-8 only, no DOCTYPE, no entities but the five of XML, at most `mostBytes`. */
export function parseXml(source: XmlSource, mostBytes = MOST_BYTES): ParsedXml {
  return withDocument<ParsedXml>(
    source,
    document => ({ ok: true, root: treeOf(document) }),
    fault => ({ ok: false, fault }),
    mostBytes,
  )
}

export function treeOf(document: XmlDocument): XmlTree {
  return elementOf(document.root)
}

/** The first child of that name. */
export function childOf(tree: XmlTree, name: string): XmlTree | null {
  return tree.children.find(child => child.name === name) ?? null
}

/** What stands at the end of the path of first children: `textAt(dps, 'infDPS', 'prest', 'CNPJ')`; null where it leads nowhere. */
export function textAt(tree: XmlTree, ...path: readonly string[]): string | null {
  let at: XmlTree | null = tree
  for (const name of path) {
    if (at === null) return null
    at = childOf(at, name)
  }
  return at?.text ?? null
}

function elementOf(element: XmlElement): XmlTree {
  const attributes: Record<string, string> = {}
  for (const attribute of element.attrs) {
    attributes[attribute.prefix === '' ? attribute.name : `${attribute.prefix}:${attribute.name}`] = attribute.value
  }
  const children: XmlTree[] = []
  let text = ''
  for (let node = element.firstChild; node !== null; node = node.next) {
    if (node instanceof XmlElement) children.push(elementOf(node))
    else if (node instanceof XmlText || node instanceof XmlCData) text += node.content
  }
  return {
    name: element.name,
    prefix: element.prefix,
    namespace: element.namespaceUri,
    attributes,
    children,
    text,
    line: element.line,
  }
}

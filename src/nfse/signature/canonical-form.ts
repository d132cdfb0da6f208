import { XmlC14NMode, type XmlDocument, XmlElement, type XmlNode } from 'libxml2-wasm'
import type { Canonicalization } from './profile.ts'

const modes: Record<Canonicalization, { mode: 0 | 1; withComments: boolean }> = {
  c14n: { mode: XmlC14NMode.XML_C14N_1_0, withComments: false },
  'c14n-with-comments': { mode: XmlC14NMode.XML_C14N_1_0, withComments: true },
  'exc-c14n': { mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0, withComments: false },
  'exc-c14n-with-comments': { mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0, withComments: true },
}

/** The canonical form of an element where it stands. A Signature is the element's sibling, so taking it out changes nothing. */
export function canonicalForm(element: XmlElement, canonicalization: Canonicalization): string {
  return element.canonicalizeToString(modes[canonicalization])
}

/** Every element of that name in the namespace of the standard, anywhere. */
export function elementsNamed(document: XmlDocument, name: string): XmlElement[] {
  return document.find(`//nfse:${name}`, { nfse: NFSE }).filter(isElement)
}

export const NFSE = 'http://www.sped.fazenda.gov.br/nfse'

export const isElement = (node: XmlNode | null): node is XmlElement => node instanceof XmlElement

/** The child elements, what stands between them left out. */
export function childElements(element: XmlElement): XmlElement[] {
  const children: XmlElement[] = []
  for (let node = element.firstChild; node !== null; node = node.next) if (node instanceof XmlElement) children.push(node)
  return children
}

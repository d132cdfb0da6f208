// The official schemas, compiled once for a process. libxml2 gives the verdict of `xmllint`, which the tests ask as well.

import { readdirSync, readFileSync } from 'node:fs'
import {
  XmlBufferInputProvider,
  XmlDocument,
  XmlElement,
  type XmlNode,
  XmlValidateError,
  XsdValidator,
  xmlCleanupInputProvider,
  xmlRegisterInputProvider,
} from 'libxml2-wasm'
import { withDocument, type XmlSource } from './document.ts'

/** A document of the standard, by its root element. */
export type SchemaKind = 'DPS' | 'NFSe' | 'pedRegEvento' | 'evento' | AbrasfSchema

/** All documents of a version stand in one schema. */
export type AbrasfSchema = 'abrasf-1.00' | 'abrasf-2.02' | 'abrasf-2.03' | 'abrasf-2.04'

const sets: Record<SchemaKind, { folder: string; file: string }> = {
  DPS: { folder: 'nacional-1.01-20260727', file: 'DPS_v1.01.xsd' },
  NFSe: { folder: 'nacional-1.01-20260727', file: 'NFSe_v1.01.xsd' },
  pedRegEvento: { folder: 'nacional-1.01-20260727', file: 'pedRegEvento_v1.01.xsd' },
  evento: { folder: 'nacional-1.01-20260727', file: 'evento_v1.01.xsd' },
  'abrasf-1.00': { folder: 'abrasf-1.00', file: 'nfse.xsd' },
  'abrasf-2.02': { folder: 'abrasf-2.02', file: 'nfse_v202.xsd' },
  'abrasf-2.03': { folder: 'abrasf-2.03', file: 'nfse_v203.xsd' },
  'abrasf-2.04': { folder: 'abrasf-2.04', file: 'nfse_v204.xsd' },
}

/** Where a document breaks its schema. `message` is libxml2's English; `path` names the elements from the root: 'DPS/infDPS/toma/end/xLgr'. */
export interface SchemaFault {
  line: number
  message: string
  path?: string
}

/** Everything that the schema refuses; empty when it accepts. What is no XML at all, or has a DOCTYPE, is a single fault without a path. */
export function validate(kind: SchemaKind, source: XmlSource): SchemaFault[] {
  return withDocument(
    source,
    document => validateDocument(kind, document),
    ({ line, message }) => [{ line, message }],
  )
}

/** The same of a document that is open already. */
export function validateDocument(kind: SchemaKind, document: XmlDocument): SchemaFault[] {
  try {
    validatorOf(kind).validate(document)
    return []
  } catch (error) {
    if (!(error instanceof XmlValidateError)) throw error
    return error.details.map(detail => {
      const path = detail.xpath === undefined ? null : namedPath(document, detail.xpath)
      return { line: detail.line, message: detail.message.trim(), ...(path === null ? {} : { path }) }
    })
  }
}

const validators = new Map<SchemaKind, XsdValidator>()

function validatorOf(kind: SchemaKind): XsdValidator {
  let validator = validators.get(kind)
  if (validator === undefined) {
    validator = compile(kind)
    validators.set(kind, validator)
  }
  return validator
}

/**
 * A schema includes others by name: they are served from memory, and only while it is compiled, so that the library never opens a file. Its table of those
 * who serve is short, hence nobody stays in it.
 */
function compile(kind: SchemaKind): XsdValidator {
  const { folder, file } = sets[kind]
  const place = new URL(`../data/${folder}/`, import.meta.url)
  const buffers = readdirSync(place)
    .filter(name => name.endsWith('.xsd'))
    .map((name): [string, Uint8Array] => [`${folder}/${name}`, readFileSync(new URL(name, place))])
  if (!xmlRegisterInputProvider(new XmlBufferInputProvider(Object.fromEntries(buffers)))) {
    throw new Error(`the schemas of ${folder} could not be handed to libxml2`)
  }
  const schema = XmlDocument.fromBuffer(readFileSync(new URL(file, place)), { url: `${folder}/${file}` })
  try {
    return XsdValidator.fromDoc(schema)
  } finally {
    schema.dispose()
    xmlCleanupInputProvider()
  }
}

function namedPath(document: XmlDocument, xpath: string): string | null {
  const node = document.get(xpath)
  if (node === null) return null
  const names: string[] = []
  for (let at: XmlNode | null = node; at !== null; at = at.parent) if (at instanceof XmlElement) names.unshift(at.name)
  return names.join('/')
}

// SOAP 1.1 as cities of ABRASF speak it: a header text and a document text inside an operation, both escaped or in CDATA.

import { parseXml, textAt } from '../../../nfse/schema/parse-xml.ts'
import { escapeText, XML_DECLARATION } from '../../../nfse/xml/canonical.ts'

export interface SoapCall {
  /** 'RecepcionarLoteRps' */
  readonly operation: string
  /** The document itself. */
  readonly data: string
}

/** Null: no envelope, or one without an operation and its document. */
export function openSoap(body: Buffer): SoapCall | null {
  const parsed = parseXml(body)
  if (!parsed.ok || parsed.root.name !== 'Envelope') return null
  const operation = parsed.root.children.find(({ name }) => name === 'Body')?.children[0]
  const data = operation === undefined ? null : textAt(operation, 'nfseDadosMsg')
  if (operation === undefined || data === null || textAt(operation, 'nfseCabecMsg') === null) return null
  return { operation: operation.name.replace(/Request$/, ''), data }
}

const envelope = (inside: string) =>
  `${XML_DECLARATION}<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${inside}</soap:Body></soap:Envelope>`

export function soapAnswer(operation: string, document: string): string {
  return envelope(
    `<${operation}Response xmlns="http://nfse.abrasf.org.br"><outputXML>${escapeText(document)}</outputXML></${operation}Response>`,
  )
}

export function soapFault(says: string): string {
  return envelope(`<soap:Fault><faultcode>soap:Client</faultcode><faultstring>${escapeText(says)}</faultstring></soap:Fault>`)
}

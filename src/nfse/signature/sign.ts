// Signs what `xml/canonical.ts` wrote. Those bytes are their own canonical form, so the digest is of a slice of the text and no parser
// takes part: a billing run signs thousands, and the private key's own work is what they should cost.

import { createPrivateKey, hash, type KeyObject, sign as rsaSign } from 'node:crypto'
import { ours } from './profile.ts'
import { canonicalSignedInfo, signatureElement, signedInfoInside } from './signed-info.ts'

/** Whoever signs: made once of a certificate, since reading a key costs more than signing with it. */
export interface Signer {
  key: KeyObject
  /** DER, in base64 without line breaks, as X509Certificate holds it. */
  certificateBase64: string
}

/** Of PEM texts; only the first certificate of `certificatePem` goes along, as the standard wants it. */
export function signerOf({ privateKeyPem, certificatePem }: { privateKeyPem: string; certificatePem: string }): Signer {
  return { key: createPrivateKey(privateKeyPem), certificateBase64: derBase64(certificatePem) }
}

/**
 * The document with its Signature, the next sibling of the element with this id: RSA-SHA256 over C14N 1.0. Throws on a document that
 * `xml/canonical.ts` did not write: a root with `xmlns` as its first attribute, holding nothing but the element with the id. What it would
 * sign otherwise could be something other than what a verifier reads.
 */
export function sign(xml: string, id: string, signer: Signer): string {
  const { signed, end } = canonicalSlice(xml, id)
  const inside = signedInfoInside(id, hash('sha256', signed, 'base64'), ours)
  const value = rsaSign('RSA-SHA256', Buffer.from(canonicalSignedInfo(inside)), signer.key).toString('base64')
  return xml.slice(0, end) + signatureElement(inside, value, signer.certificateBase64) + xml.slice(end)
}

const BEGINNING = /^(?:<\?xml [^?>]*\?>\n?)?<([A-Za-z]+) xmlns="([^"]+)"(?: [A-Za-z]+="[^"]*")*><([A-Za-z]+) Id="([^"]+)">/

/** The canonical form of the element with the id, and where its end tag ends. Its namespace, which it inherits, stands on it there. */
function canonicalSlice(xml: string, id: string): { signed: string; end: number } {
  const beginning = BEGINNING.exec(xml)
  const [whole = '', root = '', namespace = '', name = '', foundId] = beginning ?? []
  const closing = `</${name}></${root}>`
  if (beginning === null || foundId !== id || !xml.endsWith(closing)) {
    throw new Error(`not a document of ours with an element ${id}: it cannot be signed as it is`)
  }
  const end = xml.length - root.length - 3
  return { signed: `<${name} xmlns="${namespace}" Id="${id}">${xml.slice(whole.length, end)}`, end }
}

function derBase64(pem: string): string {
  const body = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/.exec(pem)?.[1]
  if (body === undefined) throw new Error('no certificate in PEM')
  return body.replace(/\s/g, '')
}

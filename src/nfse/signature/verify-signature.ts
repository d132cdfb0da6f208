// Says whether the signature of a note is what it seems to be. Beyond the arithmetic, a verifier has to insist on *what* is signed, since a signature
// that is right over something else is the classic attack: exactly one element of the kind, its Signature the next sibling, one Reference to its Id, known
// transforms only. Who signed is another question: the certificate is handed back, and `certificates/` judges it.

import { hash, verify as rsaVerify, X509Certificate } from 'node:crypto'
import type { XmlDocument, XmlElement } from 'libxml2-wasm'
import type { XmlSource } from '../schema/document.ts'
import { withDocument } from '../schema/document.ts'
import { canonicalForm, childElements, elementsNamed } from './canonical-form.ts'
import {
  type Canonicalization,
  canonicalizations,
  DSIG,
  digestMethods,
  ENVELOPED,
  type Profile,
  type SignedElement,
  signatureMethods,
} from './profile.ts'

export type SignatureFaultCode =
  /** No XML that we read. */
  | 'not_xml'
  /** Not exactly one element of the kind, or its Id also stands elsewhere. */
  | 'element'
  /** No Signature beside the element. */
  | 'absent'
  /** A Signature that is not the next sibling, or not the only one there. */
  | 'position'
  /** Not exactly one Reference, or not to the element's Id. */
  | 'reference'
  /** Transforms, or children of them, other than enveloped and one canonical form. */
  | 'transforms'
  | 'algorithm'
  /** Not exactly one certificate that can be read, with a key of RSA. */
  | 'certificate'
  /** What was signed has changed. */
  | 'digest'
  /** Signed with another key, or the signature itself has changed. */
  | 'value'

export type VerifiedSignature =
  | { ok: true; id: string; certificate: X509Certificate; profile: Profile }
  | { ok: false; code: SignatureFaultCode; message: string }

/** RSA-SHA1 and RSA-SHA256 over each of the four canonical forms. `message` is English, for logs. */
export function verifySignature(source: XmlSource, element: SignedElement): VerifiedSignature {
  return withDocument(
    source,
    document => verifyInDocument(document, element),
    fault => no('not_xml', fault.message),
  )
}

/** The same of a document that is open already. */
export function verifyInDocument(document: XmlDocument, name: SignedElement): VerifiedSignature {
  const [element, ...others] = elementsNamed(document, name)
  const id = element?.attr('Id')?.value ?? ''
  if (element === undefined || others.length > 0) return no('element', `${others.length + (element ? 1 : 0)} elements ${name}`)
  if (!/^[A-Za-z0-9]+$/.test(id)) return no('element', `${name} has no Id of letters and digits`)
  if (document.find(`//@*[. = '${id}']`).length !== 1) return no('element', `the Id ${id} stands more than once`)
  const found = signatureBeside(element)
  return 'ok' in found ? found : judged(element, id, found)
}

type No = Extract<VerifiedSignature, { ok: false }>

const no = (code: SignatureFaultCode, message: string): No => ({ ok: false, code, message })

function signatureBeside(element: XmlElement): XmlElement | No {
  const siblings = element.parent === null ? [] : childElements(element.parent)
  const signatures = siblings.filter(one => one.name === 'Signature' && one.namespaceUri === DSIG)
  const [signature] = signatures
  if (signature === undefined) return no('absent', 'no Signature beside the signed element')
  const next = siblings[siblings.findIndex(one => one.isSameNode(element)) + 1]
  if (signatures.length !== 1 || next === undefined || !next.isSameNode(signature)) {
    return no('position', 'Signature is not the only one, right after the signed element')
  }
  return signature
}

function judged(element: XmlElement, id: string, signature: XmlElement): VerifiedSignature {
  const [signedInfo, value, keyInfo, ...rest] = childElements(signature)
  if (!is(signedInfo, 'SignedInfo') || !is(value, 'SignatureValue') || !is(keyInfo, 'KeyInfo') || rest.length > 0) {
    return no('position', 'Signature holds something other than SignedInfo, SignatureValue and KeyInfo')
  }
  const said = readSignedInfo(signedInfo, id)
  if ('ok' in said) return said
  const certificate = readCertificate(keyInfo)
  if (certificate === null) return no('certificate', 'not exactly one readable X509Certificate with a key of RSA')
  if (hash(said.profile.digest, canonicalForm(element, said.transform), 'base64') !== said.digest) {
    return no('digest', 'the digest is of something else')
  }
  const form = Buffer.from(canonicalForm(signedInfo, said.profile.canonicalization))
  const algorithm = said.profile.signature === 'rsa-sha1' ? 'RSA-SHA1' : 'RSA-SHA256'
  return rsaVerify(algorithm, form, certificate.publicKey, Buffer.from(value.content, 'base64'))
    ? { ok: true, id, certificate, profile: said.profile }
    : no('value', 'the signature value is not of this key over SignedInfo')
}

interface SaidOfSignature {
  profile: Profile
  /** The canonical form of the element itself may be another than that of SignedInfo. */
  transform: Canonicalization
  digest: string
}

function readSignedInfo(signedInfo: XmlElement, id: string): SaidOfSignature | No {
  const [canonicalization, method, reference, ...more] = childElements(signedInfo)
  if (!is(canonicalization, 'CanonicalizationMethod') || !is(method, 'SignatureMethod') || !is(reference, 'Reference')) {
    return no('reference', 'SignedInfo is not a canonical form, a method and a Reference')
  }
  if (more.length > 0) return no('reference', 'more than one Reference')
  if (reference.attr('URI')?.value !== `#${id}`) return no('reference', `the Reference is not to #${id}`)
  const form = keyOf(canonicalizations, algorithmOf(canonicalization))
  const signature = keyOf(signatureMethods, algorithmOf(method))
  const [transforms, digestMethod, digestValue, ...rest] = childElements(reference)
  if (!is(transforms, 'Transforms') || !is(digestMethod, 'DigestMethod') || !is(digestValue, 'DigestValue') || rest.length > 0) {
    return no('reference', 'the Reference is not transforms, a method and a digest')
  }
  const transform = readTransforms(transforms)
  if (transform === null) return no('transforms', 'transforms other than enveloped and one canonical form')
  const digest = keyOf(digestMethods, algorithmOf(digestMethod))
  if (form === null || signature === null || digest === null) return no('algorithm', 'an algorithm that notes do not use')
  return { profile: { canonicalization: form, signature, digest }, transform, digest: digestValue.content.replace(/\s/g, '') }
}

function readTransforms(transforms: XmlElement): Canonicalization | null {
  const [enveloped, form, ...rest] = childElements(transforms)
  if (!is(enveloped, 'Transform') || !is(form, 'Transform') || rest.length > 0) return null
  return algorithmOf(enveloped) === ENVELOPED ? keyOf(canonicalizations, algorithmOf(form)) : null
}

function readCertificate(keyInfo: XmlElement): X509Certificate | null {
  const found = keyInfo.find('.//ds:X509Certificate', { ds: DSIG })
  const [only] = found
  if (only === undefined || found.length !== 1) return null
  try {
    const certificate = new X509Certificate(Buffer.from(only.content, 'base64'))
    return certificate.publicKey.asymmetricKeyType === 'rsa' ? certificate : null
  } catch {
    return null // what OpenSSL cannot read is not a certificate
  }
}

function is(element: XmlElement | undefined, name: string): element is XmlElement {
  return element !== undefined && element.name === name && element.namespaceUri === DSIG
}

/** Of an element that says nothing but its algorithm: a list of prefixes or an XPath inside would change what it means. */
function algorithmOf(element: XmlElement): string {
  return element.firstChild === null ? (element.attr('Algorithm')?.value ?? '') : ''
}

function keyOf<K extends string>(table: Readonly<Record<K, string>>, uri: string): K | null {
  for (const key in table) if (table[key] === uri) return key
  return null
}

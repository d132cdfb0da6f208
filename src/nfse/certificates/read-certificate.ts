import { X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { parseTaxId, type TaxId } from '../../core/brazil/tax-id.ts'
import { instantFromMillis } from '../../core/dates.ts'
import type { Certificate } from './certificate.ts'
import { OID_CNPJ, OID_CPF, readOtherNames } from './other-names.ts'

/** Of PEM, or DER. Null where it is no certificate. */
export function readCertificate(source: string | Uint8Array): Certificate | null {
  try {
    return certificateOf(new X509Certificate(source))
  } catch {
    return null // OpenSSL and forge say only that they cannot
  }
}

function certificateOf(parsed: X509Certificate): Certificate {
  const extensions = extensionsOf(forge.asn1.fromDer(parsed.raw.toString('binary')))
  const { publicKey } = parsed
  return {
    pem: parsed.toString(),
    name: commonName(parsed.subject),
    issuerName: commonName(parsed.issuer),
    serialNumber: parsed.serialNumber,
    fingerprint: parsed.fingerprint256.replaceAll(':', '').toLowerCase(),
    owner: ownerOf(extensions.get(ALTERNATIVE_NAMES)),
    notBefore: instantFromMillis(parsed.validFromDate.getTime()),
    notAfter: instantFromMillis(parsed.validToDate.getTime()),
    // Only version 3 has extensions.
    version: extensions.size > 0 ? 3 : 1,
    // OpenSSL's own answer asks for more than the extension says.
    isAuthority: parsed.ca || saysAuthority(extensions.get(BASIC_CONSTRAINTS)),
    ...keyUsageOf(extensions.get(KEY_USAGE)),
    keyBits: publicKey.asymmetricKeyType === 'rsa' ? (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) : 0,
  }
}

const KEY_USAGE = '2.5.29.15'
const ALTERNATIVE_NAMES = '2.5.29.17'
const BASIC_CONSTRAINTS = '2.5.29.19'
const EXTENSIONS_TAG = 3

/** The values of the extensions by OID. forge's own reader of certificates refuses keys that are not of RSA. */
function extensionsOf(certificate: forge.asn1.Asn1): ReadonlyMap<string, string> {
  const [signed] = childrenOf(certificate)
  const wrapped = signed && childrenOf(signed).find(one => one.tagClass === CONTEXT && (one.type as number) === EXTENSIONS_TAG)
  const [list] = wrapped ? childrenOf(wrapped) : []
  const extensions = new Map<string, string>()
  for (const extension of list ? childrenOf(list) : []) {
    const parts = childrenOf(extension)
    const [oid, value] = [parts[0], parts.at(-1)]
    const bytes = valueBytes(value)
    if (typeof oid?.value === 'string' && bytes !== null) extensions.set(forge.asn1.derToOid(oid.value), bytes)
  }
  return extensions
}

const CONTEXT = forge.asn1.Class.CONTEXT_SPECIFIC

/** forge decodes an octet string that holds DER as if it were constructed. */
function valueBytes(value: forge.asn1.Asn1 | undefined): string | null {
  if (value === undefined) return null
  if (typeof value.value === 'string') return value.value
  const [inner] = childrenOf(value)
  return inner === undefined ? null : forge.asn1.toDer(inner).getBytes()
}

function keyUsageOf(extension: string | undefined): { digitalSignature: boolean; nonRepudiation: boolean } {
  const bits = extension === undefined ? undefined : forge.asn1.fromDer(extension).value
  // A BIT STRING begins with the number of bits that do not count.
  const first = typeof bits === 'string' ? bits.charCodeAt(1) : 0
  return { digitalSignature: (first & 0x80) !== 0, nonRepudiation: (first & 0x40) !== 0 }
}

function saysAuthority(extension: string | undefined): boolean {
  const [first] = extension === undefined ? [] : childrenOf(forge.asn1.fromDer(extension))
  return first?.type === forge.asn1.Type.BOOLEAN && first.value !== '\x00'
}

function ownerOf(extension: string | undefined): TaxId | null {
  if (extension === undefined) return null
  const names = readOtherNames(extension)
  const cnpj = parseTaxId(names.get(OID_CNPJ) ?? '')
  if (cnpj?.kind === 'company') return cnpj
  const cpf = parseTaxId((names.get(OID_CPF) ?? '').slice(8, 19))
  return cpf?.kind === 'person' ? cpf : null
}

function commonName(subject: string): string {
  return /^CN=(.*)$/m.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ')
}

function childrenOf(node: forge.asn1.Asn1): forge.asn1.Asn1[] {
  return Array.isArray(node.value) ? node.value : []
}

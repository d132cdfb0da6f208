// ICP-Brasil says whose a certificate is in otherNames of its alternative names (DOC-ICP-04): read and written here, since neither forge nor Node does.

import { isIPv4 } from 'node:net'
import forge from 'node-forge'

const { asn1 } = forge

/** The CNPJ of a company's certificate. */
export const OID_CNPJ = '2.16.76.1.3.3'
/** The person of an e-CPF: birth date of eight digits, CPF of eleven, and more. */
export const OID_CPF = '2.16.76.1.3.1'

const OTHER_NAME = 0
const DNS_NAME = 2
const IP_ADDRESS = 7

/** The texts by OID; authorities write them as octets or as any kind of string. `der` is the extension's value. */
export function readOtherNames(der: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const name of childrenOf(asn1.fromDer(der))) {
    if (name.tagClass !== asn1.Class.CONTEXT_SPECIFIC || (name.type as number) !== OTHER_NAME) continue
    const [oid, wrapped] = childrenOf(name)
    const [text] = wrapped === undefined ? [] : childrenOf(wrapped)
    if (oid !== undefined && typeof oid.value === 'string' && typeof text?.value === 'string') {
      names.set(asn1.derToOid(oid.value), text.value)
    }
  }
  return names
}

/** The extension's value, for the test authority. */
export function writeAlternativeNames(otherNames: Readonly<Record<string, string>>, hosts: readonly string[]): string {
  const others = Object.entries(otherNames).map(([oid, text]) =>
    tagged(OTHER_NAME, true, [
      asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OID, false, asn1.oidToDer(oid).getBytes()),
      tagged(0, true, [asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OCTETSTRING, false, text)]),
    ]),
  )
  const addresses = hosts.map(host => {
    return isIPv4(host)
      ? tagged(IP_ADDRESS, false, String.fromCharCode(...host.split('.').map(Number)))
      : tagged(DNS_NAME, false, host)
  })
  return asn1.toDer(asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [...others, ...addresses])).getBytes()
}

function tagged(tag: number, constructed: boolean, value: string | forge.asn1.Asn1[]): forge.asn1.Asn1 {
  // forge's types know the universal tags only; in another class a tag is any number.
  return asn1.create(asn1.Class.CONTEXT_SPECIFIC, tag as forge.asn1.Type, constructed, value)
}

function childrenOf(node: forge.asn1.Asn1): forge.asn1.Asn1[] {
  return Array.isArray(node.value) ? node.value : []
}

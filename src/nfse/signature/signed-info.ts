// SignedInfo and Signature as they are written: already canonical, whichever of the four forms is named, since there is neither prefix nor comment nor blank.

import { canonicalizations, DSIG, digestMethods, ENVELOPED, type Profile, signatureMethods } from './profile.ts'

const empty = (name: string, algorithm: string) => `<${name} Algorithm="${algorithm}"></${name}>`

/** Without its opening tag: the namespace stands on it in what is signed, and on Signature in what is sent. */
export function signedInfoInside(id: string, digestBase64: string, profile: Profile): string {
  const canonicalization = canonicalizations[profile.canonicalization]
  return (
    empty('CanonicalizationMethod', canonicalization) +
    empty('SignatureMethod', signatureMethods[profile.signature]) +
    `<Reference URI="#${id}"><Transforms>${empty('Transform', ENVELOPED)}${empty('Transform', canonicalization)}</Transforms>` +
    `${empty('DigestMethod', digestMethods[profile.digest])}<DigestValue>${digestBase64}</DigestValue></Reference></SignedInfo>`
  )
}

/** The bytes under the signature value. */
export function canonicalSignedInfo(inside: string): string {
  return `<SignedInfo xmlns="${DSIG}">${inside}`
}

export function signatureElement(inside: string, valueBase64: string, certificateBase64: string): string {
  return (
    `<Signature xmlns="${DSIG}"><SignedInfo>${inside}<SignatureValue>${valueBase64}</SignatureValue>` +
    `<KeyInfo><X509Data><X509Certificate>${certificateBase64}</X509Certificate></X509Data></KeyInfo></Signature>`
  )
}

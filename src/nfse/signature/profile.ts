// XML Signature as notes carry it: the identifiers of https://www.w3.org/TR/xmldsig-core1/ that production was seen to use, and no other.

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

/** How a canonical form is named; both kinds with and without comments. */
export const canonicalizations = {
  c14n: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  'c14n-with-comments': 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments',
  'exc-c14n': 'http://www.w3.org/2001/10/xml-exc-c14n#',
  'exc-c14n-with-comments': 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
} as const

export type Canonicalization = keyof typeof canonicalizations

export const signatureMethods = {
  'rsa-sha1': 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  'rsa-sha256': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
} as const

export type SignatureMethod = keyof typeof signatureMethods

export const digestMethods = {
  sha1: 'http://www.w3.org/2000/09/xmldsig#sha1',
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
} as const

export type DigestMethod = keyof typeof digestMethods

export interface Profile {
  canonicalization: Canonicalization
  signature: SignatureMethod
  digest: DigestMethod
}

/** What we sign with. */
export const ours: Profile = { canonicalization: 'c14n', signature: 'rsa-sha256', digest: 'sha256' }

/** What Sefin Nacional signs with. */
export const sefins: Profile = { canonicalization: 'exc-c14n-with-comments', signature: 'rsa-sha256', digest: 'sha256' }

/** The elements that are signed, each with its Signature as the next sibling. */
export type SignedElement = 'infDPS' | 'infNFSe' | 'infPedReg' | 'infEvento'

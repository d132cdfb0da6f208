import { instant } from '../../src/core/dates.ts'
import { type Authority, type Issued, makeAuthority } from '../../src/nfse/certificates/test-authority.ts'
import { type Signer, signerOf } from '../../src/nfse/signature/sign.ts'

export const validity = { notBefore: instant('2026-01-01T00:00:00Z'), notAfter: instant('2036-01-01T00:00:00Z') }

let authority: Authority | undefined

/** One for all tests of a process: pairs of keys are dear. */
export function anAuthority(): Authority {
  authority ??= makeAuthority(validity)
  return authority
}

const issued = new Map<string, Issued>()

/** A certificate of the company, each time the same. */
export function certificateOf(cnpj: string): Issued {
  const known = issued.get(cnpj) ?? anAuthority().issue({ cnpj, ...validity, privateKeyPem: anAuthority().privateKeyPem })
  issued.set(cnpj, known)
  return known
}

export function signerFor(cnpj: string): Signer {
  return signerOf(certificateOf(cnpj))
}

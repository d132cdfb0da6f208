// Signs a document that somebody else wrote, or one that holds another document with its own signature: the canonical form is asked of libxml2. Slower than
// `sign`, and used where a city hall answers.

import { hash, sign as rsaSign } from 'node:crypto'
import { withDocument } from '../schema/document.ts'
import { canonicalForm, elementsNamed } from './canonical-form.ts'
import { type Profile, type SignedElement, sefins } from './profile.ts'
import type { Signer } from './sign.ts'
import { canonicalSignedInfo, signatureElement, signedInfoInside } from './signed-info.ts'

/**
 * The text with a Signature right after the end of the only element of that name; everything else stays as it is, to the byte. Throws
 * where there is not exactly one such element with an Id of letters and digits.
 */
export function signAny(xml: string, element: SignedElement, signer: Signer, profile: Profile = sefins): string {
  const closing = `</${element}>`
  const end = xml.lastIndexOf(closing) + closing.length
  const { id, form } = withDocument(
    xml,
    document => {
      const [one, ...others] = elementsNamed(document, element)
      const id = one?.attr('Id')?.value ?? ''
      if (one === undefined || others.length > 0 || !/^[A-Za-z0-9]+$/.test(id) || end < closing.length) {
        throw new Error(`not exactly one ${element} with an Id: it cannot be signed`)
      }
      return { id, form: canonicalForm(one, profile.canonicalization) }
    },
    fault => {
      throw new Error(`not XML, it cannot be signed: ${fault.message}`)
    },
  )
  const inside = signedInfoInside(id, hash(profile.digest, form, 'base64'), profile)
  const algorithm = profile.signature === 'rsa-sha1' ? 'RSA-SHA1' : 'RSA-SHA256'
  const value = rsaSign(algorithm, Buffer.from(canonicalSignedInfo(inside)), signer.key).toString('base64')
  return xml.slice(0, end) + signatureElement(inside, value, signer.certificateBase64) + xml.slice(end)
}

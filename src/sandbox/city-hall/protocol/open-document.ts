// From bytes to a document that rules can ask: well formed, of the right kind, as the schema wants it, signed by somebody.

import type { X509Certificate } from 'node:crypto'
import { withDocument, type XmlFault } from '../../../nfse/schema/document.ts'
import { treeOf, type XmlTree } from '../../../nfse/schema/parse-xml.ts'
import { validateDocument } from '../../../nfse/schema/validate.ts'
import { type VerifiedSignature, verifyInDocument } from '../../../nfse/signature/verify-signature.ts'
import { mostBytes } from './envelope.ts'
import { about, type Problem, envelopeProblems as problems } from './problem.ts'

export type OpenedDocument =
  | { readonly root: XmlTree; readonly id: string; readonly signature: VerifiedSignature; readonly problems?: undefined }
  | { readonly problems: readonly Problem[]; readonly id: string }

const signedIn = { DPS: 'infDPS', pedRegEvento: 'infPedReg' } as const

/** Stops after each of its stages, as the real one does. `id` is what the document calls itself, as far as it got. */
export function openDocument(xml: string, kind: 'DPS' | 'pedRegEvento'): OpenedDocument {
  return withDocument<OpenedDocument>(
    xml,
    document => {
      const root = treeOf(document)
      const id = root.children[0]?.attributes.Id ?? ''
      if (root.name !== kind) return { id, problems: [about(problems.unknownKind, root.name)] }
      if (isPrefixed(root) || declaresPrefix.test(xml)) return { id, problems: [problems.prefixed] }
      const faults = validateDocument(kind, document)
      if (faults.length > 0) {
        return {
          id,
          problems: faults
            .slice(0, 10)
            .map(({ message, path }) => about(problems.schema, path ? `${path}: ${message}` : message)),
        }
      }
      return { root, id, signature: verifyInDocument(document, signedIn[kind]) }
    },
    fault => ({ id: '', problems: [ofFault(fault)] }),
    mostBytes,
  )
}

/** A prefix that is declared is refused whether it is used or not. */
const declaresPrefix = /<[^!?>][^>]*\sxmlns:/

function isPrefixed(element: XmlTree): boolean {
  const isOwn = element.prefix !== '' || Object.keys(element.attributes).some(name => name.includes(':'))
  return isOwn || element.children.some(isPrefixed)
}

function ofFault({ code, message }: XmlFault): Problem {
  return about(code === 'not_utf8' ? problems.notUtf8 : problems.notGzip, message)
}

export interface SignatureCodes {
  readonly absent: string
  readonly wrong: string
  readonly certificate: string
  readonly standard: string
  readonly author: string
}

export const dpsSignature: SignatureCodes = {
  absent: 'E0717',
  wrong: 'E0714',
  certificate: 'E0715',
  standard: 'E0716',
  author: 'E0718',
}

export const eventSignature: SignatureCodes = {
  absent: 'E1989',
  wrong: 'E1980',
  certificate: 'E1983',
  standard: 'E1986',
  author: 'E1991',
}

/** Whether the bytes are signed at all, and rightly; who signed is asked afterwards. */
export function signatureProblem(signature: VerifiedSignature, codes: SignatureCodes): Problem | { signer: X509Certificate } {
  if (signature.ok) return { signer: signature.certificate }
  if (signature.code === 'absent') return { code: codes.absent, says: 'O documento não está assinado.' }
  return { code: codes.wrong, says: 'A assinatura não confere.', more: `${signature.code}: ${signature.message}` }
}

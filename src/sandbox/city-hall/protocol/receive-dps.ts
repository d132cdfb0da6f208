import { randomInt, type X509Certificate } from 'node:crypto'
import { parseTaxId } from '../../../core/brazil/tax-id.ts'
import { dayInZone, monthOf, type YearMonth } from '../../../core/dates.ts'
import { nfseKey } from '../../../nfse/identifiers/nfse-key.ts'
import type { Signer } from '../../../nfse/signature/sign.ts'
import { signAny } from '../../../nfse/signature/sign-any.ts'
import { writeSubstitution } from '../events/write-event.ts'
import { type CityHall, compressed } from '../hall.ts'
import { caseOf, dpsRules } from '../issue/judge-dps.ts'
import { writeNfse } from '../issue/write-nfse.ts'
import { type Note, partiesOf } from '../notes.ts'
import { ReadDps } from '../reading/read-dps.ts'
import { rootOf } from '../rules/marks.ts'
import { type DpsCase, refusedBy } from '../rules/rule.ts'
import { timeZone } from '../rules/substitution.ts'
import { isPassing, judgeCertificate } from './certificate-judge.ts'
import { elementIn, openEnvelope } from './envelope.ts'
import { dpsSignature, openDocument, type SignatureCodes, signatureProblem } from './open-document.ts'
import type { Problem } from './problem.ts'

/** What the city hall signs with, and whom it believes. */
export interface Office {
  readonly hall: CityHall
  readonly signer: Signer
  readonly authority: X509Certificate
}

export type Received =
  | { readonly note: Note; readonly dpsId: string }
  | { readonly problems: readonly Problem[]; readonly dpsId: string }

/** A DPS as it came over the wire: judged whole, and when nothing is against it, entered before anybody else is looked at. */
export function receiveDps(office: Office, body: Buffer): Received {
  const opened = openEnvelope(body, 'dpsXmlGZipB64')
  if (opened.problem !== undefined) return { problems: [opened.problem], dpsId: '' }
  const document = openDocument(opened.xml, 'DPS')
  const dpsId = document.id
  if (document.problems !== undefined) return { problems: document.problems, dpsId }
  const signed = signatureProblem(document.signature, dpsSignature)
  if ('code' in signed) return { problems: [signed], dpsId }
  const dps = ReadDps.of(document.root)
  const judged = judgeSigner(office, signed.signer, dpsSignature, taxId => isOfEmitter(office, taxId, dps.emitterTaxId))
  if (judged.problems.length > 0) return { problems: judged.problems, dpsId }
  const asked = caseOf(dps, office.hall.asSeenBy(judged.taxId))
  const refused = refusedBy(dpsRules, asked)
  if (refused.length > 0) {
    return { dpsId, problems: refused.map(({ code, says, field }) => ({ code, says, more: field })) }
  }
  return { dpsId, note: issue(office, asked, opened.xml) }
}

function isOfEmitter({ hall }: Office, signer: string, emitter: string): boolean {
  if (hall.settings.signer === 'exact' || emitter.length !== 14) return signer === emitter
  return signer.length === 14 && rootOf(signer) === rootOf(emitter)
}

/** Whether the certificate that signed may, by the codes of the document that it signed. */
export function judgeSigner(
  { hall, authority }: Office,
  certificate: X509Certificate,
  codes: SignatureCodes,
  isAuthor: (taxId: string) => boolean,
): { problems: Problem[]; taxId: string } {
  const { faults, taxId } = judgeCertificate(certificate, { authority, now: hall.now, revoked: hall.settings.revoked })
  const problems: Problem[] = []
  const passing = faults.filter(isPassing)
  const lasting = faults.filter(fault => !isPassing(fault))
  if (passing.length > 0) {
    problems.push({ code: codes.certificate, says: 'O certificado que assina não é válido.', more: passing.join(', ') })
  }
  if (lasting.length > 0) {
    problems.push({ code: codes.standard, says: 'O certificado que assina está fora do padrão.', more: lasting.join(', ') })
  }
  if (taxId !== '' && !isAuthor(taxId))
    problems.push({ code: codes.author, says: 'O certificado que assina não é de quem emite.' })
  return { problems, taxId }
}

/** Everything from the number to the journal happens at once: nobody can come in between. */
function issue({ hall, signer }: Office, asked: DpsCase, xml: string): Note {
  const { dps } = asked
  const city = dps.text('cLocEmi') ?? ''
  const issuer = parseTaxId(dps.emitterTaxId)
  if (issuer === null) throw new Error('a DPS without an issuer passed its rules')
  const at = hall.now
  const number = hall.nextNumber(city, issuer.taxId)
  const fiscalNumber = hall.nextFiscalNumber()
  const key = nfseKey({ municipio: city, generator: '2', issuer, number, issuedIn: monthIn(at), random: lot() })
  const unsigned = writeNfse(asked, { key, number, fiscalNumber, at }, elementIn(xml))
  const entry = {
    key,
    dpsId: dps.id,
    number,
    fiscalNumber,
    at,
    issuer: issuer.taxId,
    parties: partiesOf(dps),
    xml: compressed(signAny(unsigned, 'infNFSe', signer)),
  }
  if (asked.replaced === null) return hall.enter(entry)
  const event = writeSubstitution(asked.replaced, dps, { substitute: key, at, fiscalNumber: fiscalNumber + 1, hall, signer })
  return hall.enter(entry, { key: asked.replaced.key, event })
}

const monthIn = (at: CityHall['now']): YearMonth => monthOf(dayInZone(at, timeZone))

/** Nine digits by chance, so that nobody guesses a key. */
const lot = () => String(randomInt(1_000_000_000)).padStart(9, '0')

// The document of an event: who asked for it, when it was entered, signed by the city hall.

import type { Instant } from '../../../core/dates.ts'
import type { Signer } from '../../../nfse/signature/sign.ts'
import { signAny } from '../../../nfse/signature/sign-any.ts'
import { group, leaf, sequence, withAttributes, XML_DECLARATION, type Xml } from '../../../nfse/xml/canonical.ts'
import { type CityHall, compressed, type EventEntry } from '../hall.ts'
import { application, namespace, written24 } from '../issue/write-nfse.ts'
import type { Note } from '../notes.ts'
import type { ReadDps } from '../reading/read-dps.ts'
import { eventKinds } from '../rules/event-kinds.ts'

export interface EventHead {
  readonly key: string
  readonly code: string
  readonly sequence: number
  readonly fiscalNumber: number
  readonly at: Instant
}

/** The next number of its kind on a note. */
export function nextSequence(note: Note, code: string): number {
  return note.events.filter(event => event.code === code).length + 1
}

/** `request` is the pedRegEvento element as it was received, or as the city hall wrote it. */
export function writeEvent({ key, code, sequence: count, fiscalNumber, at }: EventHead, request: string, signer: Signer): string {
  const body = sequence(
    leaf('verAplic', application),
    leaf('ambGer', '2'),
    leaf('nSeqEvento', String(count)),
    leaf('dhProc', written24(at)),
    leaf('nDFSe', String(fiscalNumber)),
    // As it was received; the writer of canonical XML did not make it.
    request as Xml,
  )
  const id = `EVT${key}${code}${String(count).padStart(3, '0')}`
  const xml = `${XML_DECLARATION}${withAttributes(
    'evento',
    { xmlns: namespace, versao: '1.01' },
    withAttributes('infEvento', { Id: id }, body),
  )}`
  return signAny(xml, 'infEvento', signer)
}

export interface RequestHead {
  readonly environment: string
  readonly key: string
  readonly code: string
  readonly author: string
  readonly at: Instant
}

/** A request that nobody sent: what the city or the city hall itself enters has no signature of its own. */
export function writeRequest(
  { environment, key, code, author, at }: RequestHead,
  own: readonly (readonly [string, string])[],
): string {
  const body = sequence(
    leaf('tpAmb', environment),
    leaf('verAplic', application),
    leaf('dhEvento', written24(at)),
    leaf(author.length === 11 ? 'CPFAutor' : 'CNPJAutor', author),
    leaf('chNFSe', key),
    group(`e${code}`, leaf('xDesc', eventKinds[code]?.says), ...own.map(([name, text]) => leaf(name, text))),
  )
  return withAttributes(
    'pedRegEvento',
    { xmlns: namespace, versao: '1.01' },
    withAttributes('infPedReg', { Id: `PRE${key}${code}` }, body),
  )
}

interface Replacing {
  readonly substitute: string
  readonly at: Instant
  readonly fiscalNumber: number
  readonly hall: CityHall
  readonly signer: Signer
}

/** The end of a note that another takes the place of (105102), entered together with that other. */
export function writeSubstitution(
  replaced: Note,
  by: ReadDps,
  { substitute, at, fiscalNumber, hall, signer }: Replacing,
): EventEntry {
  const code = '105102'
  const author = by.emitterTaxId
  const reason = by.text('subst/xMotivo')
  const request = writeRequest({ environment: hall.environment, key: replaced.key, code, author, at }, [
    ['cMotivo', by.text('subst/cMotivo') ?? ''],
    ...(reason === undefined ? [] : [['xMotivo', reason] as const]),
    ['chSubstituta', substitute],
  ])
  const sequenceOf = nextSequence(replaced, code)
  const xml = writeEvent({ key: replaced.key, code, sequence: sequenceOf, fiscalNumber, at }, request, signer)
  return { code, sequence: sequenceOf, at, author, about: '', fiscalNumber, xml: compressed(xml) }
}

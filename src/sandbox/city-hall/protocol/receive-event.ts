import { nextSequence, writeEvent, writeRequest } from '../events/write-event.ts'
import { compressed, type EventEntry } from '../hall.ts'
import { blockNamed, type Note, type NoteEvent } from '../notes.ts'
import { ReadEvent } from '../reading/read-event.ts'
import { eventRules } from '../rules/event-rules.ts'
import { type EventCase, refusedBy } from '../rules/rule.ts'
import { elementIn, openEnvelope } from './envelope.ts'
import { eventSignature, openDocument, signatureProblem } from './open-document.ts'
import { about, envelopeProblems, type Problem } from './problem.ts'
import { judgeSigner, type Office } from './receive-dps.ts'

export type ReceivedEvent = { readonly event: NoteEvent } | { readonly problems: readonly Problem[] }

/** A request to register an event, as a party of the note sends it. */
export function receiveEvent(office: Office, key: string, body: Buffer): ReceivedEvent {
  const opened = openEnvelope(body, 'pedidoRegistroEventoXmlGZipB64')
  if (opened.problem !== undefined) return { problems: [opened.problem] }
  const document = openDocument(opened.xml, 'pedRegEvento')
  if (document.problems !== undefined) return { problems: document.problems }
  const signed = signatureProblem(document.signature, eventSignature)
  if ('code' in signed) return { problems: [signed] }
  // Whose certificate it must be is a rule of its own: only the root is compared (E0812).
  const judged = judgeSigner(office, signed.signer, eventSignature, () => true)
  if (judged.problems.length > 0) return { problems: judged.problems }
  const event = ReadEvent.of(document.root)
  if (event.key !== key) return { problems: [about(envelopeProblems.other, 'A chave do endereço não é a do pedido.')] }
  return entered(office, event, judged.taxId, opened.xml)
}

/** Of the city's own system: whatever it has to say about a note. Its CNPJ is invented. */
export const cityTaxId = '99999999000191'

export interface CityEvent {
  readonly key: string
  readonly code: string
  readonly own: readonly (readonly [name: string, text: string])[]
}

/** What the city enters itself: the answer to a request for analysis, a block, a cancellation of its own. */
export function enterOfCity(office: Office, { key, code, own }: CityEvent): ReceivedEvent {
  const request = writeRequest({ environment: office.hall.environment, key, code, author: cityTaxId, at: office.hall.now }, own)
  const document = openDocument(request, 'pedRegEvento')
  if (document.problems !== undefined) return { problems: document.problems }
  return entered(office, ReadEvent.of(document.root), '', request)
}

function entered(office: Office, event: ReadEvent, signer: string, xml: string): ReceivedEvent {
  const { hall } = office
  const note = hall.note(event.key)
  const asked: EventCase = {
    event,
    hall: hall.asSeenBy(signer),
    note,
    city: hall.city(event.key.slice(0, 7)),
    before: note?.events ?? [],
  }
  const refused = refusedBy([eventRules], asked)
  if (refused.length > 0 || note === null) {
    return { problems: refused.map(({ code, says, field }) => ({ code, says, more: field })) }
  }
  const entry = entryOf(office, note, event, xml)
  hall.enterEvent(note.key, entry)
  const last = note.events.at(-1)
  if (last === undefined) throw new Error('the event was just entered')
  return { event: last }
}

function entryOf({ hall, signer }: Office, note: Note, event: ReadEvent, xml: string): EventEntry {
  const head = {
    key: note.key,
    code: event.code,
    sequence: nextSequence(note, event.code),
    fiscalNumber: hall.nextFiscalNumber(),
    at: hall.now,
  }
  return {
    code: head.code,
    sequence: head.sequence,
    at: head.at,
    author: event.author,
    about: aboutOf(note, event),
    fiscalNumber: head.fiscalNumber,
    xml: compressed(writeEvent(head, elementIn(xml), signer)),
  }
}

/** The lifting of a block says which block; the block says of which event. An annulment says which rejection. */
function aboutOf(note: Note, event: ReadEvent): string {
  if (event.code === '205208') return event.own('idEvManifRej') ?? ''
  if (event.code !== '305103') return event.about
  return blockNamed(note, event.own('idBloqOfic'))?.about ?? ''
}

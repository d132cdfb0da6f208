import type { Instant } from '../../core/dates.ts'
import type { ReadDps } from './reading/read-dps.ts'

/** An event that a note has: asked for by somebody, or written by the city hall itself. */
export interface NoteEvent {
  /** 'e101101' without its letter. */
  readonly code: string
  readonly sequence: number
  readonly at: Instant
  /** CNPJ or CPF. */
  readonly author: string
  /** Which event a block or the lifting of one is about; '' of all others. */
  readonly about: string
  /** The event document, signed. */
  readonly xml: string
}

/** A note that stands, with everything that ever happened to it. */
export interface Note {
  readonly key: string
  readonly dpsId: string
  readonly number: number
  readonly at: Instant
  /** The signed NFS-e, with the DPS in it byte for byte. */
  readonly xml: string
  /** Its DPS as it was read; made again from `xml` when somebody asks. */
  readonly dps: ReadDps
  readonly parties: readonly string[]
  readonly events: readonly NoteEvent[]
}

const ending = ['101101', '105102', '105104', '305101']

/** Cancelled, in whichever way. */
export function isCancelled({ events }: Pick<Note, 'events'>): boolean {
  return events.some(event => ending.includes(event.code))
}

/** Whether somebody waits for the city to answer a request to cancel. */
export function isUnderAnalysis({ events }: Pick<Note, 'events'>): boolean {
  const last = events.findLast(event => ['101103', '105104', '105105'].includes(event.code))
  return last?.code === '101103'
}

/** The events that the city has blocked and not freed since, by code. */
export function blockedEvents({ events }: Pick<Note, 'events'>): Set<string> {
  const blocked = new Set<string>()
  for (const event of events) {
    if (event.code === '305102') blocked.add(event.about)
    if (event.code === '305103') blocked.delete(event.about)
  }
  return blocked
}

/** Everybody that a note is about: provider, taker, intermediary. */
export function partiesOf(dps: ReadDps): string[] {
  const named = (['prest', 'toma', 'interm'] as const).flatMap(party => {
    const id = dps.party(party)
    return id?.kind === 'CNPJ' || id?.kind === 'CPF' ? [id.text] : []
  })
  return [...new Set(named)]
}

/** How an event is named in another: the 56 places of key and code, without a sequence (TSIdNumEvento, set of 27/07/2026). */
export const nameOf = (key: string, code: string) => `${key}${code}`

/** The block that the lifting of one names: of several, whose names are the same, the last that still stands. */
export function blockNamed(note: Pick<Note, 'key' | 'events'>, name: string | undefined): NoteEvent | undefined {
  const blocks = note.events.filter(({ code }) => code === '305102' && nameOf(note.key, code) === name)
  const blocked = blockedEvents(note)
  return blocks.findLast(({ about }) => blocked.has(about)) ?? blocks.at(-1)
}

// The city hall's memory: cities, registers, notes and what was distributed. One process serves it and nothing waits between judging a
// document and entering it, so that two of one number can never both stand.

import { gunzipSync, gzipSync } from 'node:zlib'
import { type Instant, instant } from '../../core/dates.ts'
import { parseXml } from '../../nfse/schema/parse-xml.ts'
import { type Clock, clockAt } from '../../platform/clock.ts'
import { type LoteEntry, Lotes } from './abrasf/lotes.ts'
import { type Journal, noJournal } from './journal.ts'
import type { Note, NoteEvent } from './notes.ts'
import type { Element } from './reading/place.ts'
import { ReadDps } from './reading/read-dps.ts'
import { type City, firstCities } from './register/city.ts'
import { readCity } from './register/read-city.ts'
import { readTaxpayer } from './register/read-taxpayer.ts'
import type { Taxpayer } from './register/taxpayer.ts'
import type { Hall } from './rules/rule.ts'
import { tables } from './tables.ts'

/** A line of the journal. Documents are kept compressed, as they travel. */
type Entry =
  | { is: 'note'; note: NoteEntry; replaced?: { key: string; event: EventEntry } }
  | { is: 'event'; key: string; event: EventEntry }
  | { is: 'city'; city: unknown }
  | { is: 'taxpayer'; taxpayer: unknown }
  | { is: 'settings'; settings: Partial<Settings> }
  | { is: 'abrasf'; entry: LoteEntry }

export interface NoteEntry {
  key: string
  dpsId: string
  number: number
  fiscalNumber: number
  at: Instant
  /** Whose number it is. */
  issuer: string
  /** Everybody who is told of it. */
  parties: readonly string[]
  xml: string
}

export interface EventEntry extends Omit<NoteEvent, 'xml' | 'at'> {
  at: Instant
  fiscalNumber: number
  xml: string
}

export interface Settings {
  /** Whoever is not entered does not exist. Open: whoever has right digits does. */
  register: 'open' | 'closed'
  /** Which certificate signs for a branch is not settled: the company's (root of the CNPJ), or the branch's own alone. */
  signer: 'root' | 'exact'
  /** Serial numbers of certificates, as X.509 writes them. */
  revoked: readonly string[]
  /** Null: the machine's. */
  now: Instant | null
}

/** One thing that a party is told of. */
export interface Distributed {
  readonly key: string
  /** Null: the note itself. */
  readonly event: NoteEvent | null
}

class StoredNote implements Note {
  readonly key: string
  readonly dpsId: string
  readonly number: number
  readonly at: Instant
  readonly parties: readonly string[]
  readonly events: NoteEvent[] = []
  readonly compressed: Buffer
  #dps: WeakRef<ReadDps> | null = null

  constructor({ key, dpsId, number, at, parties, xml }: NoteEntry) {
    this.key = key
    this.dpsId = dpsId
    this.number = number
    this.at = at
    this.parties = parties
    this.compressed = Buffer.from(xml, 'base64')
  }

  get xml(): string {
    return gunzipSync(this.compressed).toString('utf8')
  }

  /** Thousands of notes stand, and few are asked for: what was read is forgotten when memory is wanted. */
  get dps(): ReadDps {
    const known = this.#dps?.deref()
    if (known !== undefined) return known
    const parsed = parseXml(this.xml)
    if (!parsed.ok) throw new Error(`the note ${this.key} is not XML: ${parsed.fault.message}`)
    const dps = ReadDps.of(dpsIn(parsed.root))
    this.#dps = new WeakRef(dps)
    return dps
  }
}

/** The DPS that a note holds. */
function dpsIn(root: Element): Element {
  const body = root.children.find(({ name }) => name === 'infNFSe')
  const dps = body?.children.find(({ name }) => name === 'DPS')
  if (dps === undefined) throw new Error('a note without a DPS')
  return dps
}

export const compressed = (xml: string) => gzipSync(xml).toString('base64')

export class CityHall {
  readonly environment: '1' | '2'
  readonly #clock: Clock
  #journal: Journal = noJournal
  readonly #cities = new Map<string, City>(firstCities.map(city => [city.code, city]))
  readonly #taxpayers = new Map<string, Taxpayer>()
  readonly #notes = new Map<string, StoredNote>()
  readonly #keyOfDps = new Map<string, string>()
  readonly #numbers = new Map<string, number>()
  readonly #distributed = new Map<string, Distributed[]>()
  #fiscalNumber = 0
  /** Of cities that speak ABRASF. */
  readonly lotes = new Lotes()
  settings: Settings = { register: 'open', signer: 'root', revoked: [], now: null }

  constructor({ environment = '2', clock }: { environment?: '1' | '2'; clock: Clock }) {
    this.environment = environment
    this.#clock = clock
  }

  /** From here on everything is written down. */
  keepIn(open: (replay: (entry: unknown) => void) => Journal): void {
    // Only this class writes the file.
    this.#journal = open(entry => this.#apply(entry as Entry))
  }

  close(): void {
    this.#journal.close()
  }

  get now(): Instant {
    return (this.settings.now === null ? this.#clock : clockAt(this.settings.now)).now()
  }

  get cities(): City[] {
    return [...this.#cities.values()]
  }

  city(code: string): City | null {
    return this.#cities.get(code) ?? null
  }

  get notes(): Iterable<Note> {
    return this.#notes.values()
  }

  get noteCount(): number {
    return this.#notes.size
  }

  note(key: string): (Note & { readonly compressed: Buffer }) | null {
    return this.#notes.get(key) ?? null
  }

  noteOfDps(id: string): Note | null {
    return this.note(this.#keyOfDps.get(id) ?? '')
  }

  taxpayer(taxId: string): Taxpayer | null {
    return this.#taxpayers.get(taxId) ?? null
  }

  /** What rules may know of it, for a document that this one signed. */
  asSeenBy(signer: string): Hall {
    const known = tables()
    return {
      now: this.now,
      environment: this.environment,
      tables: known,
      city: code => this.city(code ?? ''),
      taxpayer: taxId => this.taxpayer(taxId ?? ''),
      isRegisterClosed: this.settings.register === 'closed',
      note: key => this.note(key ?? ''),
      noteOfDps: id => this.noteOfDps(id),
      signer,
    }
  }

  /** The number that the next note of an issuer in a city would have; it is taken when the note is entered. */
  nextNumber(city: string, issuer: string): number {
    return (this.#numbers.get(city + issuer) ?? 0) + 1
  }

  nextFiscalNumber(): number {
    return this.#fiscalNumber + 1
  }

  /** Enters a note, and with it what becomes of the note it replaces: one line, so that both stand or neither. */
  enter(note: NoteEntry, replaced?: { key: string; event: EventEntry }): Note {
    this.#keep(replaced === undefined ? { is: 'note', note } : { is: 'note', note, replaced })
    const entered = this.note(note.key)
    if (entered === null) throw new Error(`the note ${note.key} was just entered`)
    return entered
  }

  /** A lote with all its notes, or the end of one of them. */
  enterLote(entry: LoteEntry): void {
    this.#keep({ is: 'abrasf', entry })
  }

  enterEvent(key: string, event: EventEntry): void {
    this.#keep({ is: 'event', key, event })
  }

  /** A city as an operator tells it; throws `Misread` where that says something else. */
  enterCity(city: unknown): City {
    const { code } = readCity(city)
    this.#keep({ is: 'city', city })
    const entered = this.city(code)
    if (entered === null) throw new Error(`the city ${code} was just entered`)
    return entered
  }

  enterTaxpayer(taxpayer: unknown): Taxpayer {
    const read = readTaxpayer(taxpayer)
    this.#keep({ is: 'taxpayer', taxpayer })
    return read
  }

  set(settings: Partial<Settings>): void {
    this.#keep({ is: 'settings', settings })
  }

  /** What a party was told of, the first as number 1. */
  distributedTo(taxId: string): readonly Distributed[] {
    return this.#distributed.get(taxId) ?? []
  }

  #keep(entry: Entry): void {
    this.#journal.append(entry)
    this.#apply(entry)
  }

  #apply(entry: Entry): void {
    switch (entry.is) {
      case 'note': {
        this.#addNote(entry.note)
        if (entry.replaced !== undefined) this.#addEvent(entry.replaced.key, entry.replaced.event)
        break
      }
      case 'event':
        this.#addEvent(entry.key, entry.event)
        break
      case 'city': {
        const city = readCity(entry.city)
        this.#cities.set(city.code, city)
        break
      }
      case 'taxpayer': {
        const taxpayer = readTaxpayer(entry.taxpayer)
        this.#taxpayers.set(taxpayer.taxId, taxpayer)
        break
      }
      case 'abrasf':
        this.lotes.apply(entry.entry)
        break
      case 'settings': {
        const { now } = entry.settings
        this.settings = { ...this.settings, ...entry.settings, ...(typeof now === 'string' && { now: instant(now) }) }
        break
      }
    }
  }

  #addNote(entry: NoteEntry): void {
    const note = new StoredNote(entry)
    this.#notes.set(note.key, note)
    this.#keyOfDps.set(note.dpsId, note.key)
    this.#fiscalNumber = entry.fiscalNumber
    this.#numbers.set(entry.key.slice(0, 7) + entry.issuer, entry.number)
    this.#tell(note, null)
  }

  #addEvent(key: string, { xml, fiscalNumber, ...entry }: EventEntry): void {
    const note = this.#notes.get(key)
    if (note === undefined) throw new Error(`an event of a note that is not there: ${key}`)
    const event: NoteEvent = { ...entry, xml: gunzipSync(Buffer.from(xml, 'base64')).toString('utf8') }
    note.events.push(event)
    this.#fiscalNumber = fiscalNumber
    this.#tell(note, event)
  }

  #tell(note: StoredNote, event: NoteEvent | null): void {
    for (const party of note.parties) {
      const told = this.#distributed.get(party) ?? []
      told.push({ key: note.key, event })
      this.#distributed.set(party, told)
    }
  }
}

// Lotes of RPS and the notes that came of them. A lote is all or nothing: one RPS that is refused refuses all.

import type { Instant } from '../../../core/dates.ts'

export interface RefusedRps {
  readonly number: string
  readonly series: string
  readonly kind: string
  readonly code: string
  readonly says: string
}

export interface CityNote {
  readonly number: number
  readonly verification: string
  readonly at: Instant
  readonly city: string
  readonly provider: string
  readonly rpsKey: string
  /** CompNfse, without what becomes of it later. */
  readonly xml: string
}

export interface Lote {
  readonly protocol: string
  readonly number: string
  readonly city: string
  readonly provider: string
  readonly at: Instant
  readonly refused: readonly RefusedRps[]
  readonly notes: readonly number[]
}

/** A line of the journal. */
export type LoteEntry =
  | { readonly is: 'lote'; readonly lote: Lote; readonly notes: readonly CityNote[] }
  | { readonly is: 'cancelled'; readonly city: string; readonly number: number; readonly at: Instant }

/** How often a lote is asked for before it is processed. */
const asksBeforeProcessed = 1

export class Lotes {
  readonly #lotes = new Map<string, Lote>()
  readonly #asked = new Map<string, number>()
  readonly #notes = new Map<string, CityNote>()
  readonly #ofRps = new Map<string, CityNote>()
  readonly #cancelled = new Map<string, Instant>()
  readonly #last = new Map<string, number>()

  apply(entry: LoteEntry): void {
    if (entry.is === 'cancelled') {
      this.#cancelled.set(`${entry.city}/${entry.number}`, entry.at)
      return
    }
    this.#lotes.set(entry.lote.protocol, entry.lote)
    for (const note of entry.notes) {
      this.#notes.set(`${note.city}/${note.number}`, note)
      this.#ofRps.set(note.rpsKey, note)
      this.#last.set(note.city, note.number)
    }
  }

  get count(): number {
    return this.#lotes.size
  }

  lote(protocol: string): Lote | null {
    return this.#lotes.get(protocol) ?? null
  }

  note(city: string, number: number): CityNote | null {
    return this.#notes.get(`${city}/${number}`) ?? null
  }

  noteOfRps(rpsKey: string): CityNote | null {
    return this.#ofRps.get(rpsKey) ?? null
  }

  cancelledAt(note: CityNote): Instant | null {
    return this.#cancelled.get(`${note.city}/${note.number}`) ?? null
  }

  /** The number after a city's last; its first stands for the year. */
  nextNumber(city: string, year: string): number {
    return (this.#last.get(city) ?? Number(year) * 100_000_000_000) + 1
  }

  /** 2 not processed yet, 3 processed with errors, 4 with success. Who asks moves it on, as time does with a real one. */
  situation(lote: Lote): '2' | '3' | '4' {
    const asked = (this.#asked.get(lote.protocol) ?? 0) + 1
    this.#asked.set(lote.protocol, asked)
    if (asked <= asksBeforeProcessed) return '2'
    return lote.refused.length > 0 ? '3' : '4'
  }
}

/** Unique for ever, in a city and of a provider. */
export function rpsKeyOf(
  city: string,
  provider: string,
  { number, series, kind }: Pick<RefusedRps, 'number' | 'series' | 'kind'>,
): string {
  return [city, provider, series, number, kind].join('/')
}

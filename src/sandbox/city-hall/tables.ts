// The official tables, as `src/nfse/data/tables` holds them.

import { readFileSync } from 'node:fs'
import type { Incidence } from './reading/read-dps.ts'

export interface ServiceEntry {
  readonly incidence: Incidence
  /** The group that a note for it must bring. */
  readonly group: 'obra' | 'atvEvento' | null
  readonly name: string
}

export interface OfficialCode {
  readonly code: string
  readonly sheet: 'DPS' | 'evento'
  /** Whether Sefin Nacional applies it, or only the ADN; or whether the annex has dropped it since. */
  readonly sefin: 'yes' | 'no' | 'removed'
  readonly field: string
}

export interface Tables {
  readonly services: ReadonlyMap<string, ServiceEntry>
  readonly nbs: ReadonlySet<string>
  readonly countries: ReadonlySet<string>
  readonly operations: ReadonlySet<string>
  /** What the matrix of events says of an event on a note that has another: V accepted, X refused, ? it depends on who. */
  eventOn(existing: string, event: string): string
}

let read: Tables | undefined

export function tables(): Tables {
  read ??= readTables()
  return read
}

export function officialCodes(): OfficialCode[] {
  return rows('official-codes.tsv').map(([code = '', sheet, sefin, field = '']) => {
    // The file has no other words.
    return { code, sheet: sheet as OfficialCode['sheet'], sefin: sefin as OfficialCode['sefin'], field }
  })
}

function readTables(): Tables {
  const [head = [], ...matrix] = lines('event-matrix.tsv')
  const answers = new Map(matrix.map(([existing = '', ...cells]) => [existing, cells]))
  const columns = new Map(head.slice(1).map((name, i) => [name, i]))
  return {
    services: new Map(
      rows('services.tsv').map(([code = '', incidence, group, name = '']) => [
        code,
        {
          incidence: incidence === 'EP' || incidence === 'LP' || incidence === 'ET' ? incidence : null,
          group: group === 'obra' || group === 'atvEvento' ? group : null,
          name,
        },
      ]),
    ),
    nbs: words('nbs.txt'),
    countries: words('countries.txt'),
    operations: words('ind-op.txt'),
    eventOn: (existing, event) => answers.get(existing)?.[columns.get(event) ?? -1] ?? 'X',
  }
}

const text = (name: string) => readFileSync(new URL(`../../nfse/data/tables/${name}`, import.meta.url), 'utf8')
const words = (name: string) =>
  new Set(
    text(name)
      .split(/\s+/)
      .filter(word => word !== ''),
  )
const lines = (name: string) =>
  text(name)
    .trimEnd()
    .split('\n')
    .map(line => line.split('\t'))
const rows = (name: string) => lines(name).slice(1)

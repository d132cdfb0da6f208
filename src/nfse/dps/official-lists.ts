// The official lists that a declaration is judged by, as `src/nfse/data/tables` has them (sources in src/nfse/data/SOURCES.md). Read once.

import { readFileSync } from 'node:fs'
import type { OfficialLists } from './rule.ts'

let read: OfficialLists | undefined

export function officialLists(): OfficialLists {
  read ??= { services: services(), nbs: words('nbs.txt'), cIndOp: words('ind-op.txt'), countries: words('countries.txt') }
  return read
}

function services(): OfficialLists['services'] {
  const [, ...rows] = textOf('services.tsv').trimEnd().split('\n')
  return new Map(
    rows.map(row => {
      const [code = '', incidence] = row.split('\t')
      return [code, { incidence: incidence === 'EP' || incidence === 'LP' || incidence === 'ET' ? incidence : null }]
    }),
  )
}

function words(file: string): ReadonlySet<string> {
  return new Set(
    textOf(file)
      .split(/\s+/)
      .filter(word => word !== ''),
  )
}

function textOf(file: string): string {
  return readFileSync(new URL(`../data/tables/${file}`, import.meta.url), 'utf8')
}

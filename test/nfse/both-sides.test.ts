// The builder and the city hall in the box read the same annex, each by itself: where they disagree, one has misread it.

import { describe, expect, test } from 'vitest'
import type { Dps } from '../../src/nfse/dps/dps.ts'
import { writeDps } from '../../src/nfse/dps/write-dps.ts'
import { parseXml } from '../../src/nfse/schema/parse-xml.ts'
import { validate } from '../../src/nfse/schema/validate.ts'
import { caseOf, dpsRules } from '../../src/sandbox/city-hall/issue/judge-dps.ts'
import { ReadDps } from '../../src/sandbox/city-hall/reading/read-dps.ts'
import { refusedBy } from '../../src/sandbox/city-hall/rules/rule.ts'
import { hallAtNoon } from '../city-hall/standing.ts'
import { cases } from './dps-cases.ts'

/** What the city of the box has not laid down, or a note that is not there: nothing of the declaration itself. */
const ofTheCity = ['E0044', 'E0177', 'E0446', 'E0449', 'E0454', 'E0456', 'E0541', 'E0016']

/** Where we refuse and the city hall does not, and why. */
const stricter: Record<string, string> = {
  E0694: 'a cent beside base times rate: we write what we have reckoned, the city hall allows for rounding',
  E1538: 'a supplier abroad with a CNPJ is told there as one without an address in Brazil (E0492)',
}

function refusals(dps: Dps): string[] | 'schema' {
  const xml = writeDps(dps)
  const parsed = parseXml(xml)
  if (!parsed.ok || validate('DPS', xml).length > 0) return 'schema'
  const asked = caseOf(ReadDps.of(parsed.root), hallAtNoon().asSeenBy(dps.prestador.taxId.taxId))
  return refusedBy(dpsRules, asked).map(({ code }) => code)
}

describe('of a declaration', () => {
  // Of those that hang on facts beside the declaration the city hall would have to be told the facts.
  const alone = Object.entries(cases).filter(([, { known }]) => known === undefined)

  test.each(alone)('%s: what we accept is accepted', (_rule, { accepted }) => {
    // A base of nothing is below the floor, whatever the city has laid down.
    const floor =
      accepted.amounts.deduction?.kind === 'percent' && accepted.amounts.deduction.percent === '100' ? ['E0429', 'E0444'] : []
    const found = refusals(accepted)
    expect(found === 'schema' ? found : found.filter(code => ![...ofTheCity, ...floor].includes(code))).toEqual([])
  })

  const told = alone.filter(
    ([rule]) => /E\d{4}$/.test(rule) && !rule.endsWith('E1235') && !Object.keys(stricter).some(code => rule.endsWith(code)),
  )

  test.each(told)('%s: what we refuse is refused, by the same code', (rule, { refused }) => {
    const [, official = ''] = rule.split(' ')
    let found: string[] | 'schema'
    try {
      found = refusals(refused)
    } catch {
      return // a negative amount, a rate of three decimals: it has no bytes to send
    }
    if (found !== 'schema') expect(found).toContain(official)
  })
})

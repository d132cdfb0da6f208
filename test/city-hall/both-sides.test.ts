// The builder and the city hall read the same annex, each for itself. Where the builder refuses a document, the city hall has to
// refuse it for the same reason: a rule that one of them has misread shows here.

import { expect, test } from 'vitest'
import { writeDps } from '../../src/nfse/dps/write-dps.ts'
import { parseXml } from '../../src/nfse/schema/parse-xml.ts'
import { validate } from '../../src/nfse/schema/validate.ts'
import { caseOf, dpsRules } from '../../src/sandbox/city-hall/issue/judge-dps.ts'
import { ReadDps } from '../../src/sandbox/city-hall/reading/read-dps.ts'
import { refusedBy } from '../../src/sandbox/city-hall/rules/rule.ts'
import { cases } from '../nfse/dps-cases.ts'
import { hallAtNoon } from './standing.ts'

const implemented = new Set(dpsRules.flatMap(({ rules }) => rules.map(({ code }) => code)))

/** Where the builder asks for more than the city hall does, by its own code. */
const stricter: Readonly<Record<string, string>> = {
  unknown_city_of_service: 'the sea has a code, which nobody here is going to bill',
  unknown_country_of_result: 'the annex asks for the country of a result, and says nothing of its being known',
}

/** What no document shows: the schema refuses it first, or the writer has no way to write it. */
function codesOf(xml: () => string): string[] | null {
  let text: string
  try {
    text = xml()
  } catch {
    return null
  }
  if (validate('DPS', text).length > 0) return null
  const parsed = parseXml(text)
  if (!parsed.ok) throw new Error(parsed.fault.message)
  return refusedBy(dpsRules, caseOf(ReadDps.of(parsed.root), hallAtNoon().asSeenBy(''))).map(({ code }) => code)
}

const judged = Object.entries(cases).flatMap(([name, { refused, known }]) => {
  const [code = '', official = ''] = name.split(' ')
  // What the builder knows beside the document, this city hall was not told.
  return known === undefined && implemented.has(official) && !(code in stricter) ? [{ name, official, refused }] : []
})

test('there is something to compare', () => {
  expect(judged.length).toBeGreaterThan(100)
})

test.each(judged)('$name: the city hall refuses it as the builder does', ({ official, refused }) => {
  const codes = codesOf(() => writeDps(refused))
  if (codes !== null) expect(codes).toContain(official)
})

import { describe, expect, test } from 'vitest'
import { dpsCases } from '../../../../test/city-hall/dps-cases.ts'
import { type DpsParts, dpsText } from '../../../../test/city-hall/dps-text.ts'
import { hallAtNoon } from '../../../../test/city-hall/standing.ts'
import { parseXml } from '../../../nfse/schema/parse-xml.ts'
import { validate } from '../../../nfse/schema/validate.ts'
import type { CityHall } from '../hall.ts'
import { caseOf, dpsRules } from '../issue/judge-dps.ts'
import { ReadDps } from '../reading/read-dps.ts'
import { refusedBy } from './rule.ts'

/** Codes that refuse the document, which the schema lets pass: a rule about what the schema refuses would never be asked. */
function refusals(hall: CityHall, parts: DpsParts): string[] {
  const xml = dpsText(parts)
  expect(validate('DPS', xml).map(({ message }) => message)).toEqual([])
  const parsed = parseXml(xml)
  if (!parsed.ok) throw new Error(parsed.fault.message)
  return refusedBy(dpsRules, caseOf(ReadDps.of(parsed.root), hall.asSeenBy('11222333000181'))).map(({ code }) => code)
}

/** Rules that the schema never lets be asked, kept for layouts to come. */
const beforeTheSchema = ['E0001']

test('the usual documents are accepted', () => {
  expect(refusals(hallAtNoon(), {})).toEqual([])
})

test('every rule about a DPS has a case of its own', () => {
  const codes = dpsRules.flatMap(({ rules }) => rules.map(({ code }) => code))
  expect(new Set(codes).size).toBe(codes.length)
  expect(codes.filter(code => !(code in dpsCases) && !beforeTheSchema.includes(code))).toEqual([])
  expect(Object.keys(dpsCases).filter(code => !codes.includes(code))).toEqual([])
})

describe.each(Object.entries(dpsCases))('%s', (code, { refuses, accepts = {}, hall: prepare = () => {} }) => {
  test('refuses', () => {
    const hall = hallAtNoon()
    prepare(hall)
    expect(refusals(hall, refuses)).toContain(code)
  })

  test('accepts', () => {
    const hall = hallAtNoon()
    prepare(hall)
    expect(refusals(hall, accepts)).toEqual([])
  })
})

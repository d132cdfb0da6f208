import { describe, expect, test } from 'vitest'
import { type Asked, eventCases, requestText, signerOf } from '../../../../test/city-hall/event-cases.ts'
import { hallAtNoon, happened, stands } from '../../../../test/city-hall/standing.ts'
import { parseXml } from '../../../nfse/schema/parse-xml.ts'
import { validate } from '../../../nfse/schema/validate.ts'
import { ReadEvent } from '../reading/read-event.ts'
import { eventRules } from './event-rules.ts'
import { refusedBy } from './rule.ts'

/** Codes that refuse a request, which the schema lets pass, about a note that stands. */
function refusals(asked: Asked): string[] {
  const hall = hallAtNoon()
  stands(hall)
  asked.hall?.(hall)
  const xml = requestText(asked)
  expect(validate('pedRegEvento', xml).map(({ message }) => message)).toEqual([])
  const parsed = parseXml(xml)
  if (!parsed.ok) throw new Error(parsed.fault.message)
  const event = ReadEvent.of(parsed.root)
  const note = hall.note(event.key)
  const known = {
    event,
    hall: hall.asSeenBy(signerOf(asked)),
    note,
    city: hall.city(event.key.slice(0, 7)),
    before: note?.events ?? [],
  }
  return refusedBy([eventRules], known).map(({ code }) => code)
}

/** Layouts are a matter of the schema before they are one of this rule. */
const beforeTheSchema = ['E1825']

test('every rule about an event has a case of its own', () => {
  const codes = eventRules.rules.map(({ code }) => code)
  expect(new Set(codes).size).toBe(codes.length)
  expect(codes.filter(code => !(code in eventCases) && !beforeTheSchema.includes(code))).toEqual([])
  expect(Object.keys(eventCases).filter(code => !codes.includes(code))).toEqual([])
})

describe.each(Object.entries(eventCases))('%s', (code, { refuses, accepts = {} }) => {
  test('refuses', () => {
    expect(refusals(refuses)).toContain(code)
  })

  test('accepts', () => {
    expect(refusals(accepts)).toEqual([])
  })
})

test('a confirmation by the provider stands against a cancellation', () => {
  expect(refusals({ hall: hall => happened(hall, '202201') })).toContain('E0840')
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromGuid, type GuidNoun, isGuid, toGuid } from './guid.ts'

const nouns = ['customer', 'receivable', 'schedule', 'category', 'cost_centre', 'financial_account', 'receipt'] as const
const aNoun = fc.constantFrom<GuidNoun>(...nouns)
const aNumber = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })

describe('a number as a GUID', () => {
  test('comes back, in whatever case it is sent', () => {
    fc.assert(
      fc.property(aNoun, aNumber, (noun, number) => {
        const guid = toGuid(noun, number)
        expect(isGuid(guid)).toBe(true)
        expect(fromGuid(noun, guid)).toBe(number)
        expect(fromGuid(noun, guid.toUpperCase())).toBe(number)
      }),
    )
  })

  test('is no other noun’s, and no other number’s', () => {
    fc.assert(
      fc.property(aNoun, aNoun, aNumber, aNumber, (noun, other, a, b) => {
        if (noun !== other) expect(fromGuid(other, toGuid(noun, a))).toBeNull()
        if (a !== b) expect(toGuid(noun, a)).not.toBe(toGuid(noun, b))
      }),
    )
  })

  test('with one digit changed is nobody’s', () => {
    const guid = toGuid('customer', 12)
    for (const [i, char] of [...guid].entries()) {
      if (char === '-') continue
      const changed = `${guid.slice(0, i)}${char === '0' ? '1' : '0'}${guid.slice(i + 1)}`
      if (changed !== guid) expect(fromGuid('customer', changed), changed).toBeNull()
    }
  })

  test('is the same for ever: clients keep it', () => {
    expect(toGuid('customer', 12)).toMatchInlineSnapshot(`"b02de201-10e2-8000-ac77-00000000000c"`)
  })

  test('any other text is none of ours', () => {
    for (const text of ['', 'cus_12', '1f4d5c78-7f34-4c9f-91c3-6d53728c35a5', '00000000-0000-0000-0000-000000000000'])
      expect(fromGuid('customer', text)).toBeNull()
    expect(() => toGuid('customer', 0)).toThrow(RangeError)
  })
})

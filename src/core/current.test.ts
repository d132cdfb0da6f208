import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changesNothing, saysSame } from './current.ts'

describe('whether a change changes anything', () => {
  test('the version does not count, nor the order of names, nor what is there only as undefined', () => {
    const before = { name: 'Loja', version: 3, addresses: [{ uf: 'SP', city: 'Santos' }], notes: null }
    const same = { notes: null, addresses: [{ city: 'Santos', uf: 'SP', number: undefined }], name: 'Loja', version: 4 }
    expect(changesNothing<typeof before>(before, same)).toBe(true)
    expect(changesNothing(before, { ...before, name: 'Lojas' })).toBe(false)
  })

  test('null is not nothing, a list is no object, and its order counts', () => {
    for (const [a, b] of [
      [null, undefined],
      [null, {}],
      [{ a: null }, {}],
      [[], {}],
      [['a'], { 0: 'a' }],
      [
        [1, 2],
        [2, 1],
      ],
      [[1], [1, 2]],
      [1, '1'],
      [0, false],
    ]) {
      expect([a, b, saysSame(a, b)]).toEqual([a, b, false])
    }
  })

  test('whatever is copied says the same, and whatever says the same is written the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(saysSame(a, JSON.parse(JSON.stringify(a)))).toBe(true)
        if (JSON.stringify(a) === JSON.stringify(b)) expect(saysSame(a, b)).toBe(true)
        expect(saysSame(a, b)).toBe(saysSame(b, a))
      }),
    )
  })
})

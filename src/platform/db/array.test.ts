import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseArray, pgArray } from './array.ts'

test('an array literal quotes what would end an element', () => {
  expect(pgArray(['a', 'b,c', 'd"e', 'f\\g', '', 'NULL', null])).toBe('{"a","b,c","d\\"e","f\\\\g","","NULL",NULL}')
  expect(pgArray([1, -2.5, 3n, true])).toBe('{1,-2.5,3,true}')
  expect(pgArray([])).toBe('{}')
})

test('what PostgreSQL writes is read back', () => {
  expect(parseArray('{}', String)).toEqual([])
  expect(parseArray('{1,2,NULL}', Number)).toEqual([1, 2, null])
  expect(parseArray('{a,"b c","d\\"e\\\\",""}', String)).toEqual(['a', 'b c', 'd"e\\', ''])
  expect(() => parseArray('{{1},{2}}', Number)).toThrow(TypeError)
})

test('any list of texts survives the way there and back', () => {
  const awkward = fc.constantFrom('a', 'N', '"', '\\', ',', '{', '}', ' ', '\n', 'ç', '😀')
  const texts = fc.array(fc.option(fc.string({ unit: awkward })))
  fc.assert(
    fc.property(texts, list => {
      expect(parseArray(pgArray(list), String)).toEqual(list)
    }),
  )
})

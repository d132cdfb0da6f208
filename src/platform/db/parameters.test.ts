import { expect, test } from 'vitest'
import { toParameter, toQueueParameter } from './parameters.ts'

test('scalars go as text, bytes as bytes', () => {
  expect(toParameter('a')).toBe('a')
  expect(toParameter(12)).toBe('12')
  expect(toParameter(12n)).toBe('12')
  expect(toParameter(false)).toBe('false')
  expect(toParameter(null)).toBeNull()
  expect(toParameter(new Uint8Array([1]))).toEqual(new Uint8Array([1]))
})

test('what a driver would have to guess is refused', () => {
  for (const value of [undefined, [], [1], {}, new Date(0), Number.NaN, Number.POSITIVE_INFINITY, () => 1]) {
    expect(() => toParameter(value), String(value)).toThrow(TypeError)
  }
})

test('the queue keeps the habits of its driver', () => {
  expect(toQueueParameter(['a', { b: 1 }])).toBe('{"a","{\\"b\\":1}"}')
  expect(toQueueParameter({ b: 1 })).toBe('{"b":1}')
  expect(toQueueParameter(new Date(0))).toBe('1970-01-01T00:00:00.000Z')
  expect(toQueueParameter(undefined)).toBeNull()
})

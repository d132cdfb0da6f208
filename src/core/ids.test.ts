import { expect, test } from 'vitest'
import { readId, showId } from './ids.ts'

test('a shown id names its noun and is read back as its number', () => {
  expect(showId('invoice', 123)).toBe('inv_123')
  expect(readId('invoice', 'inv_123')).toBe(123)
  expect(readId('customer', showId('customer', Number.MAX_SAFE_INTEGER))).toBe(Number.MAX_SAFE_INTEGER)
})

test('an id of another noun is not read', () => {
  expect(readId('invoice', 'cus_123')).toBeNull()
})

test.each([
  'inv_0',
  'inv_007',
  'inv_-1',
  'inv_1.5',
  ' inv_1',
  'inv_1 ',
  'INV_1',
  'inv_',
  'inv',
  '123',
  '',
  'inv_9007199254740992',
  'inv_1\n',
])('%j is not an id', text => {
  expect(readId('invoice', text)).toBeNull()
})

test.each([0, -1, 1.5, Number.NaN, 2 ** 53])('%d is never shown as an id', id => {
  expect(() => showId('invoice', id)).toThrow(RangeError)
})

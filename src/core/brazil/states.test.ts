import { expect, test } from 'vitest'
import { nameOfUf, parseUf, ufs } from './states.ts'

test('Brazil has 26 states and the Federal District', () => {
  expect(ufs).toHaveLength(27)
  expect(new Set(ufs.map(nameOfUf)).size).toBe(27)
})

test('an abbreviation is read in either case, a name or an unknown one is not', () => {
  expect(parseUf(' sp ')).toBe('SP')
  for (const wrong of ['São Paulo', 'XX', 'S', '', 'constructor']) expect(parseUf(wrong)).toBeNull()
})

import { expect, it } from 'vitest'
import { given, likePart } from './text.ts'

it('a text is given when something is left of it', () => {
  expect([' a ', '', '  ', null, undefined].map(given)).toEqual(['a', null, null, null, null])
})

it('wildcards that a person typed stand for themselves', () => {
  expect(likePart('50%_\\x')).toBe('50\\%\\_\\\\x')
})

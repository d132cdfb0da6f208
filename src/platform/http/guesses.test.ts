import { expect, test } from 'vitest'
import { addMillis, instant } from '../../core/dates.ts'
import { Guesses } from './guesses.ts'

const noon = instant('2026-01-01T12:00:00.000Z')

function isTooMany(guesses: Guesses, guesser: string, at = noon): boolean {
  try {
    guesses.wasWrong(guesser, at)
    return false
  } catch (error) {
    expect(error).toMatchObject({ code: 'too_many_attempts', status: 429 })
    return true
  }
}

test('after ten wrong tries a guesser is told to wait for the minute of the first one to end, and nobody else is', () => {
  const guesses = new Guesses()
  for (let i = 0; i < 10; i++) expect(isTooMany(guesses, 'a', addMillis(noon, i * 1000))).toBe(false)
  expect(isTooMany(guesses, 'a', addMillis(noon, 59_999))).toBe(true)
  expect(isTooMany(guesses, 'b')).toBe(false)
  expect(isTooMany(guesses, 'a', addMillis(noon, 60_000))).toBe(false)
})

test('the oldest guesser is forgotten when there are very many', () => {
  const guesses = new Guesses()
  for (let i = 0; i < 10; i++) guesses.wasWrong('first', noon)
  for (let i = 0; i < 10_000; i++) guesses.wasWrong(`other ${i}`, noon)
  expect(isTooMany(guesses, 'first')).toBe(false)
})

import { expect, test } from 'vitest'
import { outcomeCodes, runStateNames } from '../../billing-run/wire.ts'

// The browser's file is no TypeScript: it is read as a browser reads it.
const words: Record<string, Record<string, unknown>> = await import(new URL('home-words.js', import.meta.url).href)

test('the page has a word for each state of a run, and for no other', () => {
  expect(Object.keys(words.runStates ?? {}).sort()).toEqual([...runStateNames].sort())
})

test('the page has a word for each outcome, and for no other', () => {
  expect(Object.keys(words.outcomes ?? {}).sort()).toEqual([...outcomeCodes].sort())
})

test('what a person does next hangs on states that there are', () => {
  expect(Object.keys(words.remedies ?? {}).filter(state => !runStateNames.some(known => known === state))).toEqual([])
})

import type { ClientBase } from 'pg'
import { expect, test } from 'vitest'
import { arePlansOld, countSaved, KEEPS_PLAN, keptName } from './kept-plans.ts'

const session = () => ({}) as ClientBase

test('a text with the mark has a name, always the same; another one has none', () => {
  const name = keptName(`${KEEPS_PLAN} select 1`)
  expect(name).toMatch(/^kept_\d+$/)
  expect(keptName(`${KEEPS_PLAN} select 1`)).toBe(name)
  expect(keptName(`${KEEPS_PLAN} select 2`)).not.toBe(name)
  expect(keptName('select 1')).toBeUndefined()
})

test('the plans of a session are old after ten seconds, and young again once it was told so', () => {
  const one = session()
  expect([0, 9_999, 10_000, 10_001, 20_000].map(ms => arePlansOld(one, ms))).toEqual([false, false, true, false, true])
})

test('the plans of every session are old once this process has saved twice as many rows', () => {
  const [one, other] = [session(), session()]
  const ask = () => [arePlansOld(one, 0), arePlansOld(other, 0)]
  countSaved(10_000)
  expect(ask()).toEqual([false, false])
  countSaved(11_999)
  expect(ask()).toEqual([false, false])
  countSaved(1)
  expect(ask()).toEqual([true, true])
  expect(ask()).toEqual([false, false])
  // 21,999 and one more rows by now: twice that, and some, is needed next.
  countSaved(20_000)
  expect(ask()).toEqual([false, false])
})

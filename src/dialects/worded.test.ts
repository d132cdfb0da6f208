import { expect, test } from 'vitest'
import { Worded } from './worded.ts'

test('what a vendor tells with 500 is a refusal all the same, and no failure of ours to be logged', () => {
  const fault = new Worded({ status: 500, body: { faultstring: 'ERROR: …' } })
  expect(fault.status).toBe(422)
  expect(fault.answer.status).toBe(500)
  expect(new Worded({ status: 404 }).status).toBe(404)
})

import { expect, it } from 'vitest'
import { Faults } from './faults.ts'
import { Refusal } from './refusal.ts'

function told(faults: Faults): string[] {
  try {
    faults.refuseIfAny()
    return []
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.faults.map(({ path, code }) => `${path} ${code}`)
  }
}

it('faults of what was made of an input are told where it was sent, with those that were found there', () => {
  const faults = new Faults()
  expect(told(faults)).toEqual([])
  faults.add('/title', 'blank', '…')
  const ofLines = faults.placedBy(path => (path === '/lines/1' ? null : path.replace('/lines/0', '/lines/7')))
  expect(ofLines.add('/lines/0/quantity', 'required', '…')).toBeNull()
  ofLines.add('/lines/1', 'required', '…')
  ofLines.placedBy(path => `/lines${path}`).add('/0', 'required', '…')
  expect(told(faults)).toEqual(['/title blank', '/lines/7/quantity required', '/lines/7 required'])
  expect(told(ofLines)).toEqual(told(faults))
  expect(faults.count).toBe(3)
})

import { describe, expect, it } from 'vitest'
import { addMillis, instant, millisOf } from '../core/dates.ts'
import type { Endpoint } from './endpoint.ts'
import { afterFailure, afterSuccess, isPaused, lanesOf, unknownHealth } from './endpoint-health.ts'

const at = instant('2026-01-01T12:00:00.000Z')
const SECOND = 1000
const DAY = 86_400_000
const endpoint: Endpoint = {
  ...unknownHealth,
  id: 1,
  address: 'https://example.com/',
  description: null,
  events: ['*'],
  form: 'standard',
  state: 'enabled',
  disabledReason: null,
  disabledAt: null,
  previousUntil: null,
  version: 1,
  createdAt: at,
}

/** So many failures, each as soon as it may be; the seconds that it rests after each. */
function failed(times: number, from: Endpoint = endpoint) {
  let one = from
  let now = at
  const rests: number[] = []
  for (let i = 0; i < times; i++) {
    one = afterFailure(one, now, false, 0.5).endpoint
    rests.push(one.pausedUntil === null ? 0 : (millisOf(one.pausedUntil) - millisOf(now)) / SECOND)
    now = one.pausedUntil ?? now
  }
  return { endpoint: one, rests, now }
}

describe('an endpoint that fails', () => {
  it('rests from the fifth failure in a row on, longer each time, and never longer than half an hour', () => {
    expect(failed(14).rests).toEqual([0, 0, 0, 0, 10, 30, 60, 120, 300, 600, 1200, 1800, 1800, 1800])
  })

  it('has one delivery under way and no more, from the first failure on', () => {
    expect([endpoint, failed(1).endpoint, failed(6).endpoint].map(lanesOf)).toEqual([4, 1, 1])
  })

  it('rests no longer because of what was under way when it began to', () => {
    const { endpoint: resting, now } = failed(5)
    const during = addMillis(now, -1)
    expect(isPaused(resting, during)).toBe(true)
    expect(afterFailure(resting, during, false, 0.5).endpoint).toEqual(resting)
    expect(isPaused(resting, now)).toBe(false)
  })

  it('is back at once when one attempt goes through', () => {
    expect(afterSuccess(failed(9).endpoint)).toEqual({ ...endpoint, reachable: true })
    expect(afterSuccess({ ...endpoint, reachable: true })).toBeNull()
  })

  it('is told of once after a day, and switched off after five', () => {
    let one = failed(5).endpoint
    const told: string[] = []
    for (let hours = 1; one.state === 'enabled'; hours++) {
      const after = afterFailure(one, addMillis(at, hours * 3_600_000), false, 0.5)
      if (after.told !== null) told.push(`${after.told} after ${hours} hours, version ${after.endpoint.version}`)
      one = after.endpoint
    }
    expect(told).toEqual(['fail after 24 hours, version 2', 'disable after 120 hours, version 3'])
    expect(one).toMatchObject({ state: 'disabled', disabledReason: 'failing', pausedUntil: null })
  })

  it('is switched off at once by an answer that says it is gone', () => {
    expect(afterFailure(endpoint, at, true, 0.5)).toMatchObject({ told: 'disable', endpoint: { disabledReason: 'gone' } })
  })

  it('once off, is not switched off again by what was under way', () => {
    const off = afterFailure(endpoint, at, true, 0.5).endpoint
    expect(afterFailure(off, addMillis(at, 6 * DAY), true, 0.5)).toMatchObject({ told: null, endpoint: { version: 2 } })
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type CivilDate, civilDate } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { verbsFrom } from '../core/states.ts'
import {
  activationDay,
  contractAfter,
  contractStates,
  gapOf,
  nextTurn,
  readContract,
  type Standing,
  stateOn,
  suspensionFrom,
} from './contract.ts'

const day = civilDate
const june = (n: number) => day(`2026-06-${String(n).padStart(2, '0')}`)

function standing(over: Partial<Standing> = {}): Standing {
  return { validity: { startsOn: june(1), endsOn: null }, suspensions: [], cancelledOn: null, ...over }
}

const suspension = (fromOn: CivilDate, untilOn: CivilDate | null) => ({ fromOn, untilOn, chargeLater: false })

describe('the state of a contract', () => {
  test('follows from its validity, suspensions and cancellation', () => {
    expect(stateOn(june(10), standing({ validity: null }))).toBe('draft')
    expect(stateOn(june(10), standing())).toBe('active')
    expect(stateOn(june(10), standing({ cancelledOn: june(30) }))).toBe('cancelled')
    const untilTenth = standing({ validity: { startsOn: june(1), endsOn: june(10) } })
    expect([stateOn(june(10), untilTenth), stateOn(june(11), untilTenth)]).toEqual(['active', 'ended'])
    const rests = standing({ suspensions: [suspension(june(5), june(8))] })
    expect([4, 5, 7, 8].map(n => stateOn(june(n), rests))).toEqual(['active', 'suspended', 'suspended', 'active'])
  })

  test('a contract that begins later is active already: what is not yet charged is said by its validity', () => {
    expect(stateOn(day('2026-05-01'), standing())).toBe('active')
  })

  test('a verb that the state does not allow is refused with the state that it has', () => {
    expect(contractAfter('draft', 'activate')).toBe('active')
    expect(() => contractAfter('ended', 'reactivate')).toThrow(
      expect.objectContaining({ code: 'contract_state', status: 409, details: { state: 'ended', verb: 'reactivate' } }),
    )
  })

  test('turns by itself on the next first day of something known', () => {
    const known = standing({
      validity: { startsOn: june(1), endsOn: june(20) },
      suspensions: [suspension(june(5), june(8)), suspension(june(15), null)],
    })
    expect(nextTurn(june(1), known)).toBe(june(5))
    expect(nextTurn(june(5), known)).toBe(june(8))
    expect(nextTurn(june(8), known)).toBe(june(15))
    expect(nextTurn(june(15), known)).toBe(june(21))
    expect(nextTurn(june(21), known)).toBeNull()
    expect(nextTurn(june(1), standing())).toBeNull()
    expect(nextTurn(june(1), standing({ cancelledOn: june(1), suspensions: [suspension(june(5), null)] }))).toBeNull()
  })

  test('day by day it takes only ways that the table has, and none between two turns', () => {
    const dayOfJune = fc.integer({ min: 1, max: 30 }).map(june)
    const anySuspension = fc
      .tuple(dayOfJune, fc.option(fc.nat(10)))
      .map(([from, length]) => suspension(from, length === null ? null : addDays(from, length)))
    const anyStanding = fc.record({
      validity: fc.record({ startsOn: fc.constant(june(1)), endsOn: fc.option(dayOfJune) }),
      suspensions: fc.array(anySuspension, { maxLength: 3 }),
      cancelledOn: fc.constant(null),
    })
    fc.assert(
      fc.property(anyStanding, known => {
        let turn = nextTurn(june(1), known)
        for (let today = june(1); today < june(30); today = addDays(today, 1)) {
          const tomorrow = addDays(today, 1)
          const [from, to] = [stateOn(today, known), stateOn(tomorrow, known)]
          if (from !== to) {
            expect(tomorrow).toBe(turn)
            expect(verbsFrom(contractStates, from).map(verb => contractStates[from][verb])).toContain(to)
          }
          if (tomorrow === turn) turn = nextTurn(tomorrow, known)
        }
      }),
    )
  })
})

describe('suspensions', () => {
  test('another one must begin when all are over', () => {
    const known = [suspension(june(5), june(8))]
    expect(suspensionFrom(june(8), known)).toBeNull()
    expect(suspensionFrom(june(7), known)).toBe(known[0])
    expect(suspensionFrom(june(1), known)).toBe(known[0])
    expect(suspensionFrom(day('2026-12-01'), [suspension(june(5), null)])).not.toBeNull()
    expect(suspensionFrom(june(1), [suspension(june(5), june(5))])).toBeNull()
  })

  test('the gap of a cancellation begins on the day after it', () => {
    expect(gapOf(june(10), june(20))).toEqual({ fromOn: june(11), untilOn: june(20) })
    expect(gapOf(june(10), june(11))).toBeNull()
    expect(gapOf(june(10), june(5))).toBeNull()
  })
})

test('a draft begins at its activation, or on the later day that was planned', () => {
  expect(activationDay(june(10), null)).toBe(june(10))
  expect(activationDay(june(10), june(1))).toBe(june(10))
  expect(activationDay(june(10), june(20))).toBe(june(20))
})

test('texts are trimmed, and empty ones are none', () => {
  const faults = new Faults()
  expect(readContract({ name: ' Suporte ', code: '  ', title: ' T ' }, '', faults)).toEqual({
    code: null,
    number: null,
    name: 'Suporte',
    title: 'T',
    description: null,
    comments: null,
    billWhileOverdue: true,
  })
  expect(() => faults.refuseIfAny()).not.toThrow()
})

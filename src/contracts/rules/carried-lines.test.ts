import { expect, test } from 'vitest'
import { civilDate } from '../../core/dates.ts'
import { cents, decimal } from '../../core/money.ts'
import { carriedLines } from './carried-lines.ts'
import type { Line } from './terms.ts'

const line = (serviceItemId: number, unitPrice: string, more: Partial<Line> = {}): Line => ({
  position: 1,
  serviceItemId,
  description: `S${serviceItemId}`,
  quantity: decimal('1'),
  unitPrice: decimal(unitPrice),
  discountPercent: null,
  discountCents: null,
  categoryId: null,
  withholdings: null,
  withheldCents: null,
  validFrom: null,
  validUntil: null,
  ...more,
})
const today = civilDate('2027-02-15')
const AHEAD = '2027-04-15'
const IN_FORCE = '2027-02-01'

/** What a version says once lines are said in place of `before`: each its service and price, and how often both meant something else. */
function carried(version: Line[], before: Line[], said: Line[], places: (number | null)[], validFrom = AHEAD) {
  const { lines, clashes } = carriedLines({ validFrom: civilDate(validFrom), lines: version }, before, said, { places, today })
  expect(lines.map(({ position }) => position)).toEqual(lines.map((_, i) => i + 1))
  return {
    lines: lines.map(({ serviceItemId, description, unitPrice }) => [serviceItemId, description, unitPrice]),
    clashes: clashes.map(({ at, isKept }) => [at, isKept]),
    whole: lines,
  }
}

test('the lines that are said come out of those before them', () => {
  const before = [line(1, '100'), line(2, '50'), line(1, '30')]
  const said = [line(1, '30', { description: 'Filial' }), line(3, '9'), line(1, '120')]
  expect(carried(before, before, said, [2, null, 0])).toMatchObject({
    lines: [
      [1, 'Filial', '30'],
      [3, 'S3', '9'],
      [1, 'S1', '120'],
    ],
    clashes: [],
  })
})

test('a planned price stays beside a description that is new, and beside a price that is', () => {
  const [before, planned] = [[line(1, '100')], [line(1, '300')]]
  const described = line(1, '100', { description: 'Fibra' })
  expect(carried(planned, before, [described], [0])).toMatchObject({ lines: [[1, 'Fibra', '300']], clashes: [] })
  expect(carried(planned, before, [line(1, '120')], [0])).toMatchObject({ lines: [[1, 'S1', '300']], clashes: [[0, true]] })
  // One that asks for what was planned is at one with it.
  expect(carried(planned, before, [line(1, '300')], [0])).toMatchObject({ lines: [[1, 'S1', '300']], clashes: [] })
  // What is said of today holds against what holds today already.
  expect(carried(planned, before, [line(1, '120')], [0], IN_FORCE)).toMatchObject({
    lines: [[1, 'S1', '120']],
    clashes: [[0, false]],
  })
})

test('another service takes the planned price of the line that it goes on', () => {
  expect(carried([line(1, '300')], [line(1, '100')], [line(2, '100')], [0]).lines).toEqual([[2, 'S2', '300']])
})

test('a line that was planned to come stays, and does not come twice', () => {
  const [before, planned] = [[line(1, '100')], [line(1, '100'), line(2, '70')]]
  expect(carried(planned, before, [line(1, '120')], [0]).lines).toEqual([
    [1, 'S1', '120'],
    [2, 'S2', '70'],
  ])
  expect(carried(planned, before, [line(1, '100'), line(2, '60')], [0, null])).toMatchObject({
    lines: [
      [1, 'S1', '100'],
      [2, 'S2', '70'],
    ],
    clashes: [[1, true]],
  })
})

test('a line that was planned to go is not brought back, and one that goes now goes from what was planned', () => {
  const before = [line(1, '100'), line(2, '50')]
  expect(carried([line(1, '100')], before, [line(1, '100'), line(2, '60')], [0, 1])).toMatchObject({
    lines: [[1, 'S1', '100']],
    clashes: [[1, true]],
  })
  expect(carried([line(1, '100'), line(2, '80')], before, [line(1, '100')], [0])).toMatchObject({
    lines: [[1, 'S1', '100']],
    clashes: [[null, false]],
  })
  // A rule always charges something.
  expect(carried([line(1, '100')], before, [line(2, '50')], [1])).toMatchObject({
    lines: [[2, 'S2', '50']],
    clashes: [[0, false]],
  })
})

test('a discount beyond the planned price leaves the line as it was planned', () => {
  const discounted = line(1, '400', { discountCents: cents(200_00) })
  const { whole, clashes } = carried([line(1, '100')], [line(1, '400')], [discounted], [0])
  expect(whole).toMatchObject([{ unitPrice: '100', discountCents: null }])
  expect(clashes).toEqual([[0, true]])
})

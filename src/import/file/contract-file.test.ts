import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MOST_EVERY_MONTHS } from '../../contracts/readjustment/readjustment.ts'
import { dueRuleBounds } from '../../contracts/rules/due-dates.ts'
import { TAXES } from '../../contracts/rules/terms.ts'
import { cnpjCheckDigits, parseCnpj } from '../../core/brazil/cnpj.ts'
import { cpfCheckDigits } from '../../core/brazil/cpf.ts'
import { ufs } from '../../core/brazil/states.ts'
import { parseTaxId } from '../../core/brazil/tax-id.ts'
import { addDays, type CivilDate, civilDate } from '../../core/dates.ts'
import { cents, decimal } from '../../core/money.ts'
import { atOnce } from '../../core/slices.ts'
import { factorMethods, priceIndices } from '../../indices/price-index.ts'
import { type Cells, columnKeys, columns, headingOf } from './columns.ts'
import { contractHeading, showRow } from './contract-file.ts'
import { BYTE_ORDER_MARK, readRecords } from './csv.ts'
import { decode } from './decode.ts'
import { FileFaults } from './fault.ts'
import { readHeading, readRows } from './read-rows.ts'

// A row of anything that a file can say, written and read back.

const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
const text = (maxLength: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(maxLength, 30) })
    .filter(it => it.trim() === it && it.length <= maxLength && !/[\p{Cc}\p{Cs}]/u.test(it))
const date = fc.integer({ min: 0, max: 40_000 }).map(days => addDays(civilDate('1990-01-01'), days))
const flag = fc.boolean()
const within = ({ minimum, maximum }: { minimum: number; maximum: number }) => fc.integer({ min: minimum, max: maximum })
const decimals = (max: number, scale: number) =>
  fc
    .integer({ min: 1, max: max * scale })
    .map(n => decimal(`${Math.floor(n / scale)}.${String(n % scale).padStart(String(scale).length - 1, '0')}`))
const amount = fc.integer({ min: 1, max: 1e12 }).map(cents)

const digits = (length: number) =>
  fc.array(fc.constantFrom(...'0123456789'), { minLength: length, maxLength: length }).map(list => list.join(''))
const places = fc.array(fc.constantFrom(...'0123456789ABCXYZ'), { minLength: 12, maxLength: 12 }).map(list => list.join(''))
const cnpj = places.map(base => parseCnpj(base + cnpjCheckDigits(base))).filter(it => it !== null)
const taxId = fc
  .oneof(
    cnpj,
    digits(9).map(base => base + cpfCheckDigits(base)),
  )
  .map(parseTaxId)
  .filter(it => it !== null)

const roll = fc.constantFrom('none' as const, 'previous_business_day' as const, 'next_business_day' as const)
const day = within(dueRuleBounds.day)
const due = fc.oneof(
  fc.record({ kind: fc.constant('fixed_day' as const), day, roll }),
  fc.record({ kind: fc.constant('last_day_of_month' as const), onlyBusinessDays: flag, roll }),
  fc.record({ kind: fc.constant('day_quantity' as const), days: within(dueRuleBounds.days), onlyBusinessDays: flag, roll }),
  fc.record({ kind: fc.constant('fixed_day_and_month_quantity' as const), day, months: within(dueRuleBounds.months), roll }),
)
const withholdings = fc
  .subarray([...TAXES], { minLength: 1 })
  .chain(taxes => fc.tuple(...taxes.map(tax => fc.integer({ min: 1, max: 160_000 }).map(rateMicros => ({ tax, rateMicros })))))
const openReceivables = fc
  .array(fc.record({ dueOn: date, amountCents: amount }), { minLength: 1, maxLength: 5 })
  .map(list => list.sort((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : 0)))
const cut = fc.constantFrom('full' as const, 'prorate' as const, 'none' as const)

const email = text(20).map(it => `${it.replace(/[^a-z0-9]/gi, '') || 'x'}@empresa.com.br`)

/** The first day, and the one after the last. */
const span = fc.tuple(date, fc.integer({ min: 1, max: 100 })).map(([day, length]) => [day, addDays(day, length)] as const)
const inOrder = <T extends { startsOn: CivilDate }>(list: T[]) =>
  list.sort((a, b) => (a.startsOn < b.startsOn ? -1 : a.startsOn > b.startsOn ? 1 : 0))

const cells: fc.Arbitrary<Cells> = fc.record({
  code: some(text(60)),
  contractId: some(fc.record({ id: fc.integer({ min: 1 }), mark: some(fc.constantFrom('7f3a9c2e', '00000000')) })),
  number: some(text(60)),
  name: some(text(200)),
  situation: some(
    fc.constantFrom('draft' as const, 'active' as const, 'suspended' as const, 'ended' as const, 'cancelled' as const),
  ),
  organization: some(cnpj),
  customerName: some(text(200)),
  taxId: some(taxId),
  emails: some(fc.uniqueArray(email, { minLength: 1, maxLength: 3 })),
  phone: some(text(40)),
  street: some(text(200)),
  streetNumber: some(text(30)),
  complement: some(text(100)),
  district: some(text(100)),
  city: some(text(100)),
  uf: some(fc.constantFrom(...ufs)),
  zipCode: some(digits(8)),
  startsOn: some(date),
  endsOn: some(date),
  billWhileOverdue: some(flag),
  readjustmentIndex: some(fc.constantFrom(...priceIndices)),
  readjustmentBase: some(date),
  lastReadjustment: some(date),
  readjustmentMonths: some(fc.integer({ min: 1, max: MOST_EVERY_MONTHS })),
  readjustmentLag: some(within({ minimum: 0, maximum: 12 })),
  readjustmentMethod: some(fc.constantFrom(...factorMethods)),
  negativeReadjustment: some(flag),
  readjustmentApproval: some(flag),
  readjustmentNotice: some(within({ minimum: 0, maximum: 365 })),
  ruleNumber: some(within({ minimum: 1, maximum: 999 })),
  ruleTitle: some(text(200)),
  rhythm: some(fc.record({ unit: fc.constantFrom('week' as const, 'month' as const), every: fc.integer({ min: 1, max: 120 }) })),
  billingDay: some(
    fc.oneof(
      day.map(it => ({ day: it })),
      fc.integer({ min: 0, max: 6 }).map(weekday => ({ weekday })),
    ),
  ),
  anchor: some(date),
  timing: some(fc.constantFrom('advance' as const, 'arrears' as const)),
  competenceShift: some(fc.constantFrom(-1, 0, 1)),
  due: some(due),
  installments: some(within(dueRuleBounds.installments)),
  paymentMethod: some(fc.constantFrom('boleto' as const, 'pix' as const, 'card' as const, 'transfer' as const, 'other' as const)),
  management: some(fc.constantFrom('automatic' as const, 'draft' as const, 'on_request' as const)),
  approvalWanted: some(flag),
  cutStart: some(cut),
  cutEnd: some(cut),
  priceChange: some(fc.constantFrom('next_period' as const, 'prorate' as const)),
  ruleEndsOn: some(date),
  maxAmountCents: some(amount),
  maxGrowthPercent: some(decimals(999, 1_000)),
  withholdings: some(withholdings),
  invoiceDescription: some(text(2_000)),
  service: some(text(200)),
  serviceCode: some(text(60)),
  description: some(text(1_000)),
  quantity: some(decimals(1_000, 1_000_000)),
  unitPrice: some(decimals(9_000_000, 1_000_000)),
  discount: some(
    fc.oneof(
      decimals(99, 1_000_000).map(percent => ({ percent })),
      amount.map(it => ({ cents: it })),
    ),
  ),
  lineFrom: some(date),
  lineUntil: some(date),
  billedThrough: some(date),
  billFrom: some(date),
  openPeriods: some(
    fc.array(span, { minLength: 1, maxLength: 3 }).map(list => inOrder(list.map(([startsOn, endsOn]) => ({ startsOn, endsOn })))),
  ),
  suspensions: some(
    fc
      .tuple(span, fc.boolean(), fc.boolean())
      .map(([[fromOn, untilOn], chargeLater, isOpen]) => [{ fromOn, untilOn: isOpen ? null : untilOn, chargeLater }]),
  ),
  openReceivables: some(openReceivables),
  externalIds: some(fc.array(fc.record({ system: text(60), id: text(200) }), { minLength: 1, maxLength: 3 })),
  comments: some(text(5_000)),
})

test('a row of anything that a file can say comes back as it was', () => {
  fc.assert(
    fc.property(cells, row => {
      // A record of nothing at all is no row.
      const whole = { ...row, service: row.service ?? 'x' }
      const bytes = new TextEncoder().encode(
        BYTE_ORDER_MARK + contractHeading + showRow({ cells: whole, leftOut: 'nada; disto' }),
      )
      const faults = new FileFaults()
      const records = atOnce(readRecords(decode(bytes, faults)?.text ?? '', () => true, faults))?.records ?? []
      const read = atOnce(readRows(records, readHeading(records, faults), faults))
      expect(faults.list).toEqual([])
      expect(read).toEqual([{ line: 2, cells: whole, leftOut: 'nada; disto' }])
    }),
  )
})

test('every column has a heading of its own, and we write them all but one', () => {
  const headings = columnKeys.flatMap(key => columns[key].headings)
  expect(new Set(headings).size).toBe(headings.length)
  // And one more, which tells whoever reads the file what it leaves out.
  expect(contractHeading.trimEnd().split(';')).toHaveLength(columnKeys.length)
})

test('the README tells every column', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  for (const key of columnKeys) expect(readme).toContain(`\`${headingOf(key)}\``)
})

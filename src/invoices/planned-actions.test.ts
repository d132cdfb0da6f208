import { describe, expect, test } from 'vitest'
import { civilDate } from '../core/dates.ts'
import { cents } from '../core/money.ts'
import { plannedOfInvoice } from './planned-actions.ts'

const day = civilDate
const invoice = {
  state: 'to_receive',
  issueOn: day('2026-01-09'),
  estimatedIssueOn: day('2026-01-07'),
  netCents: cents(10_000),
  paymentMethod: 'boleto',
} as const
const details = { issueNfse: false, nfseDaysAfterReceipt: 0, emailTemplateId: null }
const open = { state: 'to_receive', receivedOn: null, settledOn: null } as const
const received = { state: 'received', receivedOn: day('2026-01-15'), settledOn: null } as const

type Asked = Parameters<typeof plannedOfInvoice>

const daysOf = (asked: Partial<Asked[0]>, said: Partial<typeof details> | null = null, receivables: Asked[2] = [open]) =>
  plannedOfInvoice({ ...invoice, ...asked }, said && { ...details, ...said }, receivables, new Set()).map(
    ({ action, on, after }) => [action, on, after],
  )

describe('what is planned with an invoice', () => {
  test('is charged as it goes out, on the day that is foreseen until then', () => {
    expect(daysOf({ issueOn: null, state: 'to_emit' })).toEqual([['charge', '2026-01-07', 'emission']])
    expect(daysOf({})).toEqual([['charge', '2026-01-09', null]])
  })

  test('is no charge where nobody charges it, nothing is asked, or all was received', () => {
    expect(daysOf({ paymentMethod: 'transfer' })).toEqual([])
    expect(daysOf({ netCents: cents(0) })).toEqual([])
    expect(daysOf({ state: 'received' }, null, [received])).toEqual([])
    expect(daysOf({ state: 'cancelled' }, { issueNfse: true, emailTemplateId: 1 as never })).toEqual([])
  })

  test('is a note with the emission, or so many business days after all of it was received', () => {
    expect(daysOf({ paymentMethod: 'other' }, { issueNfse: true })).toEqual([['nfse', '2026-01-09', null]])
    const later = { issueNfse: true, nfseDaysAfterReceipt: 3 }
    expect(daysOf({ paymentMethod: 'other' }, later, [received, open])).toEqual([['nfse', null, 'receipt']])
    // Thursday 15 January, and three business days.
    expect(daysOf({ paymentMethod: 'other', state: 'received' }, later, [received, { ...open, state: 'cancelled' }])).toEqual([
      ['nfse', '2026-01-20', 'receipt'],
    ])
    const replaced = { state: 'renegotiated', receivedOn: null, settledOn: day('2026-01-19') } as const
    expect(daysOf({ paymentMethod: 'other', state: 'received' }, later, [received, replaced])).toEqual([
      ['nfse', '2026-01-22', 'receipt'],
    ])
  })
})

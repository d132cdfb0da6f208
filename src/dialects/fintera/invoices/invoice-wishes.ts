// Their clients send an answer back whole, with one thing changed in it. What says no more than the answer did is no wish: amounts that
// were rounded to be shown would be written as if somebody had meant them.

import { type Cents, micros, splitByWeights, sum } from '../../../core/money.ts'
import { entriesOf, type Fields, isFields } from '../form.ts'
import { isAmbiguous, readDay, readDecimal, readFlag, readWhole } from '../values.ts'
import { centsIn } from './invoice-amounts.ts'
import { isWhole, type NetOf } from './invoice-payment.ts'

export interface Answered extends Fields {
  receivables: readonly Fields[]
  services: readonly Fields[]
  attachments: readonly Fields[]
}

const amounts: ReadonlySet<string> = new Set(['gross_value', 'payment_value', 'value', 'units', 'unit_value'])
const days: ReadonlySet<string> = new Set(['issue_date', 'estimated_issue_date', 'due_date'])

/** What is read of them; another field of theirs says nothing. */
const ofReceivable = ['due_date', 'value', 'gross_value', '_destroy']
const ofService = ['service_item_id', 'description', 'units', 'unit_value', '_destroy']
const ofAttachment = ['filename', 'content', 'content_type', '_destroy']

export interface Wishes {
  /** What differs from what is answered. */
  fields: Fields
  /** The gross value as it came, also where it does not differ. */
  gross: Cents | null
  /** Every receivable came with its percent as it is answered: parts that do not make the gross value are those of before. */
  hasPercents: boolean
}

/** What of a request differs from what is answered. Wrapped or flat; lists only where an entry of them differs. */
export function wishesIn(body: unknown, answered: Answered, netAt: NetOf): Wishes {
  const { services: sentServices, receivables: sentReceivables, attachments: sentAttachments, ...sent } = unwrapped(body)
  const services = differing(sentServices, answered.services, ofService)
  const receivables = differing(withOneShare(sentReceivables), answered.receivables, ofReceivable)
  const attachments = differing(sentAttachments, answered.attachments, ofAttachment)
  const { payment_value: payment, ...said } = sent
  const wishes = Object.fromEntries(Object.entries(said).filter(([name, value]) => !isAnswered(name, value, answered[name])))
  // What is said beside other amounts is meant, though it be what stood there before.
  const changesAmounts = services !== undefined || wishes.gross_value !== undefined
  const isOther = payment !== undefined && (changesAmounts || !isAnswered('payment_value', payment, answered.payment_value))
  const isPaymentMeant = isOther && !isOfWholeBefore(payment, sentReceivables, netAt)
  return {
    fields: {
      ...wishes,
      ...(services !== undefined && sent.gross_value !== undefined && { gross_value: sent.gross_value }),
      ...(isPaymentMeant && { payment_value: payment }),
      ...(services !== undefined && { services }),
      ...(receivables !== undefined && { receivables }),
      ...(attachments !== undefined && { attachments }),
    },
    gross: centsIn(sent.gross_value),
    hasPercents: (entriesOf(sentReceivables) ?? []).every(({ id, value }) => {
      const known = answered.receivables.find(each => each.id === readWhole(id ?? null))
      return known !== undefined && isAnswered('value', value, known.value)
    }),
  }
}

/**
 * The payment of an answer that comes back with another gross value in it: the receivables beside it add up to it, and to what they were
 * the whole of. All is to be paid of the new one too.
 */
function isOfWholeBefore(payment: unknown, receivables: unknown, netAt: NetOf): boolean {
  const parts = entriesOf(receivables) ?? []
  const totals = ['payment_value', 'gross_value'].map(name => {
    const each = parts.flatMap(part => (readFlag(part._destroy) === true ? [] : (centsIn(part[name]) ?? [])))
    return each.length === parts.length && parts.length > 0 ? sum(each) : null
  })
  const [paid = null, gross = null] = totals
  return paid !== null && gross !== null && paid === centsIn(payment) && isWhole(paid, gross, netAt)
}

/**
 * Receivables that say both their percent and their part of the gross value. Where one of them was changed in a whole answer, what is to be
 * paid of each still fits the other; else the percent wins, as their document has it. What stands now must not decide, or a request that
 * comes twice would be two.
 */
function withOneShare(sent: unknown): unknown {
  const entries = entriesOf(sent)
  if (entries === null) return sent
  const both = entries.flatMap(part => {
    const [percent, gross] = [readDecimal(part.value), centsIn(part.gross_value)]
    const isRead = percent !== null && !percent.startsWith('-') && gross !== null
    return isRead ? [{ part, weight: micros(percent), gross, payment: centsIn(part.payment_value) }] : []
  })
  const payments = both.flatMap(({ payment }) => payment ?? [])
  const offPercents = distance(
    payments,
    both.map(({ weight }) => weight),
  )
  const offGrosses = distance(
    payments,
    both.map(({ gross }) => BigInt(gross)),
  )
  const isOther = payments.length === both.length && offGrosses > offPercents
  const known = new Set(both.map(({ part }) => part))
  return entries.map(part => (known.has(part) ? { ...part, [isOther ? 'value' : 'gross_value']: undefined } : part))
}

/** By how many cents payments are off those that their whole makes in such a proportion. */
function distance(payments: readonly Cents[], weights: readonly bigint[]): number {
  if (payments.length !== weights.length || weights.every(weight => weight === 0n)) return 0
  const expected = splitByWeights(sum(payments), weights)
  return payments.reduce((all, payment, i) => all + Math.abs(payment - (expected[i] ?? 0)), 0)
}

function unwrapped(body: unknown): Fields {
  const sent = isFields(body) ? body : {}
  return isFields(sent.invoice) ? sent.invoice : sent
}

function differing(sent: unknown, answered: readonly Fields[], read: readonly string[]): unknown {
  const entries = entriesOf(sent)
  // What is no list goes on as it came, and is told of by whoever reads it.
  if (entries === null) return sent
  const wishes = entries.flatMap(entry => {
    const id = readWhole(entry.id ?? null)
    const known = answered.find(each => each.id === id)
    // One that nobody has is told of by whoever looks for it.
    if (known === undefined) return [entry]
    const said = read.filter(name => entry[name] !== undefined && !isUnsaid(name, entry[name], known[name]))
    return said.length === 0 ? [] : [{ id, ...Object.fromEntries(said.map(name => [name, entry[name]])) }]
  })
  return wishes.length === 0 ? undefined : wishes
}

function isUnsaid(name: string, sent: unknown, answered: unknown): boolean {
  if (name === '_destroy') return readFlag(sent) !== true
  const isBlank = sent === null || sent === ''
  return (isBlank && (amounts.has(name) || name === 'service_item_id')) || isAnswered(name, sent, answered)
}

function isAnswered(name: string, sent: unknown, answered: unknown): boolean {
  if (answered === undefined || Array.isArray(sent)) return false
  if (isFields(sent)) {
    return isFields(answered) && Object.entries(sent).every(([inner, value]) => isAnswered(inner, value, answered[inner]))
  }
  if (sent === null || answered === null) return sent === answered
  if (typeof answered === 'object') return false
  if (String(sent) === String(answered)) return true
  // A percent cannot be a thousand times another.
  if (amounts.has(name)) return (name === 'value' || !isAmbiguous(sent)) && isSame(readDecimal(sent), readDecimal(answered))
  return days.has(name) && isSame(readDay(sent), readDay(answered))
}

function isSame(one: string | null, other: string | null): boolean {
  return one !== null && one === other
}

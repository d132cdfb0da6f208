// Their clients send an answer back whole, with one thing changed in it. What says no more than the answer did is no wish: amounts that
// were rounded to be shown would be written as if somebody had meant them.

import { entriesOf, type Fields, isFields } from './form.ts'
import { readDay, readDecimal, readFlag, readWhole } from './values.ts'

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

/** What of a request differs from what is answered. Wrapped or flat; lists only where an entry of them differs. */
export function wishesIn(body: unknown, answered: Answered): Fields {
  const { services: sentServices, receivables: sentReceivables, attachments: sentAttachments, ...sent } = unwrapped(body)
  const services = differing(sentServices, answered.services, ofService)
  const receivables = differing(sentReceivables, answered.receivables, ofReceivable)
  const attachments = differing(sentAttachments, answered.attachments, ofAttachment)
  const wishes = Object.fromEntries(Object.entries(sent).filter(([name, value]) => !isAnswered(name, value, answered[name])))
  const changesAmounts = services !== undefined || wishes.gross_value !== undefined
  const isPaymentMeant = changesAmounts && sent.payment_value !== undefined && !isWholeBefore(sent, answered)
  return {
    ...wishes,
    // What is said beside other amounts is meant, though it be what stood there before.
    ...(services !== undefined && sent.gross_value !== undefined && { gross_value: sent.gross_value }),
    ...(isPaymentMeant && { payment_value: sent.payment_value }),
    ...(services !== undefined && { services }),
    ...(receivables !== undefined && { receivables }),
    ...(attachments !== undefined && { attachments }),
  }
}

/** Both totals as they were, where all was to be paid: they went along with other services, and all is to be paid of those too. */
function isWholeBefore(sent: Fields, answered: Answered): boolean {
  const whole = readDecimal(answered.gross_value)
  return [sent.gross_value, sent.payment_value, answered.payment_value].every(total => isSame(readDecimal(total), whole))
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
  if (amounts.has(name)) return isSame(readDecimal(sent), readDecimal(answered))
  return days.has(name) && isSame(readDay(sent), readDay(answered))
}

function isSame(one: string | null, other: string | null): boolean {
  return one !== null && one === other
}

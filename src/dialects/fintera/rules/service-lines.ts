// Services of an invoice or a rule: lines of ours that have a place in it and no number of their own. Theirs have one.

import type { Cents, Decimal } from '../../../core/money.ts'
import type { Form } from '../form.ts'
import type { Facts } from '../kept.ts'
import { showCents, showDecimal } from '../values.ts'
import { blank, notNumeric, notThere } from '../words.ts'

const PLACES = 1000
const FIRST_OF_RULE = 500

/** As their clients see it: of an invoice, or of a plan, whose products are something else to them. */
export function serviceNumber(ownerId: number, position: number): number {
  return ownerId * PLACES + position
}

/** To them the services of rules and of invoices are of one kind: no rule's has the number of an invoice's. */
export function serviceNumberOfRule(ruleId: number, place: number): number {
  return serviceNumber(ruleId, FIRST_OF_RULE + place)
}

export interface ServiceShown {
  id: number
  name: string
  description: string | null
  unitPrice: Decimal
  quantity: Decimal
  valueCents: Cents
}

export function showService({ id, name, description, unitPrice, quantity, valueCents }: ServiceShown) {
  return {
    id,
    name,
    description,
    unit_value: showDecimal(unitPrice),
    units: showDecimal(quantity),
    value: showCents(valueCents),
  }
}

/** Whether the line is of a service that they do not know: of a rule without services, of a plan that has only a price, now or before. */
export function isPlainLine({ serviceItemId }: { serviceItemId: number | null }, { plainService, plainBefore }: Facts): boolean {
  return serviceItemId === plainService || (Array.isArray(plainBefore) && plainBefore.includes(serviceItemId))
}

/** To be kept: lines of services that nobody described are called like the service with us, and by nothing with them. */
export function undescribedIn(
  lines: readonly { serviceItemId: number | null; description: string | null }[],
  services: readonly number[],
): Facts {
  const called = lines.filter(({ serviceItemId }) => serviceItemId !== null && services.includes(serviceItemId))
  if (called.length === 0) return {}
  return { undescribed: Object.fromEntries(called.map(({ serviceItemId, description }) => [serviceItemId, description])) }
}

export function showDescription(
  { serviceItemId, description }: { serviceItemId: number | null; description: string | null },
  { undescribed }: Facts,
): string | null {
  const called = typeof undescribed === 'object' && undescribed !== null ? Reflect.get(undescribed, String(serviceItemId)) : null
  return called !== null && called === description ? '' : description
}

/** A line as it stands, as far as a change may leave it so. */
export interface ServiceLine {
  position: number
  serviceItemId: number
  description: string | null
  quantity: Decimal
  unitPrice: Decimal | null
}

export type ServiceSent = Omit<ServiceLine, 'position' | 'quantity'> & { position?: number; quantity?: Decimal }

/** Services of something that is made: each is a new one. */
export function readNewServices(sent: readonly Form[]): ServiceSent[] {
  return readServices(sent, [], Number)
}

/** The services after what was sent of them: by `id` one that is there, with `_destroy` one that goes, else a new one. */
export function readServices(
  sent: readonly Form[],
  before: readonly ServiceLine[],
  numberOf: (position: number) => number,
): ServiceSent[] {
  const left = new Map(before.map(line => [numberOf(line.position), line]))
  const changed = new Map<number, ServiceSent | null>()
  const added: ServiceSent[] = []
  for (const form of sent) {
    const id = form.id()
    const line = id === null ? undefined : (left.get(id) ?? notThere())
    const goes = form.flag('_destroy') === true
    if (line !== undefined) changed.set(line.position, goes ? null : readService(form, line))
    else if (!goes) added.push(readService(form, null))
  }
  const staying = before.flatMap(line => {
    const after = changed.get(line.position)
    return after === null ? [] : [after ?? line]
  })
  return [...staying, ...added]
}

function readService(form: Form, before: ServiceLine | null): ServiceSent {
  const item = form.whole('service_item_id')
  const isNew = before === null
  if (item == null && isNew) form.fault('service_item_id', blank)
  const quantity = readAmount(form, 'units', isNew, before?.quantity) ?? before?.quantity
  const description = form.text('description', 500)
  return {
    ...(before && { position: before.position }),
    serviceItemId: item ?? before?.serviceItemId ?? 0,
    description: description === undefined ? (before?.description ?? null) : description,
    ...(quantity !== undefined && { quantity }),
    unitPrice: readAmount(form, 'unit_value', isNew, before?.unitPrice) ?? before?.unitPrice ?? null,
  }
}

/**
 * Null says nothing: of a service that stands there it is as it was, of a new one it is asked for (seed 1759, 2994). Neither may what
 * cannot be read be nothing, or the catalogue's price would be charged in its place.
 */
function readAmount(form: Form, name: string, isNeeded: boolean, before?: Decimal | null): Decimal | null | undefined {
  const sent = form.raw(name)
  const value = before != null && sent === showDecimal(before) ? before : form.factor(name)
  const isBlank = sent === undefined || sent === null || sent === ''
  // That of a plan which says none is told so in recordings too.
  return value != null || (isBlank && !isNeeded) ? value : form.faultOnce(name, notNumeric)
}

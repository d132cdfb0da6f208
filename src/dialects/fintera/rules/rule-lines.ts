// The lines of a rule, which are its services, or one of its gross value.

import { archiveServiceItem, unarchiveServiceItem } from '../../../catalog/archive-service-item.ts'
import { createServiceItem } from '../../../catalog/create-service-item.ts'
import type { LineInput } from '../../../contracts/rules/read-terms.ts'
import type { Terms } from '../../../contracts/rules/terms.ts'
import { type Decimal, decimal, decimalOf, micros } from '../../../core/money.ts'
import { given } from '../../../core/text.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Form } from '../form.ts'
import { askForGross, readGross } from '../invoices/invoice-form.ts'
import type { Facts } from '../kept.ts'
import { storedGross } from './rule-form.ts'
import { grossOfRule, placedLines, servicesOf } from './rule-view.ts'
import {
  isPlainLine,
  readServices,
  type ServiceLine,
  type ServiceSent,
  serviceNumberOfRule,
  showDescription,
} from './service-lines.ts'

export interface Priced<L> {
  lines: readonly L[]
  /** By which its services are named, each by one. */
  places: number[]
  gross: Decimal | null
}

/**
 * Runs with the lines that the services are. Without services there is one line of the gross value: with us every line is of a service,
 * so the rule has one of its own, which is out of every list before and after.
 */
export async function withLines<L, T>(
  ctx: Ctx,
  facts: Facts,
  title: string,
  { lines, places, gross }: Priced<L>,
  work: (lines: (L | LineInput)[], facts: Facts) => Promise<T>,
): Promise<T> {
  if (places.length > 0) return work([...lines], { ...facts, places })
  const plain = typeof facts.plainService === 'number' ? await unarchiveServiceItem(ctx, facts.plainService) : null
  const { id } = plain ?? (await createServiceItem(ctx, { name: given(title)?.slice(0, 200) ?? '-' }))
  const plainLine = { serviceItemId: id, unitPrice: gross, description: title }
  const done = await work([...lines, plainLine], { ...facts, plainService: id, places: [] })
  await archiveServiceItem(ctx, id)
  return done
}

export interface LinesSent {
  /** Null: they stay as they are. */
  priced: Priced<LineInput> | null
  /** Of each line the place in the list of today's lines that it goes on; null: it is a new one. */
  places: (number | null)[]
  /** What counts again when the services go; null: as it is kept. */
  gross: Decimal | null
}

/** What is said of services and gross value otherwise than it stands: who sends them again as they were shown changes no price. */
export function readLines(form: Form, ruleId: number, terms: Terms, facts: Facts): LinesSent {
  const standing = servicesOf(terms, facts)
  const isPlain = standing.length === 0
  const services = readServices(form.children('services') ?? [], standing, place => serviceNumberOfRule(ruleId, place)).map(
    sent => asStanding(sent, standing, facts),
  )
  const shown = decimal(decimalOf(grossOfRule(terms)))
  const sent = readGross(form) ?? null
  const isAsShown = sent !== null && micros(sent) === micros(shown) && isPlain === (services.length === 0)
  const said = isAsShown ? null : sent
  const changes = services.length === 0 ? !isPlain || said !== null : isOther(services, standing)
  if (!changes) return { priced: null, places: [], gross: said }
  const gross = said ?? (isPlain ? shown : storedGross(facts.gross_value))
  if (services.length === 0 && gross === null) askForGross(form)
  return { ...placed(services, gross, terms, facts), gross }
}

function isOther(services: readonly ServiceSent[], standing: readonly ServiceLine[]): boolean {
  return services.length !== standing.length || services.some(sent => !standing.some(line => isSame(sent, line)))
}

function isSame(sent: ServiceSent, line: ServiceLine): boolean {
  return (
    sent.position === line.position &&
    sent.serviceItemId === line.serviceItemId &&
    sent.description === line.description &&
    microsOf(sent.quantity) === microsOf(line.quantity) &&
    microsOf(sent.unitPrice) === microsOf(line.unitPrice)
  )
}

function microsOf(value: Decimal | null | undefined): bigint | null {
  return value == null ? null : micros(value)
}

/** What nobody described is shown by nothing, and is called with us as its service was when it came. */
function asStanding(sent: ServiceSent, standing: readonly ServiceLine[], facts: Facts): ServiceSent {
  const line = standing.find(({ position }) => position === sent.position)
  if (line === undefined || given(sent.description) !== given(showDescription(line, facts))) return sent
  return { ...sent, description: line.description }
}

/** What stays keeps its place, and what they have no field for; what comes gets the next place. */
function placed(services: readonly ServiceSent[], gross: Decimal | null, terms: Terms, facts: Facts): Omit<LinesSent, 'gross'> {
  const before = placedLines(terms, facts)
  let next = Math.max(0, ...services.map(({ position = 0 }) => position)) + 1
  const places = services.map(({ position }) => position ?? next++)
  const at = services.map(({ position }) => (position === undefined ? -1 : before.findIndex(({ place }) => place === position)))
  const lines = services.map(({ position: _, ...line }, i): LineInput => {
    const stands = before[at[i] ?? -1]
    if (stands === undefined) return line
    const { discountPercent, discountCents, validFrom, validUntil } = stands
    return { ...line, discountPercent, discountCents, validFrom, validUntil }
  })
  const plainAt = before.findIndex(line => isPlainLine(line, facts))
  const goesOn = services.length > 0 ? at : [plainAt]
  return { priced: { lines, places, gross }, places: goesOn.map(place => (place < 0 ? null : place)) }
}

import { notificationRulers } from '../../../catalog/notices/notification-ruler.ts'
import { referenceOf } from '../../../catalog/references/reference-store.ts'
import { type Cents, decimal, decimalOf, micros } from '../../../core/money.ts'
import { given } from '../../../core/text.ts'
import { priceIndices } from '../../../indices/price-index.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { chargingMethods, type Plan } from '../../../subscriptions/plan.ts'
import {
  MOST_FEATURES,
  MOST_PRODUCTS,
  type PlanFeature,
  type PlanProduct,
  priceOfProducts,
} from '../../../subscriptions/plan-product.ts'
import type { Form } from '../form.ts'
import { readChoice } from '../invoices/invoice-form.ts'
import { type Facts, factsAfter } from '../kept.ts'
import { readServices, type ServiceLine, type ServiceSent, serviceNumber } from '../rules/service-lines.ts'
import { showDecimal } from '../values.ts'
import { blank, notNumeric, notThere, type Words } from '../words.ts'

const monthsKnown = [1, 2, 3, 6, 12]
const monthsWrong = 'valor deve ser 1, 2, 3, 6 ou 12 (em meses)'

export const planWords: Words = {
  shape: 'form',
  fields: {
    '/price': 'price',
    '/billingMonths': 'billing_period',
    '/installmentsLimit': 'installments_limit',
    '/readjustmentIndex': 'price_index',
    '/readjustmentMonths': 'readjustment_month_quantity',
    '/products/*/serviceItemId': 'products.service_item_id',
    '/products/*/quantity': 'products.units',
    '/products/*/unitPrice': 'products.unit_value',
    '/features/*/description': 'features.description',
    '/notificationRulerId': 'billet_notification_ruler_id',
  },
  texts: { months_out_of_range: monthsWrong },
}

const numbers = [
  'payment_gateway_notification_ruler_id',
  'emites_service_values_id',
  'cobrato_billet_charge_config_id',
  'cobrato_billet_charge_template_id',
  'cobrato_payment_gateway_charge_config_id',
  'myfinance_billet_sale_account_id',
  'myfinance_payment_gateway_sale_account_id',
] as const

const texts = [
  'emites_service_value_name',
  'cobrato_billet_charge_config_name',
  'cobrato_billet_charge_template_name',
  'cobrato_payment_gateway_charge_config_name',
  'finance_category',
  'finance_revenue_center',
  'myfinance_billet_sale_account_name',
  'myfinance_payment_gateway_sale_account_name',
] as const

/** What of a plan they say by names of ours, without what they do not know. */
export type PlanInput = Partial<
  Pick<
    Plan,
    | 'name'
    | 'description'
    | 'price'
    | 'billingMonths'
    | 'chargingMethod'
    | 'trialDays'
    | 'allowInstallments'
    | 'installmentsLimit'
    | 'redirectUrl'
    | 'readjustmentIndex'
    | 'readjustmentMonths'
    | 'readjustmentNoticeDays'
    | 'notificationRulerId'
    | 'products'
    | 'features'
  >
>

export interface PlanSent {
  input: PlanInput
  facts: Facts
}

/** What was sent, with everything that is wrong told in the form. What was not sent of a plan that is there is absent. */
export async function readPlan(
  tx: Reader,
  form: Form,
  organizationId: number,
  before: Plan | null,
  facts: Facts,
): Promise<PlanSent> {
  const name = form.needed('name', before === null, 200)
  const description = form.text('description', 5000)
  const redirectUrl = form.text('redirect_url', 2000)
  const months = readWithin(form, 'billing_period', 1, 12, monthsWrong)
  if (months == null && (before === null || form.has('billing_period'))) form.fault('billing_period', monthsWrong)
  const method = readChoice(form, 'charging_method', chargingMethods)
  const products = readProducts(form, before, facts)
  const features = readFeatures(form, before, facts)
  const ruler = await readRuler(tx, form, organizationId)
  return {
    input: {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description: given(description) }),
      ...(redirectUrl !== undefined && { redirectUrl: given(redirectUrl) }),
      ...(months != null && { billingMonths: months }),
      ...(form.has('charging_method') && { chargingMethod: method ?? 'pre_paid' }),
      ...readPrice(form, before, products?.lines),
      ...readTrial(form, before),
      ...readInstallments(form),
      ...readReadjustment(form, before),
      ...(products && { products: products.lines }),
      ...(features && { features: features.lines }),
      ...(ruler && { notificationRulerId: ruler.known }),
    },
    facts: factsAfter(facts, form, ['name', 'description', 'redirect_url'], {
      ...Object.fromEntries(numbers.map(field => [field, form.whole(field)])),
      ...Object.fromEntries(texts.map(field => [field, form.text(field)])),
      ...(ruler && { billet_notification_ruler_id: ruler.known === null ? ruler.sent : null }),
      ...(products && { productPlaces: products.places }),
      ...(features && { featurePlaces: features.places }),
      // Not said is none to them, and in advance with us.
      ...((before === null || form.has('charging_method')) && { hasNoMethod: method === null }),
    }),
  }
}

/** A whole number between two bounds; undefined: not sent, null: nothing that could be meant. */
function readWithin(form: Form, name: string, least: number, most: number, text = `deve estar entre ${least} e ${most}`) {
  const number = form.whole(name)
  return number == null || (number >= least && number <= most) ? number : form.fault(name, text)
}

const zero = decimal('0')

/** Products make the price; without them it is what was sent, and is asked for. */
function readPrice(form: Form, before: Plan | null, products: readonly PlanProduct[] | undefined): Pick<PlanInput, 'price'> {
  const lines = products ?? before?.products ?? []
  if (lines.length > 0) return products === undefined ? {} : { price: decimal(decimalOf(sumOf(lines))) }
  const isShown = before !== null && form.raw('price') === showDecimal(before.price)
  const price = isShown ? before.price : form.amount('price')
  if (price === undefined && before !== null) return {}
  if (price == null) form.faultOnce('price', given(String(form.raw('price') ?? '')) === null ? blank : notNumeric)
  else if (micros(price) < 0n) form.fault('price', 'deve ser maior ou igual a 0')
  return { price: price ?? zero }
}

function sumOf(lines: readonly PlanProduct[]): Cents {
  try {
    return priceOfProducts(lines)
  } catch (error) {
    // More than any amount that there is: the plan itself refuses the product.
    if (error instanceof RangeError) return priceOfProducts([])
    throw error
  }
}

function readTrial(form: Form, before: Plan | null): Pick<PlanInput, 'trialDays'> {
  if (before !== null && !form.has('has_trial') && !form.has('trial_period')) return {}
  const days = readWithin(form, 'trial_period', 0, 365) ?? (form.has('trial_period') ? 0 : (before?.trialDays ?? 0))
  const wanted = form.flag('has_trial') ?? days > 0
  if (wanted && days === 0) form.fault('trial_period', 'deve ser maior que 0')
  return { trialDays: wanted ? days : 0 }
}

function readInstallments(form: Form): Pick<PlanInput, 'allowInstallments' | 'installmentsLimit'> {
  const allowed = form.flag('allow_installments')
  const limit = readWithin(form, 'installments_limit', 0, 120)
  return {
    ...(allowed != null && { allowInstallments: allowed }),
    ...(limit !== undefined && { installmentsLimit: limit ?? 0 }),
  }
}

const readjustments = [
  'readjustment_will_be_created',
  'price_index',
  'readjustment_month_quantity',
  'readjustment_days_until_update',
]

function readReadjustment(form: Form, before: Plan | null) {
  if (!readjustments.some(name => form.has(name))) return {}
  const wanted = form.flag('readjustment_will_be_created') ?? (before?.readjustmentIndex ?? null) !== null
  if (!wanted) return { readjustmentIndex: null, readjustmentMonths: null, readjustmentNoticeDays: null }
  const index = readChoice(form, 'price_index', priceIndices) ?? before?.readjustmentIndex ?? null
  const months = form.whole('readjustment_month_quantity') ?? before?.readjustmentMonths ?? null
  if (index === null && !form.has('price_index')) form.fault('price_index', blank)
  if (months === null) form.fault('readjustment_month_quantity', blank)
  else if (!monthsKnown.includes(months)) form.fault('readjustment_month_quantity', monthsWrong)
  const notice = readWithin(form, 'readjustment_days_until_update', 0, 365)
  return {
    readjustmentIndex: index,
    readjustmentMonths: months,
    readjustmentNoticeDays: notice === undefined ? (before?.readjustmentNoticeDays ?? null) : notice,
  }
}

/** One that nobody here has is kept and given back. */
async function readRuler(tx: Reader, form: Form, organizationId: number) {
  const sent = form.whole('billet_notification_ruler_id')
  if (sent === undefined) return undefined
  const ruler = sent === null ? null : await referenceOf(tx, notificationRulers, sent)
  const isTheirs = ruler?.organizationId == null || ruler.organizationId === organizationId
  return { sent, known: ruler !== null && ruler.archivedAt === null && isTheirs ? ruler.id : null }
}

// --- Lists within a plan ---

/** Lines with the places by which theirs are numbered: one that goes leaves its number to nobody. */
interface Placed<L> {
  lines: L[]
  places: number[]
}

export function placesOf(lines: readonly unknown[], kept: unknown): number[] {
  const isKept = Array.isArray(kept) && kept.length === lines.length && kept.every(Number.isSafeInteger)
  return isKept ? kept : lines.map((_, i) => i + 1)
}

function placed<L>(lines: readonly (L & { position?: number })[], before: readonly number[]): Placed<L> {
  let next = Math.max(0, ...before) + 1
  const places = lines.map(({ position }) => position ?? next++)
  return { lines: lines.map(({ position: _, ...line }) => line as L), places } // a line without its place
}

function readProducts(form: Form, before: Plan | null, facts: Facts): Placed<PlanProduct> | undefined {
  const sent = form.children('products')
  if (sent === undefined) return undefined
  if (sent.length > MOST_PRODUCTS) form.fault('products', `no máximo ${MOST_PRODUCTS}`)
  const places = placesOf(before?.products ?? [], facts.productPlaces)
  const standing = (before?.products ?? []).map((product, i): ServiceLine => ({ ...product, position: places[i] ?? i + 1 }))
  for (const product of sent) {
    const isNew = product.whole('id') == null
    if (product.flag('_destroy') === true) continue
    for (const name of ['units', 'unit_value']) {
      const value = product.decimal(name)
      // What a new one lacks is asked for with the rest of it.
      const isNone = value === null && !isNew
      if (isNone || (value != null && micros(value) < 0n)) product.fault(name, notNumeric)
    }
  }
  return placed(readServices(sent, standing, position => serviceNumber(before?.id ?? 0, position)).map(asProduct), places)
}

const one = decimal('1')

function asProduct({ quantity = one, unitPrice, description, ...line }: ServiceSent) {
  return { ...line, quantity, unitPrice: unitPrice ?? zero, description: given(description) }
}

function readFeatures(form: Form, before: Plan | null, facts: Facts): Placed<PlanFeature> | undefined {
  const sent = form.children('features')
  if (sent === undefined) return undefined
  if (sent.length > MOST_FEATURES) form.fault('features', `no máximo ${MOST_FEATURES}`)
  const places = placesOf(before?.features ?? [], facts.featurePlaces)
  const standing = (before?.features ?? []).map((feature, i) => ({ ...feature, position: places[i] ?? i + 1 }))
  let left = standing
  const added: PlanFeature[] = []
  for (const each of sent) {
    const id = each.id()
    const goes = each.flag('_destroy') === true
    const found =
      id === null ? null : (left.find(({ position }) => id === serviceNumber(before?.id ?? 0, position)) ?? notThere())
    if (found === null) added.push(...(goes ? [] : [readFeature(each, null)]))
    else if (goes) left = left.filter(other => other !== found)
    else left = left.map(other => (other === found ? { ...found, ...readFeature(each, found) } : other))
  }
  return placed<PlanFeature>([...left, ...added], places)
}

function readFeature(form: Form, before: PlanFeature | null): PlanFeature {
  const description = form.needed('description', before === null, 500) ?? before?.description ?? ''
  const value = form.needed('value', before === null, 200) ?? before?.value ?? null
  const tag = form.text('tag', 200)
  return { description, value: given(value), tag: tag === undefined ? (before?.tag ?? null) : given(tag) }
}

/** As it is shown. */
export function keptOfPlan(facts: Facts): Record<(typeof numbers)[number] | (typeof texts)[number], unknown> {
  const all = [...numbers, ...texts].map(field => [field, facts[field] ?? null])
  return Object.fromEntries(all) // a value for each of the names
}

import { serviceItemsOf } from '../../../catalog/service-item-store.ts'
import { livingReadjustments } from '../../../contracts/readjustment/readjustment-store.ts'
import type { InvoiceRule } from '../../../contracts/rules/invoice-rule.ts'
import { amountsOfLine } from '../../../contracts/rules/line-amounts.ts'
import { endOfRule, type Terms, termsAt } from '../../../contracts/rules/terms.ts'
import { termsOf } from '../../../contracts/rules/terms-store.ts'
import { type CivilDate, dayInZone, type Instant } from '../../../core/dates.ts'
import { type Cents, cents, sum } from '../../../core/money.ts'
import { customersOf } from '../../../customers/customer-store.ts'
import { attachmentsOfRules } from '../../../invoices/attachments/attachment-store.ts'
import { withAddresses } from '../../../invoices/attachments/read-attachment.ts'
import { organizationsOf } from '../../../organizations/organization-store.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { lastChangeOf } from '../../../platform/history.ts'
import { typeOfCustomer } from '../contracts/contract-view.ts'
import { detailsOver } from '../contracts/details.ts'
import { showAttachment } from '../invoices/attachments.ts'
import { showEmites, showFinance, showPayment } from '../invoices/invoice-facts.ts'
import { type Facts, factsOfMany } from '../kept.ts'
import { numberOfCustomer, numberOfPaymentOfRule } from '../numbers.ts'
import { showCents, showIsoStamp, showStamp, showText } from '../values.ts'
import { accrualNames, dueValues } from './rule-form.ts'
import { allowsNegative, showUpdate } from './rule-updates.ts'
import { isPlainLine, type ServiceLine, serviceNumberOfRule, showDescription, showService } from './service-lines.ts'

/**
 * What a rule says on a day. Said of today it is what was written last, since a change counts from today on, although a period that waits
 * is billed by what was said before. What is planned for later is said on its day, but for the rule's end, which all versions share.
 */
export function termsOn(versions: readonly Terms[], day: CivilDate): Terms {
  return { ...termsAt(versions, day), endsOn: endOfRule(versions) }
}

async function termsNow(
  tx: Reader,
  rules: readonly InvoiceRule[],
  todayOf: (rule: InvoiceRule) => CivilDate,
): Promise<Map<number, Terms>> {
  const versions = await termsOf(
    tx,
    rules.map(({ id }) => id),
  )
  return new Map(rules.map(rule => [rule.id, termsOn(versions.get(rule.id) ?? [], todayOf(rule))]))
}

/**
 * Lines with the place by which their services are named. A version of the terms counts its lines anew, and others than they know of may
 * have come or gone in it: a line is told by its service and its turn among those of it, and one that is new to them gets the next place.
 */
export function placedLines({ lines }: Pick<Terms, 'lines'>, facts: Facts): (Terms['lines'][number] & { place: number })[] {
  const known = placesKept(lines, facts)
  const left = Map.groupBy(known, ({ service }) => service)
  let next = Math.max(0, ...known.map(({ place }) => place))
  return lines.map(line => ({
    ...line,
    place: known.length === 0 ? line.position : (left.get(line.serviceItemId)?.shift()?.place ?? ++next),
  }))
}

/** Without a word of which services they are of, as they were kept once, they are those of as many lines. */
function placesKept(lines: Terms['lines'], { places, placed }: Facts): { place: number; service: number }[] {
  const services = Array.isArray(placed) ? placed : lines.map(({ serviceItemId }) => serviceItemId)
  if (!Array.isArray(places) || places.length !== services.length) return []
  return places.map((place, i) => ({ place: Number(place), service: Number(services[i]) }))
}

/** To be kept beside `places`: of which service the line at each of them is. */
export function servicesPlaced(lines: readonly { serviceItemId: number }[], { places }: Facts): Facts {
  return Array.isArray(places) && places.length === lines.length
    ? { placed: lines.map(line => line.serviceItemId) }
    : { placed: [] }
}

export function servicesOf(terms: Pick<Terms, 'lines'>, facts: Facts): ServiceLine[] {
  return placedLines(terms, facts)
    .filter(line => !isPlainLine(line, facts))
    .map(({ place, serviceItemId, description, quantity, unitPrice }) => ({
      position: place,
      serviceItemId,
      description,
      quantity,
      unitPrice,
    }))
}

export interface RuleShowing {
  /** As it was made it says what is to be paid; found later it does not (seed). */
  showing: 'made' | 'found'
  /** Of the host that was called: where addresses lead. */
  origin: string
  now: Instant
}

export async function showRules(tx: Reader, rules: readonly InvoiceRule[], { showing, origin, now }: RuleShowing) {
  const ids = rules.map(({ id }) => id)
  const facts = await factsOfMany(tx, 'invoice_rule', ids)
  const over = await detailsOver(
    tx,
    rules.map(({ detailsId }) => detailsId),
  )
  const customers = await customersOf(tx, [...new Set(rules.map(({ customerId }) => customerId))])
  const organizations = await organizationsOf(tx, [...new Set(rules.map(({ organizationId }) => organizationId))])
  const zoneOf = ({ organizationId }: InvoiceRule) => organizations.get(organizationId)?.timeZone ?? 'UTC'
  const terms = await termsNow(tx, rules, rule => dayInZone(now, zoneOf(rule)))
  const named = [...terms.values()].flatMap(({ lines }) => lines.map(({ serviceItemId }) => serviceItemId))
  const services = await serviceItemsOf(tx, [...new Set(named)])
  const attached = await withAddresses(tx, [...(await attachmentsOfRules(tx, ids)).values()].flat())
  const attachments = Map.groupBy(attached, ({ ruleId }) => ruleId)
  const updates = await livingReadjustments(tx, ids)
  const changed = await lastChangeOf(tx, 'invoice_rule', ids)
  const updatesChanged = await lastChangeOf(
    tx,
    'readjustment',
    [...updates.values()].flat().map(({ id }) => id),
  )
  return rules.map(rule => {
    const own = terms.get(rule.id)
    if (own === undefined) throw new Error(`rule ${rule.id} has no terms`)
    const kept = over(facts(rule.id), rule.detailsId)
    const timeZone = zoneOf(rule)
    const at = showStamp(rule.createdAt, timeZone)
    const isoAt = showIsoStamp(rule.createdAt, timeZone)
    const due = dueValues(own.due)
    const shown = placedLines(own, kept).filter(line => !isPlainLine(line, kept))
    const gross = grossOfRule(own)
    const clauses = updates.get(rule.id) ?? []
    // Their answer to a rule that was made of a template is another one than to any rule ever after (seed 3066–3200).
    const isOfTemplate = showing === 'made' && rule.templateId !== null
    return {
      id: rule.id,
      contract_id: rule.contractId,
      issue_date: null,
      estimated_issue_date: null,
      gross_value: showCents(gross),
      payment_value: showing === 'made' ? showCents(gross) : null,
      description: showText(own.description, kept.said?.description),
      state: 'to_emit',
      cancelled_automatically: false,
      nfe_service: kept.nfse_service ?? null,
      nfe_verification: kept.nfse_verification ?? null,
      nfe_issue_date: null,
      nfe_body: kept.nfe_body ?? null,
      nfe_issued: false,
      number: kept.number ?? null,
      created_at: at,
      management_type: own.management === 'automatic' ? 'automatic' : 'manual',
      accrual_date: null,
      comments: kept.comments ?? null,
      customer_id: numberOfCustomer(rule.customerId),
      customer_type: typeOfCustomer[customers.get(rule.customerId)?.kind ?? 'company'],
      ...showEmites(kept),
      nfse_template_id: kept.nfse_template_id ?? null,
      ...showFinance(kept),
      days_until_automatic_nfe_emission: kept.days_until_automatic_nfe_emission ?? 0,
      automatic_nfe_issue_date: null,
      automatic_email_template_id: kept.automatic_email_template_id ?? null,
      approval_status: own.approvalWanted ? 'blocked' : 'approved',
      notification_ruler_id: kept.notification_ruler_id ?? null,
      notify_customer: kept.notify_customer === true,
      apply_negative_updates: allowsNegative(clauses, kept),
      ...showBetween(kept, isOfTemplate),
      services: shown.map(line =>
        showService({
          id: serviceNumberOfRule(rule.id, line.place),
          name: services.get(line.serviceItemId)?.name ?? line.description,
          description: showDescription(line, kept),
          unitPrice: line.unitPrice,
          quantity: line.quantity,
          valueCents: netOf(line),
        }),
      ),
      attachments: (attachments.get(rule.id) ?? []).map(attachment => showAttachment(attachment, origin)),
      payment_information: showPayment({
        id: numberOfPaymentOfRule(rule.id),
        method: own.paymentMethod,
        facts: kept,
        createdAt: at,
      }),
      additional_information: {
        id: rule.id,
        init_date: own.recurrence.anchor,
        title: rule.title,
        period_unit: own.recurrence.unit === 'week' ? 'weekly' : 'monthly',
        month_quantity: own.recurrence.unit === 'week' ? null : own.recurrence.every,
        end_date: own.endsOn,
        created_at: at,
        accrual_month_quantity: accrualNames[own.competenceShift + 1] ?? 'same_month',
      },
      scheduled_updates: clauses.map(each => ({
        ...showUpdate(each, timeZone, updatesChanged.get(each.id)),
        ...(isOfTemplate && { invoice_template_id: null }),
      })),
      receivables_additional_information: {
        id: rule.id,
        day_number: due.day,
        parcel_number: shownParcels(own.due, kept),
        invoice_rule_id: rule.id,
        created_at: isoAt,
        updated_at: showIsoStamp(changed.get(rule.id) ?? rule.createdAt, timeZone),
        day_quantity: due.days,
        month_quantity: due.months,
        only_business_days: due.onlyBusinessDays,
      },
    }
  })
}

function showBetween({ issue_nfse }: Facts, isOfTemplate: boolean) {
  const issues = issue_nfse === true
  return isOfTemplate ? { receivables: [], issue_nfse: issues } : { issue_nfse: issues, receivables: [] }
}

export function grossOfRule({ lines }: Pick<Terms, 'lines'>): Cents {
  return sum(lines.map(netOf))
}

/** One that nobody counted is null to them. */
export function shownParcels({ installments }: Terms['due'], { hasNoParcels }: Facts): number | null {
  return hasNoParcels === true && installments === 1 ? null : installments
}

function netOf(line: Terms['lines'][number]) {
  const { grossCents, discountCents } = amountsOfLine(line)
  return cents(grossCents - discountCents)
}

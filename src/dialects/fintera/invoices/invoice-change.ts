// What a request asks of an invoice that is there, once it was told apart from what the invoice says already (`invoice-wishes.ts`).

import { type Cents, cents, type Decimal, decimal, decimalOf, formatBrl, multiplyToCents, sum } from '../../../core/money.ts'
import { adjustInvoice } from '../../../invoices/adjust-invoice.ts'
import { blockInvoice } from '../../../invoices/approve-invoice.ts'
import type { PlacedLine } from '../../../invoices/line-store.ts'
import type { PartInput } from '../../../invoices/manual-invoice.ts'
import { type InvoiceDetail, invoiceDetail } from '../../../invoices/read-invoice.ts'
import { type InvoiceRewriting, type RewrittenLine, rewriteInvoice } from '../../../invoices/rewrite-invoice.ts'
import { updateInvoice } from '../../../invoices/update-invoice.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Tx } from '../../../platform/db/db.ts'
import { factsOver, readDetails } from '../contracts/details.ts'
import type { Form } from '../form.ts'
import { type Facts, factsOf, saveFacts } from '../kept.ts'
import { readServices, type ServiceLine, serviceNumber } from '../rules/service-lines.ts'
import { Faulted, notThere, refuseAction } from '../words.ts'
import { readAttachments, saveAttachments } from './attachments.ts'
import { adjustmentsOf, grossOf, keptShares, PAYMENT_DIFFERENCE, type Shares, saidShares, sharesOf } from './invoice-amounts.ts'
import { billingFacts } from './invoice-facts.ts'
import {
  centsOf,
  linesFor,
  neededDay,
  notTheWhole,
  type PartsSent,
  readAccrualSent,
  readGross,
  readManagement,
  readParts,
  readPayment,
  readPaymentMethod,
  invoiceWords as words,
} from './invoice-form.ts'
import { netOf } from './invoice-net.ts'
import { baseOf, paymentMeant, type TotalsSent } from './invoice-payment.ts'
import type { Wishes } from './invoice-wishes.ts'

/** The invoice is claimed. */
export async function changeInvoice(tx: Tx, ctx: Ctx, form: Form, before: InvoiceDetail, wishes: Wishes): Promise<void> {
  const { invoice } = before
  const { id } = invoice
  const facts = await factsOf(tx, 'invoice', id)
  const description = form.needed('description', false, 2000)
  form.needed('nfe_body', false, 5000)
  const issueOn = neededDay(form, 'issue_date', false)
  const movesIssue = issueOn !== undefined && issueOn !== (invoice.issueOn ?? invoice.estimatedIssueOn)
  const gross = readGross(form)
  const payment = readPayment(form)
  const standing = sharesOf({ ...before, facts })
  const sentParts = readParts(form, partsBefore(before, standing), false)
  const { competence, hasNoAccrual } = readAccrualSent(form, false)
  const management = readManagement(form, before.details?.emailTemplateId)
  if (management !== null && (management === 'automatic') !== (invoice.management === 'automatic')) {
    form.fault('management_type', 'não pode ser alterado')
  }
  const { organizationId, paymentMethod: methodBefore } = invoice
  const paymentMethod = readPaymentMethod(form) ?? methodBefore
  const details = await readDetails(tx, form, { organizationId, before: before.details, paymentMethod })
  const attachments = readAttachments(form, before.attachments)
  const isOfRule = invoice.ruleId !== null
  const lines = isOfRule ? undefined : readLines(form, before, { facts, gross, description })
  const whole = lines === undefined ? grossOf(before) : cents(sum(lines.map(worthOf)) + adjustmentsOf(before))
  const parts = wishes.hasPercents ? fitting(sentParts, whole) : sentParts
  if (isOfRule) refuseOfRule(form, before, { movesIssue, parts })
  form.refuseIfAny(words)

  let now = before
  const isWorthElse = whole !== grossOf(before)
  // A difference of the amounts before must not stand in the way of lower ones.
  if (isWorthElse) now = await settlePayment(tx, ctx, id, undefined)
  if (!isOfRule && (lines || movesIssue || parts)) {
    const asked = partsAsked(parts, standing, before, lines !== undefined)
    const rewriting = { lines, ...asked, issueOn: movesIssue ? issueOn : undefined }
    now = await rewriteInvoice(ctx, id, now.invoice.version, rewriting)
    if (parts?.by === 'grosses' && sum(parts.parts.map(({ grossCents }) => grossCents)) !== grossOf(now)) {
      throw new Faulted(words.shape, [{ field: 'receivables', text: notTheWhole }])
    }
  }
  if (payment !== undefined) now = await payAsSaid(tx, ctx, id, { payment, gross: wishes.gross })
  const changesAmounts = lines !== undefined || payment !== undefined
  const shares = { ...facts, ...factsOfParts(now, parts, changesAmounts ? standing : null) }
  const saysShares = parts !== undefined && parts.by !== 'days'
  // Otherwise what is kept may be older than what stands.
  if (!isOfRule && (changesAmounts || saysShares)) now = await splitAsSaid(ctx, now, shares)
  const dueOns = isOfRule ? parts?.parts.map(({ dueOn }) => dueOn) : undefined
  const isOtherMonth = competence !== undefined && competence !== invoice.competence
  const isPaidAnew = paymentMethod !== methodBefore
  if (description !== undefined || isOtherMonth || dueOns || isPaidAnew || details.input) {
    await updateInvoice(ctx, id, now.invoice.version, {
      ...(description !== undefined && { description }),
      ...(isOtherMonth && { competence }),
      ...(dueOns && { dueOns }),
      ...(isPaidAnew && { paymentMethod }),
      ...(details.input && { details: details.input }),
    })
  }
  await saveAttachments(ctx, id, attachments)
  await saveFacts(tx, 'invoice', id, facts, {
    ...factsOver(billingFacts(form, shares), details.kept),
    ...factsOfHead(form, gross == null ? gross : decimalOf(cents(Math.max(0, centsOf(gross) - adjustmentsOf(before))))),
    ...(hasNoAccrual !== undefined && { hasNoAccrual }),
  })
}

/** What was said, to be heard again where it is not what is reckoned; of a gross value what is none of its adjustments. */
export function factsOfHead(form: Form, gross: Decimal | null | undefined): Facts {
  const estimated = form.day('estimated_issue_date')
  return { ...(gross != null && { gross_value: gross }), ...(estimated !== undefined && { estimated }) }
}

// --- Lines ---

const ofRule = 'não pode ser alterado num faturamento que veio de uma regra: altere a regra'

/** A rule made its amounts: what goes beside them may be changed, and when they fall due, and how much of them is to be paid. */
function refuseOfRule(
  form: Form,
  { invoice, lines }: InvoiceDetail,
  { movesIssue, parts }: { movesIssue: boolean; parts: PartsSent | undefined },
): void {
  const known = new Set(lines.map(({ position }) => serviceNumber(invoice.id, position)))
  const services = form.children('services') ?? []
  for (const id of services.map(service => service.whole('id'))) if (id != null && !known.has(id)) notThere()
  if (services.length > 0) form.fault('services', ofRule)
  if (form.decimal('gross_value') != null) form.fault('gross_value', ofRule)
  if (movesIssue) form.fault('issue_date', ofRule)
  if (parts !== undefined && parts.by !== 'days') {
    form.fault('receivables', 'só podem ter outro vencimento num faturamento que veio de uma regra: altere a regra')
  }
}

interface LinesAsked {
  facts: Facts
  gross: Decimal | null | undefined
  description: string | undefined
}

/** Undefined: they stay. */
function readLines(form: Form, before: InvoiceDetail, { facts, gross, description }: LinesAsked) {
  const { invoice, lines } = before
  const manual = lines.flatMap(({ source, position, serviceItemId, description, quantity, unitPrice }): ServiceLine[] =>
    source === 'manual' && serviceItemId !== null ? [{ position, serviceItemId, description, quantity, unitPrice }] : [],
  )
  const sent = form.children('services')
  if (sent === undefined && gross == null) return undefined
  const adjustments = new Set(
    lines.flatMap(({ source, position }) => (source === 'manual' ? [] : serviceNumber(invoice.id, position))),
  )
  const [fixed = [], own = []] = [true, false].map(isFixed =>
    (sent ?? []).filter(service => adjustments.has(service.whole('id') ?? 0) === isFixed),
  )
  if (fixed.length > 0) form.fault('services', 'não pode ser alterado: é um ajuste do valor do faturamento')
  // Theirs know no discount of a service: it stands in what the service comes to, and stays with it.
  const discounts = new Map(
    lines.flatMap(({ position, discountCents }) => (discountCents > 0 ? [[position, discountCents]] : [])),
  )
  const services = readServices(own, manual, position => serviceNumber(invoice.id, position)).map(service => {
    const discountCents = discounts.get(service.position ?? 0)
    return discountCents === undefined ? service : { ...service, discountCents }
  })
  const adjusted = adjustmentsOf(before)
  const unadjusted = gross == null ? null : cents(centsOf(gross) - adjusted)
  if (unadjusted !== null && unadjusted < 0 && services.length === 0) {
    form.fault('gross_value', `Há acréscimos de ${formatBrl(adjusted)} neste faturamento, que fazem parte do valor bruto.`)
  }
  const said = typeof facts.gross_value === 'string' ? decimal(facts.gross_value) : decimalOf(cents(grossOf(before) - adjusted))
  const stored = unadjusted === null ? said : decimalOf(unadjusted)
  const asked = linesFor(form, services, stored, description ?? invoice.description ?? '')
  const beside = lines.filter(({ source, serviceItemId }) => source === 'manual' && serviceItemId === null)
  // The line of the gross value goes on as what it was; what somebody put beside services, which theirs does not know, stays there.
  const after =
    services.length === 0
      ? asked.map(line => ({ ...line, ...(beside[0] && { position: beside[0].position }) }))
      : [...asked, ...(manual.length === 0 ? [] : beside.map(asAsked))]
  const standing = lines.filter(({ source }) => source === 'manual').map(asAsked)
  return areSame(after, standing) ? undefined : after
}

function asAsked({ position, serviceItemId, description, quantity, unitPrice, discountCents }: PlacedLine): RewrittenLine {
  return { position, serviceItemId, description, quantity, unitPrice, ...(discountCents > 0 && { discountCents }) }
}

/** Written again, lines that stand would be split again too, and a cent might go elsewhere. */
function areSame(lines: readonly RewrittenLine[], standing: readonly RewrittenLine[]): boolean {
  const textOf = (line: RewrittenLine) =>
    JSON.stringify([
      line.position,
      line.serviceItemId ?? null,
      line.description,
      line.quantity ?? '1',
      line.unitPrice,
      line.discountCents ?? 0,
    ])
  const texts = new Set(standing.map(textOf))
  return lines.length === standing.length && lines.every(line => texts.has(textOf(line)))
}

function worthOf({ quantity, unitPrice, discountCents }: RewrittenLine): Cents {
  return cents(multiplyToCents(quantity ?? decimal('1'), unitPrice ?? decimal('0')) - (discountCents ?? 0))
}

// --- Parts ---

/** Without the grosses that a whole answer carried along and that are not the parts of what the services come to any more. */
function fitting(sent: PartsSent | undefined, whole: Cents): PartsSent | undefined {
  if (sent?.by !== 'grosses' || sum(sent.parts.map(({ grossCents }) => grossCents)) === whole) return sent
  return { by: 'days', parts: sent.parts.map(({ grossCents: _, ...part }) => part) }
}

function partsBefore({ receivables }: InvoiceDetail, { shares }: Shares) {
  return receivables.map(({ id, dueOn }, i) => ({
    id,
    dueOn,
    percent: shares[i]?.percent ?? '0',
    grossCents: shares[i]?.grossCents ?? cents(0),
  }))
}

/** Of a new invoice the gross value is all that is asked for yet. */
export function asParts(sent: PartsSent): PartInput[] {
  if (sent.by === 'grosses') return sent.parts.map(({ grossCents, ...part }) => ({ ...part, amountCents: grossCents }))
  return sent.by === 'percents' ? sent.parts : []
}

/** How they are split from now on: as is said, else as was said, else as they were. */
function partsAsked(
  sent: PartsSent | undefined,
  { by, shares }: Shares,
  { receivables }: InvoiceDetail,
  hasOtherLines: boolean,
): Pick<InvoiceRewriting, 'receivables' | 'weighed'> {
  if (sent?.by === 'percents') return { receivables: sent.parts }
  if (sent?.by === 'grosses') {
    return { weighed: sent.parts.map(({ grossCents, ...part }) => ({ ...part, weightCents: grossCents })) }
  }
  const parts = sent?.parts ?? receivables.map(({ id, dueOn }) => ({ id, dueOn }))
  if (hasOtherLines && by === 'percents') {
    return { receivables: parts.map((part, i) => ({ ...part, percent: decimal(shares[i]?.percent ?? '0') })) }
  }
  const weights = hasOtherLines ? shares.map(({ grossCents }) => grossCents) : receivables.map(({ amountCents }) => amountCents)
  return { weighed: parts.map((part, i) => ({ ...part, weightCents: weights[i] ?? cents(0) })) }
}

/** What is kept of the parts by the ids that they have now. `before` is what they were, where only the amount has changed. */
export function factsOfParts({ receivables }: InvoiceDetail, sent: PartsSent | undefined, before: Shares | null = null): Facts {
  if (sent?.by === 'percents') return keptShares(receivables, { percents: sent.parts.map(({ percent }) => percent) })
  if (sent?.by === 'grosses') return keptShares(receivables, { grosses: sent.parts.map(({ grossCents }) => grossCents) })
  if (before?.by !== 'amounts' || before.shares.length !== receivables.length) return {}
  return keptShares(receivables, { grosses: before.shares.map(({ grossCents }) => grossCents) })
}

/** An amount that became small, or nothing, for a while tells no more in which proportion it was split: what was said does. */
async function splitAsSaid(ctx: Ctx, now: InvoiceDetail, facts: Facts): Promise<InvoiceDetail> {
  const { invoice, receivables } = now
  const said = saidShares(facts, receivables, grossOf(now))
  if (said === null || sharesOf({ ...now, facts }).by !== 'amounts') return now
  const weighed = receivables.map(({ id, dueOn }, i) => ({ id, dueOn, weightCents: said.grosses[i] ?? cents(0) }))
  return rewriteInvoice(ctx, invoice.id, invoice.version, { weighed })
}

// --- Payment ---

const NOTHING = 'Valor a receber zero'

/** What is said to be paid is what will be answered, taxes withheld. */
export async function payAsSaid(tx: Tx, ctx: Ctx, id: number, totals: TotalsSent, isApproved = false): Promise<InvoiceDetail> {
  const detail = await invoiceDetail(tx, ctx, id)
  const meant = paymentMeant(totals, grossOf(detail), await netOf(tx, detail))
  return meant === undefined ? detail : settlePayment(tx, ctx, id, meant, isApproved)
}

/**
 * What is to be paid, if it was said and is less than the services come to: a discount takes the difference away, so that no more is asked
 * for. Where it is said no more, the difference is given back. What would go out by itself with nothing to be paid waits for a person, who
 * may not have meant that; unless the same request approves it.
 */
async function settlePayment(
  tx: Tx,
  ctx: Ctx,
  id: number,
  payment: Cents | undefined,
  isApproved = false,
): Promise<InvoiceDetail> {
  const detail = await invoiceDetail(tx, ctx, id)
  const { invoice } = detail
  const whole = grossOf(detail)
  const netAt = await netOf(tx, detail)
  const most = netAt(whole)
  if (payment !== undefined && payment > most) refuseAction(most === whole ? tooMuch : tooMuchTaxed)
  if (payment === invoice.netCents) return detail
  const target = payment === undefined ? whole : baseOf(payment, whole, netAt)
  const before = cents(invoice.netCents + invoice.withheldCents)
  if (target === before) return detail
  const isDiscount = target < before
  const adjusted = await adjustInvoice(ctx, {
    invoiceId: id,
    kind: isDiscount ? 'discount' : 'surcharge',
    amountCents: cents(Math.abs(before - target)),
    reason: PAYMENT_DIFFERENCE,
  })
  const waits = target === 0 && invoice.management === 'automatic' && !isApproved
  return waits ? blockInvoice(ctx, id, NOTHING) : adjusted
}

const tooMuch = 'O valor a receber não pode ser maior que o valor bruto.'
const tooMuchTaxed = 'O valor a receber não pode ser maior que o valor bruto menos os impostos retidos.'

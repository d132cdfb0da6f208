import type { InvoiceTemplate } from '../../contracts/templates/invoice-template.ts'
import type { KnownTemplate } from '../../contracts/templates/override.ts'
import { showId } from '../../core/ids.ts'
import { type Cents, cents, type Decimal, decimal, decimalOf, multiplyToCents } from '../../core/money.ts'
import { adjustInvoice } from '../../invoices/adjust-invoice.ts'
import { approveInvoice, blockInvoice } from '../../invoices/approve-invoice.ts'
import { claimInvoice } from '../../invoices/claim.ts'
import { createInvoice } from '../../invoices/create-invoice.ts'
import type { Invoice } from '../../invoices/invoice.ts'
import { invoiceOf } from '../../invoices/invoice-store.ts'
import type { InvoiceDetail } from '../../invoices/read-invoice.ts'
import { invoiceDetail } from '../../invoices/read-invoice.ts'
import { deleteInvoice } from '../../invoices/release-invoice.ts'
import { type RewrittenPart, rewriteInvoice } from '../../invoices/rewrite-invoice.ts'
import { updateInvoice } from '../../invoices/update-invoice.ts'
import { calendarOf } from '../../organizations/calendar.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { Operation } from '../dialect.ts'
import { MOST_BODY_BYTES, readAttachments, saveAttachments } from './attachments.ts'
import { contractAt } from './contracts.ts'
import { factsOver, readDetails } from './details.ts'
import { Form } from './form.ts'
import { billingFacts } from './invoice-facts.ts'
import {
  linesFor,
  neededDay,
  type PartsSent,
  readAccrualSent,
  readChoice,
  readGross,
  readManagement,
  readParts,
  readPayment,
  readPaymentMethod,
  invoiceWords as words,
} from './invoice-form.ts'
import { grossOf, invoiceFiles, PAYMENT_DIFFERENCE, type Showing, sharesOf, showInvoice } from './invoice-view.ts'
import { type Facts, factsOf, saveFacts } from './kept.ts'
import { readServices, type ServiceLine, undescribedIn } from './service-lines.ts'
import { readLinesOver } from './templates/overrides.ts'
import { factsOfTemplate, readOfTemplate } from './templates/template-sent.ts'
import { readNumber } from './values.ts'
import { notThere, refuseAction, type Words } from './words.ts'

const writes = { needs: ['invoices:write'], words } as const

const at = '/api/v1/contracts/:contract/invoices' as const

export const invoiceOperations: readonly Operation<Words>[] = [
  {
    ...writes,
    name: 'create-invoice',
    maxBytes: MOST_BODY_BYTES,
    at: [`POST ${at}`],
    run: (ctx, { body, params, origin }) =>
      ctx.transact(async tx => {
        const contract = await contractAt(tx, params.contract)
        const { organizationId } = contract
        const { form, template } = await readOfTemplate(tx, body, { wrapper: 'invoice', organizationId, words })
        const sentMethod = readPaymentMethod(form)
        const paymentMethod = sentMethod ?? template?.template.paymentMethod ?? 'boleto'
        const details = await readDetails(tx, form, { organizationId, before: template?.details ?? null, paymentMethod })
        const attachments = readAttachments(form, [])
        const read = readNew(form, template)
        const input = { ...read.input, ...(sentMethod && { paymentMethod: sentMethod }), details: details.input }
        const { invoice, lines } = await createInvoice(ctx, { contractId: contract.id, ...input })
        await settlePayment(tx, ctx, invoice.id, read.payment)
        await saveAttachments(ctx, invoice.id, attachments)
        const made = await invoiceDetail(tx, ctx, invoice.id)
        const before = template === null ? {} : await factsOfTemplate(tx, template)
        const kept = { ...billingFacts(form, before), ...details.kept, ...read.facts, ...undescribedIn(lines, read.undescribed) }
        await saveFacts(tx, 'invoice', invoice.id, {}, { ...kept, ...percentsOf(made, read.parts) })
        return {
          status: 201,
          body: { invoice: await shown(tx, invoice.id, { showing: 'made', origin }) },
          about: showId('customer', contract.customerId),
        }
      }),
  },
  {
    ...writes,
    name: 'update-invoice',
    maxBytes: MOST_BODY_BYTES,
    at: [`PATCH ${at}/:id`, `PUT ${at}/:id`],
    run: (ctx, { body, params, origin }) =>
      ctx.transact(async tx => {
        const { id, customerId } = await invoiceAt(tx, params)
        await claimInvoice(tx, ctx, id)
        const form = Form.of(body, 'invoice')
        await change(tx, ctx, form, await invoiceDetail(tx, ctx, id))
        const invoice = await shown(tx, id, { showing: 'found', origin })
        return { status: 200, body: { invoice }, about: showId('customer', customerId) }
      }),
  },
  {
    ...writes,
    name: 'delete-invoice',
    at: [`DELETE ${at}/:id`],
    words: { shape: 'action', texts: { invoice_state: 'O faturamento não pode ser excluído.' } },
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const { id } = await invoiceAt(tx, params)
        const claim = await claimInvoice(tx, ctx, id, { withLedger: true })
        await deleteInvoice(ctx, id, claim.dossier.invoice.version, null)
        return { status: 204 }
      }),
  },
  {
    ...writes,
    name: 'approve-invoice',
    at: [`PATCH ${at}/:id/approve`, `PUT ${at}/:id/approve`],
    words: { shape: 'action' },
    run: (ctx, { params, origin }) =>
      ctx.transact(async tx => {
        const { id } = await invoiceAt(tx, params)
        const { invoice, receivables } = (await claimInvoice(tx, ctx, id)).dossier
        if (invoice.state !== 'to_emit' || invoice.approval === 'approved') refuseAction('O faturamento não pode ser aprovado.')
        const { today } = await calendarOf(tx, ctx.clock.now(), invoice.organizationId)
        // A day that has passed cannot be that of the issue any more. What a rule made keeps its own.
        const isPast = invoice.estimatedIssueOn < today && invoice.ruleId === null
        if (isPast && receivables.every(({ dueOn }) => dueOn >= today)) {
          await rewriteInvoice(ctx, id, invoice.version, { issueOn: today })
        }
        await approveInvoice(ctx, id)
        return { status: 200, body: { invoice: await shown(tx, id, { showing: 'found', origin }) }, wakes: true }
      }),
  },
  {
    ...writes,
    name: 'block-invoice',
    at: [`PATCH ${at}/:id/block`, `PUT ${at}/:id/block`],
    words: { shape: 'action' },
    run: (ctx, { params, origin }) =>
      ctx.transact(async tx => {
        const { id } = await invoiceAt(tx, params)
        const { invoice } = (await claimInvoice(tx, ctx, id)).dossier
        if (invoice.state !== 'to_emit' || invoice.approval === 'blocked') refuseAction('O faturamento não pode ser bloqueado.')
        await blockInvoice(ctx, id, null)
        return { status: 200, body: { invoice: await shown(tx, id, { showing: 'found', origin }) } }
      }),
  },
]

// --- Finding ---

/** The invoice of the contract that the path names. */
export async function invoiceAt(tx: Reader, params: Readonly<Record<string, string>>): Promise<Invoice> {
  const contract = await contractAt(tx, params.contract)
  const invoice = await invoiceOf(tx, readNumber(params.id) ?? 0)
  return invoice === null || invoice.contractId !== contract.id || isGone(invoice) ? notThere() : invoice
}

/** Deleted before it was issued: with us it stays, cancelled and released in one moment. */
export function isGone({ state, cancelledFrom, cancelledAt, releasedAt }: Invoice): boolean {
  return state === 'cancelled' && cancelledFrom === 'to_emit' && releasedAt !== null && releasedAt === cancelledAt
}

async function shown(tx: Reader, id: number, { showing, origin }: { showing: Showing; origin: string }) {
  const invoice = (await invoiceOf(tx, id)) ?? notThere()
  const [file] = await invoiceFiles(tx, [invoice], origin)
  return file ? showInvoice(file, showing) : notThere()
}

// --- Making ---

/** Whole, or what differs from a template and what a template does not say. */
function readNew(form: Form, known: KnownTemplate | null) {
  const template = known?.template ?? null
  const description = form.needed('description', template?.description == null, 2000) ?? template?.description ?? ''
  form.needed('nfe_body', known?.details?.nfseBody == null, 5000)
  const issueOn = neededDay(form, 'issue_date', true)
  const gross = readGross(form) ?? (template?.grossCents == null ? null : decimal(decimalOf(template.grossCents)))
  const payment = readPayment(form)
  // A template may say when things fall due; an empty list says nothing.
  const isDueByTemplate = template?.due != null && (form.children('receivables') ?? []).length === 0
  const parts = isDueByTemplate ? undefined : readParts(form, [], true)
  const { competence, hasNoAccrual } = readAccrualSent(form, template === null)
  const { lines, undescribed } = readNewLines(form, template, gross, description)
  const management = readManagement(form, known?.details?.emailTemplateId)
  const approval = readChoice(form, 'approval_status', ['approved', 'blocked'])
  form.refuseIfAny(words)
  return {
    input: {
      ...(template && { templateId: template.id }),
      lines,
      ...(!isDueByTemplate && { receivables: parts?.parts ?? [] }),
      description,
      ...(issueOn && { issueOn }),
      ...(competence && { competence }),
      ...(management && { management }),
      ...(approval && { approval }),
    },
    parts,
    payment,
    undescribed,
    facts: { ...factsOfAmounts(form, gross, payment), ...(hasNoAccrual && { hasNoAccrual }) },
  }
}

function readNewLines(form: Form, template: InvoiceTemplate | null, gross: Decimal | null, description: string) {
  if (template === null) {
    const services = readServices(form.children('services') ?? [], [], 0)
    return { lines: linesFor(form, services, gross, description), undescribed: [] }
  }
  const { wishes, count, undescribed } = readLinesOver(form, template)
  return { lines: count > 0 ? wishes : [...wishes, ...linesFor(form, [], gross, description)], undescribed }
}

/** What was said of amounts, to be heard again where it is not what is reckoned. */
function factsOfAmounts(form: Form, gross: Decimal | null | undefined, payment: Decimal | undefined): Facts {
  const estimated = form.day('estimated_issue_date')
  return {
    ...(gross != null && { gross_value: gross }),
    ...(payment !== undefined && { saysNothingToPay: payment === '0' }),
    ...(estimated !== undefined && { estimated }),
  }
}

/** By the ids that the receivables have now. */
function percentsOf({ receivables }: InvoiceDetail, sent: PartsSent | undefined): Facts {
  if (sent === undefined) return {}
  const said = receivables.flatMap(({ id }, i) => {
    const percent = sent.percents[i]
    return percent == null ? [] : [[id, percent] as const]
  })
  return { percents: Object.fromEntries(said) }
}

/**
 * What is to be paid, if it was said and is less than the services come to: a discount takes the difference away, so that no more is asked
 * for. Where it is said no more, the difference is given back.
 */
async function settlePayment(tx: Tx, ctx: Ctx, id: number, payment: Decimal | undefined): Promise<void> {
  const detail = await invoiceDetail(tx, ctx, id)
  const whole = grossOf(detail)
  const isSaid = payment !== undefined && payment !== '0'
  const target = isSaid ? multiplyToCents(decimal('1'), payment) : whole
  if (target > whole || target < 0) refuseAction('O valor a receber não pode ser maior que o valor bruto.')
  const paid = cents(detail.invoice.netCents + detail.invoice.withheldCents)
  if (target === paid) return
  const isDiscount = target < paid
  const difference = cents(isDiscount ? paid - target : target - paid)
  await adjustInvoice(ctx, {
    invoiceId: id,
    kind: isDiscount ? 'discount' : 'surcharge',
    amountCents: difference,
    reason: PAYMENT_DIFFERENCE,
  })
}

// --- Changing ---

async function change(tx: Tx, ctx: Ctx, form: Form, before: InvoiceDetail): Promise<void> {
  const { invoice } = before
  const facts = await factsOf(tx, 'invoice', invoice.id)
  const description = form.needed('description', false, 2000)
  form.needed('nfe_body', false, 5000)
  const issueOn = neededDay(form, 'issue_date', false)
  const gross = readGross(form)
  const payment = readPayment(form)
  const sentServices = form.children('services')
  const shares = sharesOf({ invoice, facts, lines: before.lines, receivables: before.receivables })
  const asked = before.receivables.map(({ id, dueOn }, i) => ({ id, dueOn, percent: shares[i]?.percent ?? '0' }))
  const parts = readParts(form, asked, false)
  const accrual = readAccrualSent(form, false)
  const management = readManagement(form, before.details?.emailTemplateId)
  if (management !== null && (management === 'automatic') !== (invoice.management === 'automatic')) {
    form.fault('management_type', 'não pode ser alterado')
  }
  const { organizationId, paymentMethod: methodBefore } = invoice
  const paymentMethod = readPaymentMethod(form) ?? methodBefore
  const details = await readDetails(tx, form, { organizationId, before: before.details, paymentMethod })
  const attachments = readAttachments(form, before.attachments)
  const services = sentServices && readServices(sentServices, servicesBefore(before), invoice.id)
  const saysAmounts = services !== undefined || gross !== undefined
  const stored = gross ?? (typeof facts.gross_value === 'string' ? decimal(facts.gross_value) : wholeBefore(before))
  const lines = saysAmounts
    ? linesFor(
        form,
        services ?? readServices([], servicesBefore(before), invoice.id),
        stored,
        description ?? invoice.description ?? '',
      )
    : undefined
  form.refuseIfAny(words)

  let { version } = invoice
  const movesIssue = issueOn !== undefined && issueOn !== (invoice.issueOn ?? invoice.estimatedIssueOn)
  const dueOns = invoice.ruleId === null || parts === undefined ? undefined : daysAlone(before, parts)
  if (lines || movesIssue || (parts && dueOns === undefined)) {
    const rewriting = { lines, receivables: parts?.parts, issueOn: movesIssue ? issueOn : undefined }
    ;({ version } = (await rewriteInvoice(ctx, invoice.id, version, rewriting)).invoice)
  }
  if (saysAmounts || payment !== undefined) {
    await settlePayment(tx, ctx, invoice.id, payment)
    ;({ version } = (await invoiceDetail(tx, ctx, invoice.id)).invoice)
  }
  const { competence } = accrual
  const isPaidAnew = paymentMethod !== methodBefore
  if (description !== undefined || competence || dueOns || isPaidAnew || details.input) {
    await updateInvoice(ctx, invoice.id, version, {
      ...(description !== undefined && { description }),
      ...(competence && { competence }),
      ...(dueOns && { dueOns }),
      ...(isPaidAnew && { paymentMethod }),
      ...(details.input && { details: details.input }),
    })
  }
  await saveAttachments(ctx, invoice.id, attachments)
  const after = await invoiceDetail(tx, ctx, invoice.id)
  await saveFacts(tx, 'invoice', invoice.id, facts, {
    ...factsOver(billingFacts(form, facts), details.kept),
    ...(saysAmounts && { saysNothingToPay: false }),
    ...factsOfAmounts(form, gross, payment),
    ...(accrual.hasNoAccrual !== undefined && { hasNoAccrual: accrual.hasNoAccrual }),
    ...percentsOf(after, parts),
  })
}

/** The due dates, where nothing else of what a rule split is to change. */
function daysAlone({ receivables }: InvoiceDetail, { parts }: PartsSent) {
  const isSame = parts.length === receivables.length && parts.every(({ id }, i) => id === receivables[i]?.id)
  return isSame ? parts.map(({ dueOn }: RewrittenPart) => dueOn) : undefined
}

function servicesBefore({ lines }: InvoiceDetail): ServiceLine[] {
  return lines.flatMap(({ source, position, serviceItemId, description, quantity, unitPrice }) =>
    source === 'manual' && serviceItemId !== null ? [{ position, serviceItemId, description, quantity, unitPrice }] : [],
  )
}

function wholeBefore(detail: InvoiceDetail): Decimal {
  const whole: Cents = grossOf(detail)
  return decimalOf(whole)
}

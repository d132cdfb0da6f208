import type { InvoiceTemplate } from '../../../contracts/templates/invoice-template.ts'
import type { KnownTemplate } from '../../../contracts/templates/override.ts'
import { showId } from '../../../core/ids.ts'
import { type Decimal, decimal, decimalOf } from '../../../core/money.ts'
import { approveInvoice, blockInvoice } from '../../../invoices/approve-invoice.ts'
import { claimInvoice } from '../../../invoices/claim.ts'
import { createInvoice } from '../../../invoices/create-invoice.ts'
import type { Invoice } from '../../../invoices/invoice.ts'
import { invoiceOf } from '../../../invoices/invoice-store.ts'
import { invoiceDetail } from '../../../invoices/read-invoice.ts'
import { deleteInvoice } from '../../../invoices/release-invoice.ts'
import { rewriteInvoice } from '../../../invoices/rewrite-invoice.ts'
import { calendarOf } from '../../../organizations/calendar.ts'
import type { Reader } from '../../../platform/db/db.ts'
import type { Operation } from '../../dialect.ts'
import { contractAt } from '../contracts/contracts.ts'
import { readDetails } from '../contracts/details.ts'
import { Form } from '../form.ts'
import { saveFacts } from '../kept.ts'
import { readNewServices, serviceNumber, undescribedIn } from '../rules/service-lines.ts'
import { readLinesOver } from '../templates/overrides.ts'
import { factsOfTemplate, readOfTemplate } from '../templates/template-sent.ts'
import { readNumber } from '../values.ts'
import { notThere, refuseAction, type Words } from '../words.ts'
import { MOST_BODY_BYTES, readAttachments, saveAttachments } from './attachments.ts'
import { asParts, changeInvoice, factsOfHead, factsOfParts, payAsSaid } from './invoice-change.ts'
import { billingFacts } from './invoice-facts.ts'
import {
  centsOf,
  linesFor,
  neededDay,
  readAccrualSent,
  readChoice,
  readGross,
  readManagement,
  readParts,
  readPayment,
  readPaymentMethod,
  invoiceWords as words,
} from './invoice-form.ts'
import { netOf } from './invoice-net.ts'
import { invoiceFiles, type Showing, showInvoice } from './invoice-view.ts'
import { type Answered, wishesIn } from './invoice-wishes.ts'

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
        await payAsSaid(tx, ctx, invoice.id, read.totals, read.input.approval === 'approved')
        await saveAttachments(ctx, invoice.id, attachments)
        const made = await invoiceDetail(tx, ctx, invoice.id)
        const before = template === null ? {} : await factsOfTemplate(tx, template)
        const kept = { ...billingFacts(form, before), ...details.kept, ...read.facts, ...undescribedIn(lines, read.undescribed) }
        await saveFacts(tx, 'invoice', invoice.id, {}, { ...kept, ...factsOfParts(made, read.parts) })
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
        Form.of(body, 'invoice').refuseIfAny(words)
        const before = await invoiceDetail(tx, ctx, id)
        const wishes = wishesIn(body, await answered(tx, id, origin), await netOf(tx, before))
        if (Object.keys(wishes.fields).length > 0) {
          await changeInvoice(tx, ctx, Form.of({ invoice: wishes.fields }, 'invoice'), before, wishes)
        }
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

/** All that any answer says of it, with the services that stand behind. */
async function answered(tx: Reader, id: number, origin: string): Promise<Answered> {
  const [file] = await invoiceFiles(tx, [(await invoiceOf(tx, id)) ?? notThere()], origin)
  if (file === undefined) return notThere()
  const shown = { ...showInvoice(file, 'made'), ...showInvoice(file, 'found') }
  const items = new Map(file.lines.map(line => [serviceNumber(id, line.position), line.serviceItemId]))
  return { ...shown, services: shown.services.map(service => ({ ...service, service_item_id: items.get(service.id) })) }
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
      ...(!isDueByTemplate && { receivables: parts === undefined ? [] : asParts(parts) }),
      description,
      ...(issueOn && { issueOn }),
      ...(competence && { competence }),
      ...(management && { management }),
      ...(approval && { approval }),
    },
    parts,
    totals: { payment, gross: gross === null ? null : centsOf(gross) },
    undescribed,
    facts: { ...factsOfHead(form, gross), ...(hasNoAccrual && { hasNoAccrual }) },
  }
}

function readNewLines(form: Form, template: InvoiceTemplate | null, gross: Decimal | null, description: string) {
  if (template === null) {
    const services = readNewServices(form.children('services') ?? [])
    return { lines: linesFor(form, services, gross, description), undescribed: [] }
  }
  const { wishes, count, undescribed } = readLinesOver(form, template)
  return { lines: count > 0 ? wishes : [...wishes, ...linesFor(form, [], gross, description)], undescribed }
}

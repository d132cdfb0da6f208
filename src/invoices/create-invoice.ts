import { bindReferences } from '../catalog/references/bind-references.ts'
import { bindServiceItems } from '../catalog/service-item-store.ts'
import type { Contract } from '../contracts/contract.ts'
import { lockContract } from '../contracts/contract-store.ts'
import { type BillingDetails, judgeValues } from '../contracts/details/billing-details.ts'
import { addDetails, judgeDetails } from '../contracts/details/say-details.ts'
import { categoriesNamed } from '../contracts/rules/line-categories.ts'
import { bindTemplate } from '../contracts/templates/bind-template.ts'
import { takeWithholdings } from '../contracts/withholding/take-withholdings.ts'
import { found } from '../core/current.ts'
import { firstDayOfMonth, monthOf } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import type { Cents } from '../core/money.ts'
import { refuse } from '../core/refusal.ts'
import { calendarOf } from '../organizations/calendar.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { insertInvoices, insertLines, insertWithholdings } from './bulk-store.ts'
import { chargedBy, type Invoice } from './invoice.ts'
import { type InvoiceWish, invoiceFromTemplate } from './invoice-from-template.ts'
import { nextFactSeq, rememberTemplate } from './invoice-store.ts'
import { type DraftInvoice, readInvoiceInput, servicesNamed } from './manual-invoice.ts'
import { type InvoiceDetail, invoiceDetail } from './read-invoice.ts'
import { bindKnownCustomer } from './require-parties.ts'
import { entryOf } from './save-changes.ts'
import { addReceivables } from './save-resplit.ts'

/**
 * Makes an invoice of a contract by hand, beside its rules: lines, due dates and their parts are given, or come of a template. Due dates
 * that a template's rule makes are fixed like given ones. It closes no period.
 */
export function createInvoice(ctx: Ctx, wish: InvoiceWish): Promise<InvoiceDetail> {
  return ctx.transact(async tx => {
    const contract = await billableContract(tx, wish.contractId)
    const { organizationId } = contract
    const days = await calendarOf(tx, ctx.clock.now(), organizationId)
    const collected = new Faults()
    const template = await bindTemplate(tx, wish.templateId, organizationId, collected)
    const { input: asked, templateId, placeOf } = invoiceFromTemplate(template, wish, days, collected)
    const faults = collected.placedBy(placeOf)
    const input = await takeWithholdings(tx, contract, asked, '', faults)
    const services = await bindServiceItems(tx, servicesNamed(input.lines))
    const saying = { organizationId, before: null, input: input.details, paymentMethod: input.paymentMethod ?? 'boleto' }
    const details = await judgeDetails(tx, saying, '/details', faults)
    await bindReferences(tx, organizationId, categoriesNamed(input.lines, '/lines'), faults)
    const draft = readInvoiceInput(input, services, days.today, faults)
    refuseOtherTotal(wish, chargedBy(draft.amounts))
    const [said = null] = await addDetails(tx, ctx, [details])
    const invoice = await saveDraft(tx, ctx, contract, draft, said, templateId)
    return invoiceDetail(tx, ctx, invoice.id)
  })
}

/** Shares by value that were said of this invoice are what it charges; those of a template divide whatever that is. */
function refuseOtherTotal({ details }: InvoiceWish, total: Cents): void {
  const faults = new Faults()
  if (details) judgeValues(details, total, '/details', faults)
  faults.refuseIfAny()
}

/**
 * Only sales are billed, and only to somebody whose tax id is known. A contract that is over may still have a last invoice. It is held, so
 * that it is not deleted before the invoice stands.
 */
async function billableContract(tx: Tx, id: number): Promise<Contract> {
  const contract = found(await lockContract(tx, id), 'Contrato não encontrado.')
  if (contract.kind !== 'sale') {
    refuse('not_a_sale', 'Só contratos de venda são faturados.', { path: '/contractId' })
  }
  if (contract.state === 'draft' || contract.archivedAt !== null) {
    refuse('contract_not_active', 'O contrato é um rascunho ou está arquivado.', { path: '/contractId', status: 409 })
  }
  const customer = await bindKnownCustomer(tx, contract.customerId)
  if (customer.taxId === null) {
    refuse('invalid_tax_id', 'O cliente está sem CPF ou CNPJ: complete o cadastro dele.', {
      path: '/contractId',
      details: { customerId: contract.customerId },
    })
  }
  return contract
}

async function saveDraft(
  tx: Tx,
  ctx: Ctx,
  contract: Contract,
  draft: DraftInvoice,
  details: BillingDetails | null,
  templateId: number | null,
): Promise<Invoice> {
  const plannedSeq = await nextFactSeq(tx)
  const invoice: Invoice = {
    ...draft.amounts,
    id: await takeIds(tx, 'invoice'),
    organizationId: contract.organizationId,
    customerId: contract.customerId,
    contractId: contract.id,
    ruleId: null,
    termsVersion: null,
    proration: null,
    runId: null,
    state: 'to_emit',
    approval: draft.approval,
    management: draft.management,
    emitWanted: false,
    heldBy: null,
    number: null,
    scheduledOn: draft.issueOn,
    period: null,
    competence: draft.competence ?? monthOf(draft.issueOn),
    estimatedIssueOn: draft.issueOn,
    issueOn: null,
    paymentMethod: draft.paymentMethod,
    description: draft.description,
    dueByRule: false,
    detailsId: details?.id ?? null,
    cancelReason: null,
    cancelledFrom: null,
    releasedAt: null,
    version: 1,
    createdAt: ctx.clock.now(),
    emittedAt: null,
    cancelledAt: null,
  }
  await insertInvoices(tx, ctx.account, [toRow(invoice, plannedSeq)])
  await insertLines(
    tx,
    ctx.account,
    draft.lines.map((line, i) => ({ ...line, position: i + 1, invoiceId: invoice.id })),
  )
  await insertWithholdings(
    tx,
    ctx.account,
    draft.withholdings.map(withholding => ({ ...withholding, invoiceId: invoice.id })),
  )
  const receivables = await addReceivables(tx, ctx, invoice, draft.receivables, draft.receivables.length)
  const made = entryOf({ action: 'create', invoice, receivables }, null)
  if (templateId !== null) await rememberTemplate(tx, invoice.id, templateId)
  const along = { ...(templateId !== null && { templateId }), ...(details && { details }) }
  await record(tx, ctx, [{ ...made, after: { ...made.after, ...along } }])
  return invoice
}

function toRow(invoice: Invoice, plannedSeq: number) {
  return {
    id: invoice.id,
    organization_id: invoice.organizationId,
    customer_id: invoice.customerId,
    contract_id: invoice.contractId,
    rule_id: null,
    terms_version: null,
    planned_seq: plannedSeq,
    prorated_days: null,
    prorated_of: null,
    run_id: null,
    state: invoice.state,
    approval: invoice.approval,
    management: invoice.management,
    emit_wanted: invoice.emitWanted,
    held_by: null,
    number: null,
    scheduled_on: invoice.scheduledOn,
    period_start: null,
    period_end: null,
    competence: firstDayOfMonth(invoice.competence),
    estimated_issue_on: invoice.estimatedIssueOn,
    issue_on: null,
    gross_cents: invoice.grossCents,
    discount_cents: invoice.discountCents,
    withheld_cents: invoice.withheldCents,
    net_cents: invoice.netCents,
    payment_method: invoice.paymentMethod,
    description: invoice.description,
    due_by_rule: invoice.dueByRule,
    details_id: invoice.detailsId,
    version: invoice.version,
    created_at: invoice.createdAt,
    emitted_at: null,
  }
}

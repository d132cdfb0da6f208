import { firstDayOfMonth, type Instant } from '../core/dates.ts'
import { zeroCents } from '../core/money.ts'
import type { CreditOwner } from '../customers/customer-credit-store.ts'
import type { InvoiceRow, LineRow } from '../invoices/bulk-store.ts'
import type { HistoryEntry } from '../platform/history.ts'
import type { NewReceipt } from '../receivables/receipt.ts'
import type { ReceivableRow } from '../receivables/receivable-store.ts'
import { isSettled, type MadeInvoice, type MadeReceivable, stored } from './make-invoice.ts'

/** What is received from the customer's credit at emission, and whose credit that is. */
export type SpentCredit = { owner: CreditOwner; receipt: NewReceipt }

/** The rows of invoices whose ids are known, table by table. */
export function invoiceRows(made: readonly MadeInvoice[], at: Instant) {
  return {
    invoices: made.map(one => invoiceRow(one, at)),
    lines: made.flatMap(lineRows),
    withholdings: made.flatMap(({ invoice }) =>
      invoice.plan.withholdings.map(withholding => ({ ...withholding, invoiceId: stored(invoice.id) })),
    ),
    receivables: made.flatMap(one => one.invoice.receivables.map(receivable => receivableRow(one, receivable, at))),
    credits: made.flatMap(creditsOf),
    history: made.flatMap(historyOf),
  }
}

function stateOf({ invoice }: MadeInvoice): 'to_emit' | 'to_receive' | 'received' {
  if (invoice.issueOn === null) return 'to_emit'
  return invoice.receivables.every(isSettled) ? 'received' : 'to_receive'
}

function invoiceRow(one: MadeInvoice, at: Instant): InvoiceRow {
  const { rule, invoice } = one
  const { plan, terms } = invoice
  const state = stateOf(one)
  return {
    id: stored(invoice.id),
    organization_id: rule.organizationId,
    customer_id: rule.customerId,
    contract_id: rule.contractId,
    rule_id: rule.ruleId,
    terms_version: plan.termsVersion,
    planned_seq: invoice.plannedSeq,
    prorated_days: plan.proration?.days ?? null,
    prorated_of: plan.proration?.of ?? null,
    run_id: invoice.runId,
    state,
    approval: invoice.approval,
    management: terms.management,
    emit_wanted: invoice.emitWanted,
    held_by: invoice.heldBy,
    number: invoice.number,
    scheduled_on: plan.scheduledOn,
    period_start: plan.startsOn,
    period_end: plan.endsOn,
    competence: firstDayOfMonth(plan.competence),
    estimated_issue_on: invoice.estimatedIssueOn,
    issue_on: invoice.issueOn,
    gross_cents: plan.grossCents,
    discount_cents: plan.discountCents,
    withheld_cents: plan.withheldCents,
    net_cents: plan.netCents,
    payment_method: terms.paymentMethod,
    description: terms.description,
    due_by_rule: true,
    details_id: rule.detailsId,
    version: state === 'received' ? 2 : 1,
    created_at: at,
    emitted_at: invoice.emittedAt,
  }
}

function lineRows({ invoice }: MadeInvoice): LineRow[] {
  return invoice.plan.lines.map((line, i) => ({ ...line, invoiceId: stored(invoice.id), position: i + 1 }))
}

function receivableRow({ rule, invoice }: MadeInvoice, receivable: MadeReceivable, at: Instant): ReceivableRow {
  const isReceived = invoice.issueOn !== null && isSettled(receivable)
  return {
    id: receivableId(invoice, receivable),
    invoice_id: stored(invoice.id),
    schedule_id: null,
    organization_id: rule.organizationId,
    customer_id: rule.customerId,
    contract_id: rule.contractId,
    installment: receivable.installment,
    installments: invoice.receivables.length,
    due_on: receivable.dueOn,
    amount_cents: receivable.amountCents,
    received_cents: receivable.creditCents,
    received_on: isReceived ? invoice.issueOn : null,
    state: invoice.issueOn === null ? 'to_emit' : isReceived ? 'received' : 'to_receive',
    renegotiation_id: null,
    created_at: at,
  }
}

function receivableId(invoice: MadeInvoice['invoice'], receivable: MadeReceivable): number {
  return stored(invoice.firstReceivableId) + receivable.installment - 1
}

function creditsOf({ rule, invoice }: MadeInvoice): SpentCredit[] {
  const { issueOn } = invoice
  if (issueOn === null) return []
  return invoice.receivables
    .filter(receivable => receivable.creditCents > 0)
    .map(receivable => ({
      owner: { customerId: rule.customerId, organizationId: rule.organizationId },
      receipt: {
        receivableId: receivableId(invoice, receivable),
        kind: 'credit' as const,
        amountCents: receivable.creditCents,
        surplusCents: zeroCents,
        receivedOn: issueOn,
        method: null,
        financialAccountId: null,
        note: null,
      },
    }))
}

/** One entry for what the run did, and one more where nothing remained to be received. */
function historyOf(one: MadeInvoice): HistoryEntry[] {
  const { rule, invoice, outcome } = one
  const { plan } = invoice
  const subject = { noun: 'invoice' as const, id: stored(invoice.id), version: 1 }
  const isEmitted = invoice.issueOn !== null
  const credits = creditsOf(one).map(({ receipt: { receivableId, amountCents } }) => ({ receivableId, amountCents }))
  const entry: HistoryEntry = {
    action: isEmitted ? 'emit' : 'create',
    subject,
    after: {
      ruleId: rule.ruleId,
      runId: invoice.runId,
      termsVersion: plan.termsVersion,
      period: [plan.startsOn, plan.endsOn],
      outcome,
      number: invoice.number,
      issueOn: invoice.issueOn,
      grossCents: plan.grossCents,
      discountCents: plan.discountCents,
      withheldCents: plan.withheldCents,
      netCents: plan.netCents,
      ...(credits.length > 0 && { credits }),
    },
    event: isEmitted ? 'emit' : 'create',
  }
  if (stateOf(one) !== 'received') return [entry]
  return [
    entry,
    {
      action: 'confirm_receival',
      subject: { ...subject, version: 2 },
      before: { state: 'to_receive' },
      after: { state: 'received' },
      event: 'confirm_receival',
    },
  ]
}

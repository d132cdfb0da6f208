import type { ServiceItem } from '../../../catalog/service-item.ts'
import { serviceItemsOf } from '../../../catalog/service-item-store.ts'
import { civilDate, firstDayOfMonth } from '../../../core/dates.ts'
import { cents } from '../../../core/money.ts'
import type { Customer } from '../../../customers/customer.ts'
import { customersOf } from '../../../customers/customer-store.ts'
import { attachmentsOfInvoices } from '../../../invoices/attachments/attachment-store.ts'
import { type KnownAttachment, withAddresses } from '../../../invoices/attachments/read-attachment.ts'
import type { Invoice } from '../../../invoices/invoice.ts'
import { linesOfInvoices, type PlacedLine } from '../../../invoices/line-store.ts'
import type { Organization } from '../../../organizations/organization.ts'
import { organizationsOf } from '../../../organizations/organization-store.ts'
import type { Reader } from '../../../platform/db/db.ts'
import type { Receipt } from '../../../receivables/receipt.ts'
import { receiptsOf } from '../../../receivables/receipt-store.ts'
import type { Receivable } from '../../../receivables/receivable.ts'
import { receivablesOfInvoices } from '../../../receivables/receivable-store.ts'
import { typeOfCustomer } from '../contracts/contract-view.ts'
import { detailsOver, factsOver } from '../contracts/details.ts'
import { type Facts, factsOfNouns } from '../kept.ts'
import { numberOfCustomer } from '../numbers.ts'
import { isPlainLine, serviceNumber, showDescription, showService } from '../rules/service-lines.ts'
import { showCents, showDay, showStamp, showText } from '../values.ts'
import { addressAt, showAttachment } from './attachments.ts'
import { grossOf, isService, sharesOf } from './invoice-amounts.ts'
import { showEmites, showFinance, showPayment } from './invoice-facts.ts'
import { showReceivable } from './receivable-view.ts'

/** An invoice with all that theirs say of it. */
export interface InvoiceFile {
  readonly invoice: Invoice
  readonly customer: Customer | undefined
  readonly timeZone: string
  readonly facts: Facts
  readonly lines: readonly PlacedLine[]
  readonly services: ReadonlyMap<number, ServiceItem>
  readonly receivables: readonly Receivable[]
  readonly receipts: ReadonlyMap<number, Receipt[]>
  readonly attachments: readonly KnownAttachment[]
  /** Of the host that was called: where addresses lead. */
  readonly origin: string
}

/** A dozen statements, however many invoices; in the order in which they are given. All are of `organization`, where that is known. */
export async function invoiceFiles(
  tx: Reader,
  invoices: readonly Invoice[],
  origin: string,
  organization?: Organization,
): Promise<InvoiceFile[]> {
  const ids = invoices.map(({ id }) => id)
  const ruleIds = [...new Set(invoices.flatMap(({ ruleId }) => ruleId ?? []))]
  const factsOf = await factsOfNouns(tx, { invoice: ids, invoice_rule: ruleIds })
  const over = await detailsOver(
    tx,
    invoices.map(({ detailsId }) => detailsId),
  )
  const customers = await customersOf(tx, [...new Set(invoices.map(({ customerId }) => customerId))])
  const organizations = organization
    ? new Map([[organization.id, organization]])
    : await organizationsOf(tx, [...new Set(invoices.map(({ organizationId }) => organizationId))])
  const lines = await linesOfInvoices(tx, ids)
  const named = [...lines.values()].flat().flatMap(({ serviceItemId }) => serviceItemId ?? [])
  const services = named.length === 0 ? new Map<number, ServiceItem>() : await serviceItemsOf(tx, [...new Set(named)])
  const receivables = await receivablesOfInvoices(tx, ids)
  const all = [...receivables.values()].flat().map(({ id }) => id)
  const receipts = Map.groupBy(await receiptsOf(tx, all), ({ receivableId }) => receivableId)
  const attached = await withAddresses(tx, [...(await attachmentsOfInvoices(tx, ids)).values()].flat())
  const attachments = Map.groupBy(attached, ({ invoiceId }) => invoiceId)
  const factsOfInvoice = ({ id, ruleId }: Invoice) =>
    factsOver(ruleId === null ? {} : factsOf('invoice_rule', ruleId), factsOf('invoice', id))
  return invoices.map(invoice => ({
    invoice,
    customer: customers.get(invoice.customerId),
    timeZone: organizations.get(invoice.organizationId)?.timeZone ?? 'UTC',
    facts: over(factsOfInvoice(invoice), invoice.detailsId),
    lines: lines.get(invoice.id) ?? [],
    services,
    receivables: receivables.get(invoice.id) ?? [],
    receipts,
    attachments: attachments.get(invoice.id) ?? [],
    origin,
  }))
}

/**
 * Their document shows one invoice in three ways: as it is made and read (`made`), as it is changed and found (`found`), and within a
 * receivable (`within`).
 */
export type Showing = 'made' | 'found'

export function showInvoice(file: InvoiceFile, showing: Showing) {
  const { invoice, receivables, receipts, timeZone } = file
  const { shares } = sharesOf(file)
  return {
    ...showHead(file),
    ...(showing === 'made' ? { nfse_template_id: file.facts.nfse_template_id ?? null } : showEmites(file.facts)),
    ...showFinance(file.facts),
    ...showTail(file),
    receivables: receivables.map((receivable, i) =>
      showReceivable({ receivable, share: shares[i], receipts: receipts.get(receivable.id) ?? [], timeZone }),
    ),
    ...showContents(file),
    payment_information: showPayment({
      id: invoice.id,
      method: invoice.paymentMethod,
      facts: file.facts,
      createdAt: showStamp(invoice.createdAt, timeZone),
    }),
  }
}

/** As it stands within a receivable, with the address of its PDF. */
export function showInvoiceWithin(file: InvoiceFile, faturaToken: string | undefined) {
  const { finance_category_id, finance_revenue_center_id, ...finance } = showFinance(file.facts)
  return {
    ...showHead(file),
    ...showEmites(file.facts),
    nfse_template_id: file.facts.nfse_template_id ?? null,
    ...finance,
    ...showTail(file),
    ...showContents(file),
    payment_information: showPayment({
      id: file.invoice.id,
      method: file.invoice.paymentMethod,
      facts: file.facts,
      createdAt: showStamp(file.invoice.createdAt, file.timeZone),
    }),
    fatura_url: addressAt(file.origin, faturaToken, '.pdf'),
    nfse_url: null,
  }
}

function showHead(file: InvoiceFile) {
  const { invoice, customer, facts, timeZone } = file
  const { said = {} } = facts
  const issued = invoice.issueOn ?? invoice.estimatedIssueOn
  return {
    id: invoice.id,
    contract_id: invoice.contractId,
    issue_date: showDay(issued),
    estimated_issue_date: showDay(typeof facts.estimated === 'string' ? civilDate(facts.estimated) : invoice.estimatedIssueOn),
    gross_value: showCents(grossOf(file)),
    payment_value: showCents(invoice.netCents),
    description: showText(invoice.description, said.description),
    state: invoice.state,
    cancelled_automatically: false,
    nfe_service: facts.nfse_service ?? null,
    nfe_verification: facts.nfse_verification ?? null,
    nfe_issue_date: null,
    nfe_body: facts.nfe_body ?? null,
    nfe_issued: false,
    number: facts.number ?? null,
    created_at: showStamp(invoice.createdAt, timeZone),
    management_type: invoice.management === 'automatic' ? 'automatic' : 'manual',
    accrual_date: facts.hasNoAccrual === true ? null : firstDayOfMonth(invoice.competence),
    comments: facts.comments ?? null,
    customer_id: numberOfCustomer(invoice.customerId),
    customer_type: typeOfCustomer[customer?.kind ?? 'company'],
  }
}

function showTail({ invoice, facts }: InvoiceFile) {
  const days = facts.days_until_automatic_nfe_emission ?? 0
  const notesByItself = invoice.management === 'automatic' && facts.issue_nfse === true && days === 0
  return {
    days_until_automatic_nfe_emission: days,
    automatic_nfe_issue_date: notesByItself ? showDay(invoice.issueOn ?? invoice.estimatedIssueOn) : null,
    automatic_email_template_id: facts.automatic_email_template_id ?? null,
    approval_status: invoice.approval,
    notification_ruler_id: facts.notification_ruler_id ?? null,
    issue_nfse: facts.issue_nfse === true,
  }
}

function showContents({ invoice, lines, services, facts, attachments, origin }: InvoiceFile) {
  const shown = lines.filter(line => isService(line) && !isPlainLine(line, facts))
  return {
    services: shown.map(line =>
      showService({
        id: serviceNumber(invoice.id, line.position),
        name: (line.serviceItemId === null ? undefined : services.get(line.serviceItemId))?.name ?? line.description,
        description: showDescription(line, facts),
        unitPrice: line.unitPrice,
        quantity: line.quantity,
        valueCents: cents(line.grossCents - line.discountCents),
      }),
    ),
    attachments: attachments.map(attachment => showAttachment(attachment, origin)),
  }
}

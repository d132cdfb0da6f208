import type { ApiKeyTies } from '../accounts/api-keys.ts'
import { contractsLeftToBill, hasLiveContracts, listContracts } from '../contracts/contract-store.ts'
import type { ContractTies } from '../contracts/contract-ties.ts'
import { hasLiveContractsOfTaxId, hasLiveContractsWithCnpj } from '../contracts/own-customer.ts'
import { wakeWaiting } from '../contracts/readjustment/date-readjustments.ts'
import { civilDate } from '../core/dates.ts'
import { type LeftToBill, MOST_NAMED } from '../core/left-to-bill.ts'
import type { CustomerTies } from '../customers/customer-ties.ts'
import { everythingKept, forgetKept } from '../dialects/kept-store.ts'
import { eraseImportTexts, holdImports } from '../import/erase-texts.ts'
import type { IndexTies } from '../indices/index-ties.ts'
import { attachmentsOfCustomer } from '../invoices/attachments/attachment-store.ts'
import { eraseAttachments } from '../invoices/attachments/erase-attachments.ts'
import { type InvoiceFilter, invoicesOf, listInvoices } from '../invoices/invoice-store.ts'
import { eraseFaturaAddresses } from '../invoices/pdf/fatura-address.ts'
import { releaseCancelledOf } from '../invoices/release-invoice.ts'
import { bindOrganizations } from '../organizations/organization-store.ts'
import type { OrganizationTies } from '../organizations/organization-ties.ts'
import type { Reader } from '../platform/db/db.ts'
import { dropTakenOver } from '../receivables/drop-taken-over.ts'
import { listReceivables } from '../receivables/receivable-store.ts'
import { listRenegotiations } from '../renegotiation/renegotiation-store.ts'
import { commentsOfSchedulesOf } from '../schedules/comment-store.ts'
import { eraseSchedules } from '../schedules/erase-schedules.ts'
import { hasActiveSchedules, schedulesWithTerms } from '../schedules/schedule-store.ts'

// What the first nouns of the story must ask of later ones, which they do not know.

export const organizationTies: OrganizationTies = {
  hasLiveContracts: (tx, organizationId) => hasLiveContracts(tx, { organizationId }),
  hasLiveSchedules: (tx, organizationId) => hasActiveSchedules(tx, { organizationId }),
  leftToBill: (tx, organizationId) => leftToBill(tx, { organizationId }),
  wouldBillItself: hasLiveContractsOfTaxId,
}

/** A person's own export is not a page: it is everything, and bounded only so that one answer stays one answer. */
const mostRecords = 10_000

export const customerTies: CustomerTies = {
  hasLiveContracts: (tx, customerId) => hasLiveContracts(tx, { customerId }),
  hasLiveSchedules: (tx, customerId) => hasActiveSchedules(tx, { customerId }),
  leftToBill: (tx, customerId) => leftToBill(tx, { customerId }),
  isBilledByItself: hasLiveContractsWithCnpj,
  hasFiscalRecord: hasEmittedInvoice,
  recordsOf: async (tx, customerId) => {
    const contracts = await contractsOf(tx, customerId)
    const invoices = await listInvoices(tx, { customerId }, new Map(), null, mostRecords)
    const receivables = await listReceivables(tx, { customerId }, new Map(), null, mostRecords)
    const renegotiations = await listRenegotiations(tx, { customerId }, null, mostRecords)
    const schedules = await schedulesWithTerms(tx, customerId, mostRecords)
    const scheduleComments = await commentsOfSchedulesOf(tx, customerId)
    const attachments = await attachmentsOfCustomer(tx, customerId)
    const kept = await everythingKept(tx, 'customer', customerId)
    for (const { id } of contracts) kept.push(...(await everythingKept(tx, 'contract', id)))
    return {
      contracts,
      invoices: invoices.map(({ invoice }) => invoice),
      receivables,
      renegotiations,
      schedules,
      scheduleComments,
      attachments,
      kept,
    }
  },
  holdElsewhere: holdImports,
  eraseElsewhere: async (tx, customerId, at) => {
    const contracts = await contractsOf(tx, customerId)
    await eraseImportTexts(
      tx,
      contracts.map(({ id }) => id),
      at,
    )
    await forgetKept(tx, 'customer', customerId)
    for (const { id } of contracts) await forgetKept(tx, 'contract', id)
    await eraseFaturaAddresses(tx, customerId)
    return [...(await eraseAttachments(tx, customerId, at)), ...(await eraseSchedules(tx, customerId, at))]
  },
}

async function leftToBill(tx: Reader, of: { organizationId: number } | { customerId: number }): Promise<LeftToBill> {
  // In the order in which billing moves: what a run makes of a period between the two readings is found by the second.
  const contractIds = await contractsLeftToBill(tx, of, MOST_NAMED)
  const waiting = await listInvoices(tx, { ...of, state: 'to_emit' }, new Map(), null, MOST_NAMED)
  return { contractIds, invoiceIds: waiting.map(({ invoice }) => invoice.id) }
}

async function contractsOf(tx: Reader, customerId: number) {
  return [
    ...(await listContracts(tx, { customerId, archived: false }, 0, mostRecords)),
    ...(await listContracts(tx, { customerId, archived: true }, 0, mostRecords)),
  ]
}

export const contractTies: ContractTies = {
  hasInvoices: async (tx, contractId) =>
    (await hasInvoice(tx, { contractId, state: 'to_emit' })) ||
    (await hasInvoice(tx, { contractId, state: 'to_receive' })) ||
    (await hasInvoice(tx, { contractId, ...emitted })),
  standingAmounts: async (tx, ids) =>
    new Map((await invoicesOf(tx, ids)).flatMap(({ id, state, netCents }) => (state === 'cancelled' ? [] : [[id, netCents]]))),
  releaseCancelled: releaseCancelledOf,
  dropTakenOver,
}

export const apiKeyTies: ApiKeyTies = {
  bindOrganization: async (tx, id) => {
    const organization = (await bindOrganizations(tx, [id])).get(id)
    if (organization === undefined) return 'unknown'
    return organization.archivedAt === null ? 'in_use' : 'archived'
  },
}

export const indexTies: IndexTies = { valueChanged: wakeWaiting }

/** An invoice that was emitted keeps its issue date, whatever became of it. */
const emitted = { issueFrom: civilDate('1900-01-01') }

function hasEmittedInvoice(tx: Reader, customerId: number): Promise<boolean> {
  return hasInvoice(tx, { customerId, ...emitted })
}

async function hasInvoice(tx: Reader, filter: InvoiceFilter): Promise<boolean> {
  return (await listInvoices(tx, filter, new Map(), null, 1)).length > 0
}

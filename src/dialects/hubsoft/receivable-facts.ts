import { lineNumbers } from '../../contracts/rules/line-numbers.ts'
import { termsOf } from '../../contracts/rules/terms-store.ts'
import type { Customer } from '../../customers/customer.ts'
import { customersOf } from '../../customers/customer-store.ts'
import type { Invoice } from '../../invoices/invoice.ts'
import { invoicesOf } from '../../invoices/invoice-store.ts'
import { linesOfInvoices, type PlacedLine } from '../../invoices/line-store.ts'
import { faturaAddresses } from '../../invoices/pdf/fatura-address.ts'
import type { Organization } from '../../organizations/organization.ts'
import { organizationsOf } from '../../organizations/organization-store.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { publicPath } from '../../platform/http/public-files.ts'
import { isStanding, type Receipt } from '../../receivables/receipt.ts'
import { receiptsOf } from '../../receivables/receipt-store.ts'
import type { Receivable } from '../../receivables/receivable.ts'
import { receivablesOf } from '../../receivables/receivable-store.ts'
import { clientServiceNumber } from './numbers.ts'

/** All that is told of a *fatura*. */
export interface ReceivableFacts {
  receivable: Receivable
  customer: Customer
  organization: Organization
  /** Null: it came from another system, or from a schedule or a renegotiation. */
  invoice: Invoice | null
  lines: readonly PlacedLine[]
  /** Those that stand. */
  receipts: readonly Receipt[]
  /** Of its invoice's PDF, on the host that was called. */
  link: string | null
  clientServiceId: number | null
}

/** Of many, in the order of the ids, with a handful of statements. */
export async function receivableFacts(tx: Tx, ctx: Ctx, ids: readonly number[], origin: string): Promise<ReceivableFacts[]> {
  const receivables = await receivablesOf(tx, ids)
  const all = ids.flatMap(id => receivables.get(id) ?? [])
  const invoiceIds = [...new Set(all.flatMap(({ invoiceId }) => invoiceId ?? []))]
  const invoices = new Map((await invoicesOf(tx, invoiceIds)).map(invoice => [invoice.id, invoice]))
  const lines = await linesOfInvoices(tx, invoiceIds)
  const links = invoiceIds.length === 0 ? new Map<number, string>() : await faturaAddresses(tx, invoiceIds, ctx.clock.now())
  const customers = await customersOf(tx, [...new Set(all.map(({ customerId }) => customerId))])
  const organizations = await organizationsOf(tx, [...new Set(all.map(({ organizationId }) => organizationId))])
  const receipts = Map.groupBy((await receiptsOf(tx, ids)).filter(isStanding), ({ receivableId }) => receivableId)
  const serviceOf = await firstServices(tx, [...invoices.values()], lines)
  return all.flatMap(receivable => {
    const { id, invoiceId } = receivable
    const [customer, organization] = [customers.get(receivable.customerId), organizations.get(receivable.organizationId)]
    if (customer === undefined || organization === undefined) return []
    const link = invoiceId === null ? undefined : links.get(invoiceId)
    return {
      receivable,
      customer,
      organization,
      invoice: (invoiceId === null ? undefined : invoices.get(invoiceId)) ?? null,
      lines: (invoiceId === null ? undefined : lines.get(invoiceId)) ?? [],
      receipts: receipts.get(id) ?? [],
      link: link === undefined ? null : `${origin}${publicPath(link)}`,
      clientServiceId: (invoiceId === null ? undefined : serviceOf.get(invoiceId)) ?? null,
    }
  })
}

/** Of each invoice that a rule made, the service of its first line, by the number that clients know it by. */
async function firstServices(
  tx: Tx,
  invoices: readonly Invoice[],
  lines: ReadonlyMap<number, readonly PlacedLine[]>,
): Promise<Map<number, number>> {
  const versions = await termsOf(tx, [...new Set(invoices.flatMap(({ ruleId }) => ruleId ?? []))])
  const services = new Map<number, number>()
  for (const { id, ruleId, termsVersion } of invoices) {
    if (ruleId === null || termsVersion === null) continue
    const known = versions.get(ruleId) ?? []
    const said = known.find(({ version }) => version === termsVersion)
    const first = lines.get(id)?.find(({ source }) => source === 'rule')
    const at = said?.lines.findIndex(({ serviceItemId }) => serviceItemId === first?.serviceItemId) ?? -1
    const number = lineNumbers(known).get(termsVersion)?.[at]
    const service = number === undefined ? null : clientServiceNumber(ruleId, number)
    if (service !== null) services.set(id, service)
  }
  return services
}

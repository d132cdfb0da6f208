import { serviceItemsOf } from '../../catalog/service-item-store.ts'
import { contractOf } from '../../contracts/contract-store.ts'
import { noteSentence } from '../../contracts/readjustment/readjustment-words.ts'
import { customerOf } from '../../customers/customer-store.ts'
import { organizationOf } from '../../organizations/organization-store.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import { invoiceDetail } from '../read-invoice.ts'
import type { FaturaFacts } from './fatura.ts'

/** All facts as they stand at one moment; nothing is drawn while the transaction is open. */
export function readFatura(ctx: Ctx, invoiceId: number): Promise<FaturaFacts> {
  return ctx.transact(async tx => {
    const { invoice, lines, withholdings, adjustments, receivables } = await invoiceDetail(tx, ctx, invoiceId)
    return {
      invoice,
      organization: known(await organizationOf(tx, invoice.organizationId)),
      customer: known(await customerOf(tx, invoice.customerId)),
      contract: known(await contractOf(tx, invoice.contractId)),
      services: await namesOfServices(tx, lines),
      lines,
      withholdings,
      adjustments,
      receivables,
      readjustments: lines.flatMap(({ position, readjustment }) =>
        readjustment === null ? [] : [{ linePosition: position, text: noteSentence(readjustment) }],
      ),
    }
  })
}

async function namesOfServices(
  tx: Reader,
  lines: readonly { serviceItemId: number | null }[],
): Promise<ReadonlyMap<number, string>> {
  const ids = [...new Set(lines.flatMap(({ serviceItemId }) => serviceItemId ?? []))]
  const items = ids.length === 0 ? new Map() : await serviceItemsOf(tx, ids)
  return new Map([...items].map(([id, { name }]) => [id, name]))
}

/** Foreign keys see to it that nobody is missing. */
function known<T>(found: T | null): T {
  if (found === null) throw new Error('an invoice names a party that is not there')
  return found
}

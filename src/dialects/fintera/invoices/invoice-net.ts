import { cents, sum, zeroCents } from '../../../core/money.ts'
import { amountsOf } from '../../../invoices/invoice.ts'
import { linesToWithholdFrom } from '../../../invoices/line-store.ts'
import type { InvoiceDetail } from '../../../invoices/read-invoice.ts'
import type { Reader } from '../../../platform/db/db.ts'
import type { NetOf } from './invoice-payment.ts'

/** As taxes are withheld of the invoice now: where its lines withhold other ones, what is added or taken off is shared among them. */
export async function netOf(tx: Reader, { invoice, withholdings }: InvoiceDetail): Promise<NetOf> {
  const own = (await linesToWithholdFrom(tx, invoice.id)).filter(({ source }) => source !== 'adjustment')
  const stands = sum(own.map(line => cents(line.grossCents - line.discountCents)))
  return baseCents => {
    const difference = cents(baseCents - stands)
    const adjustment = {
      source: 'adjustment' as const,
      position: 0,
      grossCents: difference > 0 ? difference : zeroCents,
      discountCents: difference < 0 ? cents(-difference) : zeroCents,
    }
    return amountsOf([...own, adjustment], withholdings).amounts.netCents
  }
}

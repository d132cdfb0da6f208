import { Readable } from 'node:stream'
import type { Instant } from '../../core/dates.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { giveAddresses, takeAddressesAway } from '../../platform/file-address-store.ts'
import type { PublicFile } from '../../platform/http/public-files.ts'
import { requireInvoice } from '../claim.ts'
import { listInvoices } from '../invoice-store.ts'
import { printInvoice } from './print-invoice.ts'

/** Tokens of the addresses of their PDFs, by invoice: each is made when it is first asked for, and stays. */
export function faturaAddresses(tx: Tx, invoiceIds: readonly number[], at: Instant): Promise<Map<number, string>> {
  return giveAddresses(tx, 'invoice', invoiceIds, at)
}

export function giveFaturaAddress(ctx: Ctx, invoiceId: number): Promise<string> {
  return ctx.transact(async tx => {
    await requireInvoice(tx, invoiceId)
    const token = (await faturaAddresses(tx, [invoiceId], ctx.clock.now())).get(invoiceId)
    if (token === undefined) throw new Error(`no address of the PDF of invoice ${invoiceId}`)
    return token
  })
}

/** What was handed out opens nothing any more; who asks again gets another one. */
export function revokeFaturaAddress(ctx: Ctx, invoiceId: number): Promise<void> {
  return ctx.transact(async tx => {
    await requireInvoice(tx, invoiceId)
    await takeAddressesAway(tx, 'invoice', [invoiceId])
  })
}

/** For whoever has its address. */
export async function faturaFile(ctx: Ctx, invoiceId: number): Promise<PublicFile> {
  const { filename, bytes } = await printInvoice(ctx, invoiceId)
  const content = Readable.from([bytes], { objectMode: false })
  return { filename, type: 'application/pdf', sizeBytes: bytes.length, content }
}

const AT_ONCE = 1000

/** LGPD: who has an address of an erased customer's invoice reads nothing by it any more. */
export async function eraseFaturaAddresses(tx: Tx, customerId: number): Promise<void> {
  for (let before: number | null = null; ; ) {
    const page: { invoice: { id: number } }[] = await listInvoices(tx, { customerId }, new Map(), before, AT_ONCE)
    const ids = page.map(({ invoice }) => invoice.id)
    await takeAddressesAway(tx, 'invoice', ids)
    if (page.length < AT_ONCE) return
    before = ids.at(-1) ?? null
  }
}

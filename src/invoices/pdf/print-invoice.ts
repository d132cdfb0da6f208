import type { Ctx } from '../../platform/context.ts'
import { drawFatura } from './draw-fatura.ts'
import { faturaOf } from './fatura.ts'
import { readFatura } from './read-fatura.ts'

export interface PrintedInvoice {
  readonly filename: string
  readonly bytes: Buffer
}

/** An invoice in any state as a document for its customer. It changes nothing and waits for nobody's lock. */
export async function printInvoice(ctx: Ctx, invoiceId: number): Promise<PrintedInvoice> {
  const fatura = faturaOf(await readFatura(ctx, invoiceId))
  return { filename: fatura.filename, bytes: await drawFatura(fatura) }
}

import type { Ctx } from '../../platform/context.ts'
import { faturaOf } from './fatura.ts'
import { readFatura } from './read-fatura.ts'

export interface PrintedInvoice {
  readonly filename: string
  readonly bytes: Buffer
}

/** An invoice in any state as a document for its customer. It changes nothing and waits for nobody's lock. */
export async function printInvoice(ctx: Ctx, invoiceId: number): Promise<PrintedInvoice> {
  const fatura = faturaOf(await readFatura(ctx, invoiceId))
  // pdfkit and its fonts are 50 MB of memory: of a process that draws.
  const { drawFatura } = await import('./draw-fatura.ts')
  return { filename: fatura.filename, bytes: await drawFatura(fatura) }
}

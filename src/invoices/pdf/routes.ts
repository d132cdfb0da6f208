import { type App, route } from '../../platform/http/route.ts'
import { AtInvoice } from '../wire.ts'
import { printInvoice } from './print-invoice.ts'

export function registerInvoicePdfRoute(app: App): void {
  route(
    app,
    'GET /v1/invoices/:id/pdf',
    {
      access: 'invoices:read',
      summary: 'Baixa o PDF de uma fatura, em qualquer situação.',
      description:
        'A mesma fatura dá sempre os mesmos bytes, e o ETag é deles: com If-None-Match, 304 se nada mudou. Uma fatura que não foi emitida, está bloqueada ou foi cancelada diz isso no documento. Comentários não aparecem nele.',
      params: AtInvoice,
      downloads: 'application/pdf',
    },
    async (ctx, { params }) => {
      const { filename, bytes } = await printInvoice(ctx, params.id)
      return { download: { filename, content: bytes, isInline: true, isTagged: true } }
    },
  )
}

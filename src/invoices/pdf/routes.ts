import { Type } from 'typebox'
import { publicPath } from '../../platform/http/public-files.ts'
import { type App, route } from '../../platform/http/route.ts'
import { AtInvoice } from '../wire.ts'
import { giveFaturaAddress, revokeFaturaAddress } from './fatura-address.ts'
import { printInvoice } from './print-invoice.ts'

const PdfAddress = Type.Object(
  { path: Type.String({ description: 'Abre o PDF sem chave, neste servidor.' }) },
  { title: 'InvoicePdfAddress' },
)

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

  route(
    app,
    'POST /v1/invoices/:id/pdf/address',
    {
      access: 'invoices:write',
      summary: 'Dá o endereço pelo qual qualquer pessoa que o tenha abre o PDF de uma fatura.',
      description: 'É sempre o mesmo até ser revogado, e mostra a fatura como ela está quando se abre.',
      params: AtInvoice,
      answer: PdfAddress,
    },
    async (ctx, { params }) => ({ body: { path: publicPath(await giveFaturaAddress(ctx, params.id)) } }),
  )

  route(
    app,
    'DELETE /v1/invoices/:id/pdf/address',
    {
      access: 'invoices:write',
      summary: 'Revoga o endereço do PDF de uma fatura; quem o pedir de novo recebe outro.',
      params: AtInvoice,
    },
    async (ctx, { params }) => {
      await revokeFaturaAddress(ctx, params.id)
      return {}
    },
  )
}

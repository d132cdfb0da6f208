import { Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import { Fields, Text } from '../../platform/http/fields.ts'
import { registerHistoryRoute } from '../../platform/http/history-route.ts'
import { type App, route } from '../../platform/http/route.ts'
import { anyType } from '../../platform/http/route-spec.ts'
import { AtInvoice } from '../wire.ts'
import { attachFile } from './attach-file.ts'
import { MOST_BYTES, MOST_OF_INVOICE } from './attachment.ts'
import { AtAttachment, AttachmentAnswer, showAttachment } from './attachment-wire.ts'
import { detachFile } from './detach-file.ts'
import { downloadAttachment, getAttachment, listAttachments } from './read-attachment.ts'
import { renewAddress, revokeAddress } from './renew-address.ts'

const reads = { access: 'invoices:read' } as const
const writes = { access: 'invoices:write' } as const
const path = '/v1/invoices/:id/attachments'

export function registerAttachmentRoutes(app: App): void {
  route(
    app,
    `POST ${path}`,
    {
      ...writes,
      summary: 'Anexa um arquivo a uma fatura: o corpo é o arquivo, de até 10 MB.',
      description: 'O Content-Type fica registrado como o tipo declarado; um JSON se envia como application/octet-stream.',
      upload: { types: [anyType], maxBytes: MOST_BYTES },
      params: AtInvoice,
      query: Fields({ filename: Text(1000, { description: 'Nome do arquivo, como contrato.pdf.' }) }),
      answer: AttachmentAnswer,
      status: 201,
    },
    async (ctx, { params, query, file, contentType }) => {
      const attached = { invoiceId: params.id, filename: query.filename, declaredType: contentType, bytes: file }
      const made = await attachFile(ctx, attached)
      const at = `/v1/invoices/${showId('invoice', params.id)}/attachments/${showId('attachment', made.id)}`
      return { body: showAttachment(made), location: at }
    },
  )

  route(
    app,
    `GET ${path}`,
    {
      ...reads,
      summary: 'Lista os anexos de uma fatura.',
      params: AtInvoice,
      answer: Type.Object({ data: Type.Array(AttachmentAnswer, { maxItems: MOST_OF_INVOICE }) }),
    },
    async (ctx, { params }) => ({ body: { data: (await listAttachments(ctx, params.id)).map(showAttachment) } }),
  )

  route(
    app,
    `GET ${path}/:attachmentId`,
    { ...reads, summary: 'Mostra um anexo.', params: AtAttachment, answer: AttachmentAnswer },
    async (ctx, { params }) => ({ body: showAttachment(await getAttachment(ctx, params.id, params.attachmentId)) }),
  )

  route(
    app,
    `GET ${path}/:attachmentId/content`,
    { ...reads, summary: 'Baixa um anexo.', params: AtAttachment, downloads: 'application/octet-stream' },
    async (ctx, { params }) => ({ download: await downloadAttachment(ctx, params.id, params.attachmentId) }),
  )

  route(
    app,
    `DELETE ${path}/:attachmentId`,
    { ...writes, summary: 'Retira um anexo; o endereço dele deixa de abrir.', params: AtAttachment },
    async (ctx, { params }) => {
      await detachFile(ctx, params.id, params.attachmentId)
      return {}
    },
  )

  route(
    app,
    `POST ${path}/:attachmentId/renew-address`,
    {
      ...writes,
      summary: 'Dá outro endereço a um anexo; o anterior deixa de abrir.',
      params: AtAttachment,
      answer: AttachmentAnswer,
    },
    async (ctx, { params }) => ({ body: showAttachment(await renewAddress(ctx, params.id, params.attachmentId)) }),
  )

  route(
    app,
    `POST ${path}/:attachmentId/revoke-address`,
    {
      ...writes,
      summary: 'Tira o endereço de um anexo: só se baixa com chave.',
      params: AtAttachment,
      answer: AttachmentAnswer,
    },
    async (ctx, { params }) => ({ body: showAttachment(await revokeAddress(ctx, params.id, params.attachmentId)) }),
  )

  registerHistoryRoute(app, '/v1/attachments', 'attachment', reads.access)
}

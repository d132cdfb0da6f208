import { Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Access } from '../../platform/http/access.ts'
import { Fields, IdOf, Text } from '../../platform/http/fields.ts'
import { registerHistoryRoute } from '../../platform/http/history-route.ts'
import type { PublicFile } from '../../platform/http/public-files.ts'
import { type App, route } from '../../platform/http/route.ts'
import { anyType } from '../../platform/http/route-spec.ts'
import { attachFile, attachToRule, type FileOfSomebody } from './attach-file.ts'
import { MOST_BYTES, MOST_OF_INVOICE } from './attachment.ts'
import { AttachmentAnswer, showAttachment } from './attachment-wire.ts'
import { detachFile, detachFromRule } from './detach-file.ts'
import {
  downloadAttachment,
  downloadOfRule,
  getAttachment,
  getOfRule,
  type KnownAttachment,
  listAttachments,
  listOfRule,
} from './read-attachment.ts'
import { renewAddress, renewAddressOfRule, revokeAddress, revokeAddressOfRule } from './renew-address.ts'

/** An invoice, or a rule, whose invoices carry what is attached to it. */
interface Owner {
  path: '/v1/invoices' | '/v1/invoice-rules'
  noun: 'invoice' | 'invoice_rule'
  reads: Access
  writes: Access
  /** "a uma fatura", "de uma fatura" */
  to: string
  of: string
  attach(ctx: Ctx, id: number, file: FileOfSomebody): Promise<KnownAttachment>
  list(ctx: Ctx, id: number): Promise<KnownAttachment[]>
  get(ctx: Ctx, id: number, attachment: number): Promise<KnownAttachment>
  download(ctx: Ctx, id: number, attachment: number): Promise<PublicFile>
  detach(ctx: Ctx, id: number, attachment: number): Promise<void>
  renew(ctx: Ctx, id: number, attachment: number): Promise<KnownAttachment>
  revoke(ctx: Ctx, id: number, attachment: number): Promise<KnownAttachment>
}

const owners: readonly Owner[] = [
  {
    path: '/v1/invoices',
    noun: 'invoice',
    reads: 'invoices:read',
    writes: 'invoices:write',
    to: 'a uma fatura',
    of: 'de uma fatura, com os da regra que a fez',
    attach: (ctx, invoiceId, file) => attachFile(ctx, { invoiceId, ...file }),
    list: listAttachments,
    get: getAttachment,
    download: downloadAttachment,
    detach: detachFile,
    renew: renewAddress,
    revoke: revokeAddress,
  },
  {
    path: '/v1/invoice-rules',
    noun: 'invoice_rule',
    reads: 'contracts:read',
    writes: 'contracts:write',
    to: 'a uma regra, que o leva a cada fatura que fizer a partir de agora',
    of: 'de uma regra',
    attach: (ctx, ruleId, file) => attachToRule(ctx, { ruleId, ...file }),
    list: listOfRule,
    get: getOfRule,
    download: downloadOfRule,
    detach: detachFromRule,
    renew: renewAddressOfRule,
    revoke: revokeAddressOfRule,
  },
]

export function registerAttachmentRoutes(app: App): void {
  for (const owner of owners) registerOf(app, owner)
  registerHistoryRoute(app, '/v1/attachments', 'attachment', 'invoices:read')
}

function registerOf(app: App, owner: Owner): void {
  const path = `${owner.path}/:id/attachments` as const
  const At = Fields({ id: IdOf(owner.noun) })
  const AtOne = Fields({ id: IdOf(owner.noun), attachmentId: IdOf('attachment') })
  const reads = { access: owner.reads }
  const writes = { access: owner.writes }
  route(
    app,
    `POST ${path}`,
    {
      ...writes,
      summary: `Anexa um arquivo ${owner.to}: o corpo é o arquivo, de até 10 MB.`,
      description: 'O Content-Type fica registrado como o tipo declarado; um JSON se envia como application/octet-stream.',
      upload: { types: [anyType], maxBytes: MOST_BYTES },
      params: At,
      query: Fields({ filename: Text(1000, { description: 'Nome do arquivo, como contrato.pdf.' }) }),
      answer: AttachmentAnswer,
      status: 201,
    },
    async (ctx, { params, query, file, contentType }) => {
      const attached = { filename: query.filename, declaredType: contentType, bytes: file }
      const made = await owner.attach(ctx, params.id, attached)
      const at = `${owner.path}/${showId(owner.noun, params.id)}/attachments/${showId('attachment', made.id)}`
      return { body: showAttachment(made), location: at }
    },
  )

  route(
    app,
    `GET ${path}`,
    {
      ...reads,
      summary: `Lista os anexos ${owner.of}.`,
      params: At,
      answer: Type.Object({ data: Type.Array(AttachmentAnswer, { maxItems: MOST_OF_INVOICE }) }),
    },
    async (ctx, { params }) => ({ body: { data: (await owner.list(ctx, params.id)).map(showAttachment) } }),
  )

  route(
    app,
    `GET ${path}/:attachmentId`,
    { ...reads, summary: 'Mostra um anexo.', params: AtOne, answer: AttachmentAnswer },
    async (ctx, { params }) => ({ body: showAttachment(await owner.get(ctx, params.id, params.attachmentId)) }),
  )

  route(
    app,
    `GET ${path}/:attachmentId/content`,
    { ...reads, summary: 'Baixa um anexo.', params: AtOne, downloads: 'application/octet-stream' },
    async (ctx, { params }) => ({ download: await owner.download(ctx, params.id, params.attachmentId) }),
  )

  route(
    app,
    `DELETE ${path}/:attachmentId`,
    {
      ...writes,
      summary:
        owner.noun === 'invoice'
          ? 'Retira um anexo; o endereço dele deixa de abrir. Um anexo da regra sai só desta fatura.'
          : 'Retira um anexo da regra: as próximas faturas saem sem ele, as que já o levam ficam com ele.',
      params: AtOne,
    },
    async (ctx, { params }) => {
      await owner.detach(ctx, params.id, params.attachmentId)
      return {}
    },
  )

  route(
    app,
    `POST ${path}/:attachmentId/renew-address`,
    {
      ...writes,
      summary: 'Dá outro endereço a um anexo; o anterior deixa de abrir.',
      params: AtOne,
      answer: AttachmentAnswer,
    },
    async (ctx, { params }) => ({ body: showAttachment(await owner.renew(ctx, params.id, params.attachmentId)) }),
  )

  route(
    app,
    `POST ${path}/:attachmentId/revoke-address`,
    {
      ...writes,
      summary: 'Tira o endereço de um anexo: só se baixa com chave.',
      params: AtOne,
      answer: AttachmentAnswer,
    },
    async (ctx, { params }) => ({ body: showAttachment(await owner.revoke(ctx, params.id, params.attachmentId)) }),
  )
}

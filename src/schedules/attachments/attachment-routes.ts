import { Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import { MOST_BYTES, MOST_OF_INVOICE } from '../../invoices/attachments/attachment.ts'
import { AttachmentAnswer, showAttachment } from '../../invoices/attachments/attachment-wire.ts'
import { keepFile } from '../../invoices/attachments/keep-file.ts'
import { Fields, IdOf, Text } from '../../platform/http/fields.ts'
import { type App, route } from '../../platform/http/route.ts'
import { anyType } from '../../platform/http/route-spec.ts'
import type { OccurrencePlace } from '../hold-occurrence.ts'
import { AtOccurrence } from '../wire.ts'
import { attachKept, attachToOccurrence } from './attach-to-occurrence.ts'
import {
  detachFromOccurrence,
  downloadOfOccurrence,
  getOfOccurrence,
  listOfOccurrence,
  moveAddressOfOccurrence,
} from './occurrence-attachments.ts'

const path = '/v1/schedules/:id/occurrences/:number/attachments' as const
const reads = { access: 'receivables:read' } as const
const writes = { access: 'receivables:write' } as const
const AtOne = Fields({ ...AtOccurrence.properties, attachmentId: IdOf('attachment') })
const Named = Fields({ filename: Text(1000, { description: 'Nome do arquivo, como contrato.pdf.' }) })
const upload = { types: [anyType], maxBytes: MOST_BYTES }
const description = 'O Content-Type fica registrado como o tipo declarado; um JSON se envia como application/octet-stream.'

export function registerOccurrenceAttachmentRoutes(app: App): void {
  registerAttaching(app)
  registerReading(app)
  registerAddresses(app)
}

function registerAttaching(app: App): void {
  route(
    app,
    'POST /v1/attachments',
    {
      ...writes,
      summary: 'Guarda um arquivo para ser anexado a uma ocorrência de agendamento: o corpo é o arquivo, de até 10 MB.',
      description: `${description} O que ninguém anexa em sete dias é descartado.`,
      upload,
      query: Named,
      answer: AttachmentAnswer,
      status: 201,
    },
    async (ctx, { query, file, contentType }) => ({
      body: showAttachment(await keepFile(ctx, { filename: query.filename, declaredType: contentType, bytes: file })),
    }),
  )

  route(
    app,
    `POST ${path}`,
    {
      ...writes,
      summary: 'Anexa um arquivo a uma ocorrência: o corpo é o arquivo, de até 10 MB.',
      description,
      upload,
      params: AtOccurrence,
      query: Named,
      answer: AttachmentAnswer,
      status: 201,
    },
    async (ctx, { params, query, file, contentType }) => {
      const sent = { filename: query.filename, declaredType: contentType, bytes: file }
      const made = await attachToOccurrence(ctx, placeOf(params), sent)
      const shown = showId('attachment', made.id)
      const location = `/v1/schedules/${showId('schedule', params.id)}/occurrences/${params.number}/attachments/${shown}`
      return { body: showAttachment(made), location }
    },
  )

  route(
    app,
    `POST ${path}/:attachmentId/attach`,
    {
      ...writes,
      summary: 'Anexa a uma ocorrência um arquivo guardado, ou o que está em outra ocorrência, que fica sem ele.',
      params: AtOne,
      answer: AttachmentAnswer,
    },
    async (ctx, { params }) => ({ body: showAttachment(await attachKept(ctx, placeOf(params), params.attachmentId)) }),
  )

  route(
    app,
    `DELETE ${path}/:attachmentId`,
    { ...writes, summary: 'Retira um anexo de uma ocorrência; o endereço dele deixa de abrir.', params: AtOne },
    async (ctx, { params }) => {
      await detachFromOccurrence(ctx, placeOf(params), params.attachmentId)
      return {}
    },
  )
}

function registerReading(app: App): void {
  route(
    app,
    `GET ${path}`,
    {
      ...reads,
      summary: 'Lista os anexos de uma ocorrência.',
      params: AtOccurrence,
      answer: Type.Object({ data: Type.Array(AttachmentAnswer, { maxItems: MOST_OF_INVOICE }) }),
    },
    async (ctx, { params }) => ({ body: { data: (await listOfOccurrence(ctx, placeOf(params))).map(showAttachment) } }),
  )

  route(
    app,
    `GET ${path}/:attachmentId`,
    { ...reads, summary: 'Mostra um anexo.', params: AtOne, answer: AttachmentAnswer },
    async (ctx, { params }) => ({ body: showAttachment(await getOfOccurrence(ctx, placeOf(params), params.attachmentId)) }),
  )

  route(
    app,
    `GET ${path}/:attachmentId/content`,
    { ...reads, summary: 'Baixa um anexo.', params: AtOne, downloads: 'application/octet-stream' },
    async (ctx, { params }) => ({ download: await downloadOfOccurrence(ctx, placeOf(params), params.attachmentId) }),
  )
}

function registerAddresses(app: App): void {
  route(
    app,
    `POST ${path}/:attachmentId/renew-address`,
    {
      ...writes,
      summary: 'Dá outro endereço a um anexo; o anterior deixa de abrir.',
      params: AtOne,
      answer: AttachmentAnswer,
    },
    async (ctx, { params }) => ({
      body: showAttachment(await moveAddressOfOccurrence(ctx, placeOf(params), params.attachmentId, 'renew_address')),
    }),
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
    async (ctx, { params }) => ({
      body: showAttachment(await moveAddressOfOccurrence(ctx, placeOf(params), params.attachmentId, 'revoke_address')),
    }),
  )
}

function placeOf({ id, number }: { id: number; number: number }): OccurrencePlace {
  return { scheduleId: id, number }
}

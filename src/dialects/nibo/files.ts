// What stands beside a schedule: files, which are sent first and attached then, and annotations.

import { showId } from '../../core/ids.ts'
import { MOST_BYTES } from '../../invoices/attachments/attachment.ts'
import { keepFile } from '../../invoices/attachments/keep-file.ts'
import type { KnownAttachment } from '../../invoices/attachments/read-attachment.ts'
import type { ForeignAnswer } from '../../platform/http/foreign-route.ts'
import { publicPath } from '../../platform/http/public-files.ts'
import { attachKept } from '../../schedules/attachments/attach-to-occurrence.ts'
import { detachFromOccurrence, listOfOccurrence } from '../../schedules/attachments/occurrence-attachments.ts'
import { commentOccurrence } from '../../schedules/comment-occurrence.ts'
import type { Operation } from '../dialect.ts'
import { Form } from './form.ts'
import { fromGuid, toGuid } from './guid.ts'
import { standing } from './known-schedule.ts'
import { numberOf, page } from './lists.ts'
import { odataQuery } from './odata/query.ts'
import { filesListed } from './resources-store.ts'
import { asText } from './schedules.ts'
import { asMoment } from './values.ts'
import { annotationNeeded, fileNotFound, refuseWith, type Words } from './words.ts'

const base = '/empresas/v1' as const
const at = `${base}/schedules/credit/:id` as const
const writes = { needs: ['receivables:write'], words: { notFound: fileNotFound } } as const
const MOST_FILES = 20
const MOST_TEXT = 5000

export const fileOperations: readonly Operation<Words>[] = [
  {
    ...writes,
    name: 'send-file',
    says: 'Envia arquivos, para serem anexados a um agendamento',
    at: [`POST ${base}/files`],
    // The whole request, as theirs (n8n-nodes-nibo-empresas, PLAN-v0.12.0 §1.2).
    maxBytes: MOST_BYTES,
    readsFiles: true,
    run: async (ctx, { files = [] }) => {
      if (files.length === 0) refuseWith('Envie o arquivo em um formulário (multipart/form-data).')
      if (files.length > MOST_FILES) refuseWith(`Envie no máximo ${MOST_FILES} arquivos por vez.`)
      return ctx.transact(async (): Promise<ForeignAnswer> => {
        const kept: KnownAttachment[] = []
        for (const file of files) kept.push(await keepFile(ctx, file))
        const [first] = kept
        return {
          status: 200,
          body: kept.map(({ id, filename }) => ({ fileId: toGuid('attachment', id), fileName: filename })),
          ...(first !== undefined && { about: showId('attachment', first.id) }),
        }
      })
    },
  },
  {
    ...writes,
    name: 'attach-file',
    says: 'Anexa a um agendamento arquivos que foram enviados',
    at: [`POST ${at}/files/attach`],
    run: (ctx, { params, body }) =>
      ctx.transact(async (tx): Promise<ForeignAnswer> => {
        const place = await standing(tx, ctx, params.id)
        for (const id of readFileIds(body)) await attachKept(ctx, place, id)
        return { status: 204 }
      }),
  },
  {
    needs: ['receivables:read'],
    reads: true,
    words: {},
    name: 'list-files',
    query: odataQuery,
    says: 'Lista os arquivos de um agendamento',
    at: [`GET ${at}/files`],
    run: (ctx, asked) =>
      ctx.transact(async tx => {
        const place = await standing(tx, ctx, asked.params.id)
        const known = new Map((await listOfOccurrence(ctx, place)).map(file => [file.id, file]))
        const found = await page(tx, asked, filesListed(place), async ids =>
          ids.flatMap(id => known.get(id) ?? []).map(file => showFile(file, asked.origin)),
        )
        return { status: 200, body: found }
      }),
  },
  {
    ...writes,
    name: 'delete-file',
    says: 'Exclui um arquivo de um agendamento',
    at: [`DELETE ${at}/files/:file`],
    run: (ctx, { params }) =>
      ctx.transact(async (tx): Promise<ForeignAnswer> => {
        const place = await standing(tx, ctx, params.id)
        await detachFromOccurrence(ctx, place, numberOf('attachment', params.file, fileNotFound))
        return { status: 204 }
      }),
  },
  {
    ...writes,
    words: {},
    name: 'annotate-schedule',
    says: 'Anota um agendamento',
    at: [`POST ${at}/annotations`],
    run: (ctx, { params, body }) =>
      ctx.transact(async tx => {
        const place = await standing(tx, ctx, params.id)
        const form = Form.of(body)
        if (!form.has('body')) form.wrong(annotationNeeded)
        const { id, customerId } = await commentOccurrence(ctx, place, form.given(form.text('body', MOST_TEXT)))
        return asText(toGuid('comment', id), showId('customer', customerId))
      }),
  },
]

/** `["<fileId>"]`: a list of them is the whole body. */
function readFileIds(body: unknown): number[] {
  if (!Array.isArray(body) || body.length === 0) return refuseWith('Informe os arquivos: uma lista de fileId.')
  if (body.length > MOST_FILES) return refuseWith(`Informe no máximo ${MOST_FILES} arquivos por vez.`)
  return body.map(id => fromGuid('attachment', typeof id === 'string' ? id : '') ?? refuseWith(fileNotFound))
}

function showFile({ id, filename, sizeBytes, createdAt, attachedAt, token }: KnownAttachment, origin: string) {
  return {
    fileId: toGuid('attachment', id),
    name: filename,
    size: sizeBytes,
    createDate: asMoment(createdAt),
    referenceDate: asMoment(attachedAt ?? createdAt),
    url: token === null ? null : `${origin}${publicPath(token)}`,
  }
}

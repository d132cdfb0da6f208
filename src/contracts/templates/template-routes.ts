import { Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import { externalIdFilter, readExternalIdFilter } from '../../platform/http/external-id-fields.ts'
import { Flag, IdOf, OneOf, Text } from '../../platform/http/fields.ts'
import { registerHistoryRoute } from '../../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../../platform/http/paging.ts'
import { type App, route } from '../../platform/http/route.ts'
import { archiveTemplate, unarchiveTemplate } from './archive-template.ts'
import { createTemplate } from './create-template.ts'
import { templateTypes } from './invoice-template.ts'
import { getTemplate, searchTemplates, type TemplateDetail } from './read-template.ts'
import {
  AtTemplate,
  asNewTemplate,
  asTemplateChange,
  NewTemplate,
  showTemplate,
  TemplateAnswer,
  TemplatePatch,
} from './template-wire.ts'
import { updateTemplate } from './update-template.ts'

const reads = { access: 'contracts:read' } as const
const writes = { access: 'contracts:write', answer: TemplateAnswer } as const

export function registerTemplateRoutes(app: App): void {
  route(
    app,
    'POST /v1/invoice-templates',
    { ...writes, summary: 'Cadastra um modelo de faturamento.', body: NewTemplate, status: 201 },
    async (ctx, { body }) => {
      const made = await createTemplate(ctx, asNewTemplate(body))
      return { ...answer(made), location: `/v1/invoice-templates/${showId('invoice_template', made.template.id)}` }
    },
  )

  route(
    app,
    'GET /v1/invoice-templates',
    {
      ...reads,
      summary: 'Lista os modelos de faturamento por nome.',
      query: PageQuery({
        type: Type.Optional(OneOf(templateTypes, { description: 'invoice: os de uma única vez; invoice_rule: os de regras.' })),
        organizationId: Type.Optional(IdOf('organization')),
        q: Type.Optional(Text(200, { description: 'Parte do nome.' })),
        archived: Type.Optional(Flag({ description: 'true: só os arquivados.' })),
        ...externalIdFilter,
      }),
      answer: PageOf(TemplateAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['text', 'integer'])
      const after = page.after && { name: page.after[0], id: page.after[1] }
      const { archived = false, type, organizationId, q } = query
      const search = { archived, type, organizationId, q, externalId: readExternalIdFilter(query) }
      const rows = await searchTemplates(ctx, search, after, page.limit)
      return { body: toPage(rows, page, ({ place, template }) => [place, template.id], showTemplate) }
    },
  )

  route(
    app,
    'GET /v1/invoice-templates/:id',
    { ...reads, summary: 'Mostra um modelo de faturamento.', params: AtTemplate, answer: TemplateAnswer },
    async (ctx, { params }) => answer(await getTemplate(ctx, params.id)),
  )

  route(
    app,
    'PATCH /v1/invoice-templates/:id',
    {
      ...writes,
      summary: 'Altera um modelo: o que não vier fica, o que vier null é apagado. O que já foi feito dele não muda.',
      params: AtTemplate,
      body: TemplatePatch,
      ifMatch: true,
    },
    async (ctx, { params, body, expectedVersion }) =>
      answer(await updateTemplate(ctx, params.id, expectedVersion, asTemplateChange(body))),
  )

  route(
    app,
    'POST /v1/invoice-templates/:id/archive',
    { ...writes, summary: 'Arquiva um modelo; o que foi feito dele continua.', params: AtTemplate },
    async (ctx, { params }) => answer(await archiveTemplate(ctx, params.id)),
  )

  route(
    app,
    'POST /v1/invoice-templates/:id/unarchive',
    { ...writes, summary: 'Volta a usar um modelo arquivado.', params: AtTemplate },
    async (ctx, { params }) => answer(await unarchiveTemplate(ctx, params.id)),
  )

  registerHistoryRoute(app, '/v1/invoice-templates', 'invoice_template', reads.access)
}

function answer(detail: TemplateDetail) {
  return { body: showTemplate(detail), version: detail.template.version }
}

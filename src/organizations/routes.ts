import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { externalIdFilter, readExternalIdFilter } from '../platform/http/external-id-fields.ts'
import { CnpjText, Flag, Partly, Text } from '../platform/http/fields.ts'
import { registerHistoryRoute } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { archiveOrganization, unarchiveOrganization } from './archive-organization.ts'
import { createOrganization } from './create-organization.ts'
import { deleteOrganization } from './delete-organization.ts'
import { registerHolidayRoutes } from './holiday-routes.ts'
import type { OrganizationTies } from './organization-ties.ts'
import { getOrganization, searchOrganizations } from './read-organization.ts'
import { updateOrganization } from './update-organization.ts'
import { AtOrganization, NewOrganization, OrganizationAnswer, showOrganization } from './wire.ts'

const reads = { access: 'organizations:read' } as const
const writes = { access: 'organizations:write' } as const

export function registerOrganizationRoutes(app: App, ties: OrganizationTies): void {
  route(
    app,
    'POST /v1/organizations',
    { ...writes, summary: 'Cadastra uma organização.', body: NewOrganization, answer: OrganizationAnswer, status: 201 },
    async (ctx, { body }) => {
      const made = await createOrganization(ctx, body)
      return {
        body: showOrganization(made),
        version: made.version,
        location: `/v1/organizations/${showId('organization', made.id)}`,
      }
    },
  )

  route(
    app,
    'GET /v1/organizations',
    {
      ...reads,
      summary: 'Lista as organizações.',
      query: PageQuery({
        q: Type.Optional(Text(200, { description: 'Parte do nome ou do CNPJ.' })),
        cnpj: Type.Optional(CnpjText()),
        archived: Type.Optional(Flag({ description: 'true: só as arquivadas.' })),
        ...externalIdFilter,
      }),
      answer: PageOf(OrganizationAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const search = { archived: query.archived ?? false, q: query.q, cnpj: query.cnpj, externalId: readExternalIdFilter(query) }
      const rows = await searchOrganizations(ctx, search, page.after?.[0] ?? 0, page.limit)
      return { body: toPage(rows, page, row => [row.id], showOrganization) }
    },
  )

  route(
    app,
    'GET /v1/organizations/:id',
    { ...reads, summary: 'Mostra uma organização.', params: AtOrganization, answer: OrganizationAnswer },
    async (ctx, { params }) => {
      const organization = await getOrganization(ctx, params.id)
      return { body: showOrganization(organization), version: organization.version }
    },
  )

  route(
    app,
    'PATCH /v1/organizations/:id',
    {
      ...writes,
      summary: 'Altera uma organização: o que não vier fica, o que vier null é apagado.',
      params: AtOrganization,
      body: Partly(NewOrganization),
      answer: OrganizationAnswer,
      ifMatch: true,
    },
    async (ctx, { params, body, expectedVersion }) => {
      const changed = await updateOrganization(ctx, ties, params.id, expectedVersion, body)
      return { body: showOrganization(changed), version: changed.version }
    },
  )

  route(
    app,
    'POST /v1/organizations/:id/archive',
    { ...writes, summary: 'Arquiva uma organização sem contratos vigentes.', params: AtOrganization, answer: OrganizationAnswer },
    async (ctx, { params }) => {
      const archived = await archiveOrganization(ctx, ties, params.id)
      return { body: showOrganization(archived), version: archived.version }
    },
  )

  route(
    app,
    'POST /v1/organizations/:id/unarchive',
    { ...writes, summary: 'Volta a usar uma organização arquivada.', params: AtOrganization, answer: OrganizationAnswer },
    async (ctx, { params }) => {
      const restored = await unarchiveOrganization(ctx, params.id)
      return { body: showOrganization(restored), version: restored.version }
    },
  )

  route(
    app,
    'DELETE /v1/organizations/:id',
    { ...writes, summary: 'Apaga uma organização de que nada depende.', params: AtOrganization, ifMatch: true },
    async (ctx, { params, expectedVersion }) => {
      await deleteOrganization(ctx, params.id, expectedVersion)
      return {}
    },
  )

  registerHolidayRoutes(app)
  registerHistoryRoute(app, '/v1/organizations', 'organization', reads.access)
}

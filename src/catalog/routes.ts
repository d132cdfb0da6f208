import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { externalIdFilter, readExternalIdFilter } from '../platform/http/external-id-fields.ts'
import { Flag, Partly, Text } from '../platform/http/fields.ts'
import { registerHistoryRoute } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { archiveServiceItem, unarchiveServiceItem } from './archive-service-item.ts'
import { categories } from './classification/category.ts'
import { costCentres } from './classification/cost-centre.ts'
import { departments } from './classification/department.ts'
import { projects } from './classification/project.ts'
import { revenueCentres } from './classification/revenue-centre.ts'
import { chargeTemplates } from './collection/charge-template.ts'
import { chargingAccounts } from './collection/charging-account.ts'
import { financialAccounts } from './collection/financial-account.ts'
import { createServiceItem } from './create-service-item.ts'
import { deleteServiceItem } from './delete-service-item.ts'
import { nfseTemplates } from './nfse-templates/nfse-template.ts'
import { emailTemplates } from './notices/email-template.ts'
import { notificationRulers } from './notices/notification-ruler.ts'
import { getServiceItem, searchServiceItems } from './read-service-item.ts'
import { registerReferenceRoutes } from './references/reference-routes.ts'
import { serviceTypes } from './service-types/service-type.ts'
import { updateServiceItem } from './update-service-item.ts'
import { AtServiceItem, NewServiceItem, ServiceItemAnswer, showServiceItem } from './wire.ts'

const reads = { access: 'catalog:read' } as const
const writes = { access: 'catalog:write' } as const

export function registerCatalogRoutes(app: App): void {
  registerServiceItemRoutes(app)
  registerReferenceRoutes(app, nfseTemplates)
  registerReferenceRoutes(app, chargeTemplates)
  registerReferenceRoutes(app, financialAccounts)
  registerReferenceRoutes(app, chargingAccounts)
  registerReferenceRoutes(app, emailTemplates)
  registerReferenceRoutes(app, notificationRulers)
  registerReferenceRoutes(app, categories)
  registerReferenceRoutes(app, revenueCentres)
  registerReferenceRoutes(app, costCentres)
  registerReferenceRoutes(app, departments)
  registerReferenceRoutes(app, projects)
  registerReferenceRoutes(app, serviceTypes)
}

function registerServiceItemRoutes(app: App): void {
  route(
    app,
    'POST /v1/service-items',
    { ...writes, summary: 'Cadastra um serviço.', body: NewServiceItem, answer: ServiceItemAnswer, status: 201 },
    async (ctx, { body }) => {
      const made = await createServiceItem(ctx, body)
      return {
        body: showServiceItem(made),
        version: made.version,
        location: `/v1/service-items/${showId('service_item', made.id)}`,
      }
    },
  )

  route(
    app,
    'GET /v1/service-items',
    {
      ...reads,
      summary: 'Lista os serviços por nome.',
      query: PageQuery({
        q: Type.Optional(Text(200, { description: 'Parte do nome, do código ou da descrição.' })),
        code: Type.Optional(Text(60)),
        archived: Type.Optional(Flag({ description: 'true: só os arquivados.' })),
        ...externalIdFilter,
      }),
      answer: PageOf(ServiceItemAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['text', 'integer'])
      const after = page.after && { name: page.after[0], id: page.after[1] }
      const search = { archived: query.archived ?? false, q: query.q, code: query.code, externalId: readExternalIdFilter(query) }
      const rows = await searchServiceItems(ctx, search, after, page.limit)
      return { body: toPage(rows, page, row => [row.place, row.id], showServiceItem) }
    },
  )

  route(
    app,
    'GET /v1/service-items/:id',
    { ...reads, summary: 'Mostra um serviço.', params: AtServiceItem, answer: ServiceItemAnswer },
    async (ctx, { params }) => {
      const item = await getServiceItem(ctx, params.id)
      return { body: showServiceItem(item), version: item.version }
    },
  )

  route(
    app,
    'PATCH /v1/service-items/:id',
    {
      ...writes,
      summary: 'Altera um serviço: o que não vier fica, o que vier null é apagado.',
      params: AtServiceItem,
      body: Partly(NewServiceItem),
      answer: ServiceItemAnswer,
      ifMatch: true,
    },
    async (ctx, { params, body, expectedVersion }) => {
      const changed = await updateServiceItem(ctx, params.id, expectedVersion, body)
      return { body: showServiceItem(changed), version: changed.version }
    },
  )

  route(
    app,
    'POST /v1/service-items/:id/archive',
    {
      ...writes,
      summary: 'Arquiva um serviço; as regras que o citam continuam.',
      params: AtServiceItem,
      answer: ServiceItemAnswer,
    },
    async (ctx, { params }) => {
      const archived = await archiveServiceItem(ctx, params.id)
      return { body: showServiceItem(archived), version: archived.version }
    },
  )

  route(
    app,
    'POST /v1/service-items/:id/unarchive',
    { ...writes, summary: 'Volta a usar um serviço arquivado.', params: AtServiceItem, answer: ServiceItemAnswer },
    async (ctx, { params }) => {
      const restored = await unarchiveServiceItem(ctx, params.id)
      return { body: showServiceItem(restored), version: restored.version }
    },
  )

  route(
    app,
    'DELETE /v1/service-items/:id',
    { ...writes, summary: 'Apaga um serviço que nenhum contrato cita.', params: AtServiceItem, ifMatch: true },
    async (ctx, { params, expectedVersion }) => {
      await deleteServiceItem(ctx, params.id, expectedVersion)
      return {}
    },
  )

  registerHistoryRoute(app, '/v1/service-items', 'service_item', reads.access)
}

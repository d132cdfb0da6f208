import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { externalIdFilter, readExternalIdFilter } from '../platform/http/external-id-fields.ts'
import { Email, Flag, OneOf, Partly, TaxIdText, Text } from '../platform/http/fields.ts'
import { registerHistoryRoute } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { archiveCustomer, unarchiveCustomer } from './archive-customer.ts'
import { createCustomer } from './create-customer.ts'
import { registerCreditRoutes } from './credit-routes.ts'
import { customerKinds } from './customer.ts'
import type { CustomerTies } from './customer-ties.ts'
import { deleteCustomer } from './delete-customer.ts'
import { registerPrivacyRoutes } from './privacy-routes.ts'
import { getCustomer, searchCustomers } from './read-customer.ts'
import { updateCustomer } from './update-customer.ts'
import { AtCustomer, CustomerAnswer, NewCustomer, showCustomer } from './wire.ts'

const reads = { access: 'customers:read' } as const
const writes = { access: 'customers:write' } as const

export function registerCustomerRoutes(app: App, ties: CustomerTies): void {
  route(
    app,
    'POST /v1/customers',
    { ...writes, summary: 'Cadastra um cliente.', body: NewCustomer, answer: CustomerAnswer, status: 201 },
    async (ctx, { body }) => {
      const made = await createCustomer(ctx, body)
      return { body: showCustomer(made), version: made.version, location: `/v1/customers/${showId('customer', made.id)}` }
    },
  )

  route(
    app,
    'GET /v1/customers',
    {
      ...reads,
      summary: 'Lista os clientes por nome.',
      query: PageQuery({
        q: Type.Optional(Text(200, { description: 'Parte do nome, do CNPJ ou CPF, ou do e-mail de cobrança.' })),
        kind: Type.Optional(OneOf(customerKinds)),
        taxId: Type.Optional(TaxIdText()),
        email: Type.Optional(Email({ description: 'E-mail de cobrança, por inteiro.' })),
        archived: Type.Optional(Flag({ description: 'true: só os arquivados.' })),
        ...externalIdFilter,
      }),
      answer: PageOf(CustomerAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['text', 'integer'])
      const after = page.after && { name: page.after[0], id: page.after[1] }
      const { archived = false, q, kind, taxId, email } = query
      const search = { archived, q, kind, taxId: taxId?.taxId, email, externalId: readExternalIdFilter(query) }
      const rows = await searchCustomers(ctx, search, after, page.limit)
      return { body: toPage(rows, page, row => [row.place, row.id], showCustomer) }
    },
  )

  route(
    app,
    'GET /v1/customers/:id',
    { ...reads, summary: 'Mostra um cliente.', params: AtCustomer, answer: CustomerAnswer },
    async (ctx, { params }) => {
      const customer = await getCustomer(ctx, params.id)
      return { body: showCustomer(customer), version: customer.version }
    },
  )

  route(
    app,
    'PATCH /v1/customers/:id',
    {
      ...writes,
      summary: 'Altera um cliente: o que não vier fica, o que vier null é apagado.',
      params: AtCustomer,
      body: Partly(NewCustomer),
      answer: CustomerAnswer,
      ifMatch: true,
    },
    async (ctx, { params, body, expectedVersion }) => {
      const changed = await updateCustomer(ctx, ties, params.id, expectedVersion, body)
      return { body: showCustomer(changed), version: changed.version }
    },
  )

  route(
    app,
    'POST /v1/customers/:id/archive',
    { ...writes, summary: 'Arquiva um cliente sem contratos vigentes.', params: AtCustomer, answer: CustomerAnswer },
    async (ctx, { params }) => {
      const archived = await archiveCustomer(ctx, ties, params.id)
      return { body: showCustomer(archived), version: archived.version }
    },
  )

  route(
    app,
    'POST /v1/customers/:id/unarchive',
    { ...writes, summary: 'Volta a usar um cliente arquivado.', params: AtCustomer, answer: CustomerAnswer },
    async (ctx, { params }) => {
      const restored = await unarchiveCustomer(ctx, params.id)
      return { body: showCustomer(restored), version: restored.version }
    },
  )

  route(
    app,
    'DELETE /v1/customers/:id',
    { ...writes, summary: 'Apaga um cliente de que nada depende.', params: AtCustomer, ifMatch: true },
    async (ctx, { params, expectedVersion }) => {
      await deleteCustomer(ctx, params.id, expectedVersion)
      return {}
    },
  )

  registerCreditRoutes(app)
  registerPrivacyRoutes(app, ties)
  registerHistoryRoute(app, '/v1/customers', 'customer', reads.access)
}

import { showId } from '../core/ids.ts'
import { Fields, IdOf } from '../platform/http/fields.ts'
import { registerHistoryRoute } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { type ApiKeyTies, createApiKey, getApiKey, revokeApiKey, searchApiKeys } from './api-keys.ts'
import type { CredentialClients } from './credential.ts'
import { ApiKeyAnswer, asNewApiKey, DrawnApiKeyAnswer, NewApiKey, showApiKey, showDrawnApiKey } from './wire.ts'

const AtApiKey = Fields({ id: IdOf('api_key') })

/** An account's own keys. `clients`: whose clients they may be made for. */
export function registerApiKeyRoutes(app: App, clients: CredentialClients, ties: ApiKeyTies): void {
  route(
    app,
    'POST /v1/api-keys',
    {
      access: 'keys:write',
      summary: 'Cria uma chave; ela só é mostrada agora.',
      body: NewApiKey(clients),
      answer: DrawnApiKeyAnswer,
      answersSecret: true,
      status: 201,
    },
    async (ctx, { body }) => {
      const key = await createApiKey(ctx, asNewApiKey(clients, body), ties)
      return {
        body: showDrawnApiKey(key),
        version: key.version,
        location: `/v1/api-keys/${showId('api_key', key.id)}`,
      }
    },
  )

  route(
    app,
    'GET /v1/api-keys',
    { access: 'keys:read', summary: 'Lista as chaves, sem seus segredos.', query: PageQuery({}), answer: PageOf(ApiKeyAnswer) },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const rows = await searchApiKeys(ctx, page.after?.[0] ?? 0, page.limit)
      return { body: toPage(rows, page, row => [row.id], showApiKey) }
    },
  )

  route(
    app,
    'GET /v1/api-keys/:id',
    { access: 'keys:read', summary: 'Mostra uma chave, sem seu segredo.', params: AtApiKey, answer: ApiKeyAnswer },
    async (ctx, { params }) => {
      const key = await getApiKey(ctx, params.id)
      return { body: showApiKey(key), version: key.version }
    },
  )

  route(
    app,
    'POST /v1/api-keys/:id/revoke',
    { access: 'keys:write', summary: 'Revoga uma chave: ela não abre mais nada.', params: AtApiKey, answer: ApiKeyAnswer },
    async (ctx, { params }) => {
      const key = await revokeApiKey(ctx, params.id)
      return { body: showApiKey(key), version: key.version }
    },
  )

  registerHistoryRoute(app, '/v1/api-keys', 'api_key', 'keys:read')
}

import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { Fields, IdOf, OneOf, Text } from '../platform/http/fields.ts'
import { historyPage, historySpec } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { accountModes, accountStates } from './account.ts'
import { type ApiKeyTies, createApiKey, revokeApiKey, searchApiKeys } from './api-keys.ts'
import { closeAccount, getAccount, renameAccount, reopenAccount } from './change-account.ts'
import { createAccount } from './create-account.ts'
import type { CredentialClients } from './credential.ts'
import { searchAccounts } from './search-accounts.ts'
import {
  AccountAnswer,
  ApiKeyAnswer,
  AtAccount,
  asNewApiKey,
  DrawnApiKeyAnswer,
  NewAccount,
  NewApiKey,
  showAccount,
  showApiKey,
  showDrawnApiKey,
} from './wire.ts'

const operator = { access: 'operator' } as const

/** What the operator's key does: accounts, and the first key of each. */
export function registerAccountRoutes(app: App, clients: CredentialClients, ties: ApiKeyTies): void {
  route(
    app,
    'POST /v1/accounts',
    { ...operator, summary: 'Abre uma conta.', body: NewAccount, answer: AccountAnswer, status: 201 },
    async (ctx, { body }) => {
      const account = await createAccount(ctx, body)
      return { body: showAccount(account), version: account.version, location: `/v1/accounts/${showId('account', account.id)}` }
    },
  )

  route(
    app,
    'GET /v1/accounts',
    {
      ...operator,
      summary: 'Lista as contas.',
      query: PageQuery({
        q: Type.Optional(Text(200, { description: 'Parte do nome.' })),
        mode: Type.Optional(OneOf(accountModes)),
        state: Type.Optional(OneOf(accountStates)),
      }),
      answer: PageOf(AccountAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const rows = await searchAccounts(
        ctx,
        { q: query.q, mode: query.mode, state: query.state },
        page.after?.[0] ?? 0,
        page.limit,
      )
      return { body: toPage(rows, page, row => [row.id], showAccount) }
    },
  )

  route(
    app,
    'GET /v1/accounts/:account',
    { ...operator, summary: 'Mostra uma conta.', params: AtAccount, answer: AccountAnswer },
    async ctx => {
      const account = await getAccount(ctx)
      return { body: showAccount(account), version: account.version }
    },
  )

  route(app, 'GET /v1/accounts/:account/history', { ...operator, ...historySpec, params: AtAccount }, async (ctx, { query }) => ({
    body: await historyPage(ctx, 'account', ctx.account, query),
  }))

  route(
    app,
    'PATCH /v1/accounts/:account',
    {
      ...operator,
      summary: 'Muda o nome de uma conta.',
      params: AtAccount,
      body: Fields({ name: Text(200) }),
      answer: AccountAnswer,
      ifMatch: true,
    },
    async (ctx, { body, expectedVersion }) => {
      const account = await renameAccount(ctx, expectedVersion, body.name)
      return { body: showAccount(account), version: account.version }
    },
  )

  route(
    app,
    'POST /v1/accounts/:account/close',
    {
      ...operator,
      summary: 'Encerra uma conta: suas chaves deixam de abrir; o que ela tem fica.',
      params: AtAccount,
      answer: AccountAnswer,
    },
    async ctx => {
      const account = await closeAccount(ctx)
      return { body: showAccount(account), version: account.version }
    },
  )

  route(
    app,
    'POST /v1/accounts/:account/reopen',
    { ...operator, summary: 'Reabre uma conta encerrada.', params: AtAccount, answer: AccountAnswer },
    async ctx => {
      const account = await reopenAccount(ctx)
      return { body: showAccount(account), version: account.version }
    },
  )

  route(
    app,
    'POST /v1/accounts/:account/api-keys',
    {
      ...operator,
      summary: 'Cria uma chave de uma conta; ela só é mostrada agora.',
      params: AtAccount,
      body: NewApiKey(clients),
      answer: DrawnApiKeyAnswer,
      answersSecret: true,
      status: 201,
    },
    async (ctx, { body }) => {
      return { body: showDrawnApiKey(await createApiKey(ctx, asNewApiKey(clients, body), ties)) }
    },
  )

  route(
    app,
    'GET /v1/accounts/:account/api-keys',
    {
      ...operator,
      summary: 'Lista as chaves de uma conta.',
      params: AtAccount,
      query: PageQuery({}),
      answer: PageOf(ApiKeyAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const rows = await searchApiKeys(ctx, page.after?.[0] ?? 0, page.limit)
      return { body: toPage(rows, page, row => [row.id], showApiKey) }
    },
  )

  route(
    app,
    'POST /v1/accounts/:account/api-keys/:id/revoke',
    {
      ...operator,
      summary: 'Revoga uma chave de uma conta.',
      params: Fields({ account: IdOf('account'), id: IdOf('api_key') }),
      answer: ApiKeyAnswer,
    },
    async (ctx, { params }) => ({ body: showApiKey(await revokeApiKey(ctx, params.id)) }),
  )
}

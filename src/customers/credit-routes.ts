import { found } from '../core/current.ts'
import { PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { creditBalancesOf, listCreditEntries } from './customer-credit-store.ts'
import { customerOf } from './customer-store.ts'
import { grantCredit } from './grant-credit.ts'
import { AtCustomer, CreditEntryAnswer, CreditPageAnswer, NewCredit, showBalance, showCreditEntry } from './wire.ts'

export function registerCreditRoutes(app: App): void {
  route(
    app,
    'GET /v1/customers/:id/credit',
    {
      access: 'customers:read',
      summary: 'Mostra o crédito de um cliente com cada organização e seus lançamentos, do mais recente ao mais antigo.',
      params: AtCustomer,
      query: PageQuery({}),
      answer: CreditPageAnswer,
    },
    async (ctx, { params, query }) => {
      const page = readPage(query, ['integer'])
      const { balances, entries } = await ctx.transact(async tx => {
        found(await customerOf(tx, params.id), 'Cliente não encontrado.')
        const balances = await creditBalancesOf(tx, params.id)
        return { balances, entries: await listCreditEntries(tx, params.id, page.after?.[0] ?? null, page.limit + 1) }
      })
      return { body: { balances: balances.map(showBalance), ...toPage(entries, page, entry => [entry.id], showCreditEntry) } }
    },
  )

  route(
    app,
    'POST /v1/customers/:id/credit',
    {
      access: 'customers:write',
      summary: 'Dá crédito a um cliente com uma organização; as próximas emissões o usam.',
      params: AtCustomer,
      body: NewCredit,
      answer: CreditEntryAnswer,
      status: 201,
    },
    async (ctx, { params, body }) => ({ body: showCreditEntry(await grantCredit(ctx, params.id, body)) }),
  )
}

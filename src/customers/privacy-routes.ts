import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { Anything } from '../platform/http/fields.ts'
import { type App, route } from '../platform/http/route.ts'
import type { CustomerTies } from './customer-ties.ts'
import { eraseCustomer } from './erase-customer.ts'
import { exportCustomer } from './export-customer.ts'
import {
  AtCustomer,
  CreditBalanceAnswer,
  CreditEntryAnswer,
  CustomerAnswer,
  showBalance,
  showCreditEntry,
  showCustomer,
} from './wire.ts'

const CustomerExport = Type.Object(
  {
    exportedAt: Type.String(),
    customer: CustomerAnswer,
    credit: Type.Object({ balances: Type.Array(CreditBalanceAnswer), entries: Type.Array(CreditEntryAnswer) }),
    history: Type.Array(Anything()),
    records: Type.Record(Type.String(), Type.Array(Anything())),
  },
  { title: 'CustomerExport' },
)

/** What the LGPD gives to a person: to see all that is kept, and to have it erased. */
export function registerPrivacyRoutes(app: App, ties: CustomerTies): void {
  route(
    app,
    'GET /v1/customers/:id/export',
    {
      access: 'customers:read',
      summary: 'Exporta tudo o que se guarda de um cliente (LGPD).',
      params: AtCustomer,
      answer: CustomerExport,
    },
    async (ctx, { params }) => {
      const { customer, credit, history, ...rest } = await exportCustomer(ctx, ties, params.id)
      return {
        body: {
          ...rest,
          customer: showCustomer(customer),
          credit: { balances: credit.balances.map(showBalance), entries: credit.entries.map(showCreditEntry) },
          history: history.map(entry => ({ ...entry, id: showId('history_entry', entry.id) })),
        },
      }
    },
  )

  route(
    app,
    'POST /v1/customers/:id/erase',
    {
      access: 'customers:write',
      summary: 'Apaga os dados pessoais de um cliente sem contratos vigentes (LGPD); o registro fiscal fica. Não há volta.',
      params: AtCustomer,
      answer: CustomerAnswer,
    },
    async (ctx, { params }) => {
      const erased = await eraseCustomer(ctx, ties, params.id)
      return { body: showCustomer(erased), version: erased.version }
    },
  )
}

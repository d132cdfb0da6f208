import type { CustomerTies } from '../../customers/customer-ties.ts'
import type { Dialect } from '../dialect.ts'
import { customerOperations } from './customers.ts'
import { fileOperations } from './files.ts'
import { installmentOperations } from './installments.ts'
import { listOperations } from './lists.ts'
import { receiptOperations } from './receipts.ts'
import { scheduleOperations } from './schedules.ts'
import { tellRefusal, type Words } from './words.ts'

export interface NiboTies {
  readonly customers: CustomerTies
}

/** Nibo's API of companies: a token in a header or in the query, GUIDs, keys in any case, OData on lists. */
export function nibo(ties: NiboTies): Dialect<Words> {
  return {
    name: 'nibo',
    about: {
      title: 'Nibo',
      signsIn: 'O token vai no cabeçalho ApiToken, ou no endereço: ?apitoken=….',
      scheme: { type: 'apiKey', in: 'header', name: 'ApiToken', description: 'Uma chave de API da conta.' },
    },
    prefixes: ['/empresas/v1'],
    keyOf({ headers, query }) {
      const said = headers.apitoken ?? [...query].find(([name]) => name.toLowerCase() === 'apitoken')?.[1]
      return /^[\x21-\x7e]{1,200}$/.exec(String(said ?? '').trim())?.[0] ?? null
    },
    tell: tellRefusal,
    operations: [
      ...scheduleOperations,
      ...installmentOperations,
      ...receiptOperations,
      ...fileOperations,
      ...listOperations,
      ...customerOperations(ties.customers),
    ],
  }
}

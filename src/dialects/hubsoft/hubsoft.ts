import type { Dialect } from '../dialect.ts'
import { billingEventOperations } from './billing-events.ts'
import { clientOperations } from './clients.ts'
import { configurationOperations } from './configuration.ts'
import { oauthOperations } from './oauth.ts'
import { receivableOperations } from './receivables.ts'
import { tellRefusal, type Words } from './words.ts'

/** HubSoft's API: a bearer by password, everything else under `/api/v1/integracao`. */
export function hubsoft(): Dialect<Words> {
  return {
    name: 'hubsoft',
    prefixes: ['/api/v1/integracao', '/oauth'],
    // Whether their collection sends the word is not visible (vendors §2.1).
    keyOf({ headers }) {
      return /^(?:Bearer +)?([\x21-\x7e]{1,200})$/i.exec(String(headers.authorization ?? '').trim())?.[1] ?? null
    },
    readsForms: true,
    tell: tellRefusal,
    operations: [
      ...oauthOperations,
      ...billingEventOperations,
      ...clientOperations,
      ...configurationOperations,
      ...receivableOperations,
    ],
  }
}

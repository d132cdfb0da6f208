import type { Dialect } from '../dialect.ts'
import { billingEventOperations } from './billing-events.ts'
import { clientOperations } from './clients.ts'
import { configurationOperations } from './configuration.ts'
import { oauthOperations } from './oauth.ts'
import { receivableOperations } from './receivables.ts'
import { renegotiationOperations } from './renegotiations.ts'
import { tellRefusal, type Words } from './words.ts'

/** HubSoft's API: a bearer by password, everything else under `/api/v1/integracao`. */
export function hubsoft(): Dialect<Words> {
  return {
    name: 'hubsoft',
    about: {
      title: 'HubSoft',
      signsIn: 'Um token de POST /oauth/token, pedido com o cliente e a senha de uma chave criada para HubSoft, vai como Bearer.',
      scheme: { type: 'http', scheme: 'bearer', description: 'O token de POST /oauth/token, ou uma chave de API da conta.' },
    },
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
      ...renegotiationOperations,
    ],
  }
}

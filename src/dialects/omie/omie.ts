import { appKeyText } from '../../accounts/credential.ts'
import type { CustomerTies } from '../../customers/customer-ties.ts'
import type { ForeignRequest } from '../../platform/http/foreign-route.ts'
import type { CallLimits } from '../call-limits.ts'
import type { Dialect } from '../dialect.ts'
import { batchMethods } from './batch/batches.ts'
import { billingMethods } from './billing/billing.ts'
import { billingTypeMethods } from './billing/billing-types.ts'
import { contractMethods } from './contracts/contracts.ts'
import { customerMethods } from './customers/customers.ts'
import { asciiJson } from './json.ts'
import { type Method, operationOf } from './operation.ts'
import { orderMethods } from './orders/orders.ts'
import { receivableMethods } from './receivables/receivables.ts'
import { says } from './says.ts'
import { serviceMethods } from './services/services.ts'
import { callOf, tellRefusal, type Words } from './words.ts'

export interface Ties {
  customers: CustomerTies
}

/** Omie API v1, as far as it is about contracts of service and their billing. */
export function omie(ties: Ties, limits: CallLimits = 'live'): Dialect<Words> {
  const methods: readonly Method[] = [
    ...batchMethods,
    ...billingMethods,
    ...billingTypeMethods,
    ...contractMethods,
    ...serviceMethods,
    ...orderMethods,
    ...receivableMethods,
    ...customerMethods(ties.customers),
  ]
  return {
    name: 'omie',
    about: {
      title: 'Omie',
      signsIn: 'app_key e app_secret vão no corpo; no lugar de app_secret serve também uma chave de API da conta.',
      scheme: null,
    },
    prefixes: ['/api/v1/servicos', '/api/v1/geral', '/api/v1/financas', '/api/v1/produtos', '/api/v1/estoque', '/api/v1/crm'],
    readsBodyFirst: true,
    keyOf,
    callOf,
    tell: tellRefusal,
    write: asciiJson,
    operations: methods.map(method => ({ ...operationOf(method, limits), says: says[method.name] ?? method.call })),
  }
}

/** Key and secret stand in the body, the key as a number or as its digits. A key of ours in place of the secret opens as much. */
function keyOf({ body }: ForeignRequest): string | null {
  if (typeof body !== 'object' || body === null) return null
  const key: unknown = Reflect.get(body, 'app_key')
  const secret: unknown = Reflect.get(body, 'app_secret')
  if (typeof secret !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(secret)) return null
  if (secret.startsWith('bdr_')) return secret
  return typeof key === 'number' || (typeof key === 'string' && /^\d{1,20}$/.test(key)) ? appKeyText(key, secret) : null
}

import type { StaticEncode } from 'typebox'
import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { everything, keyScopes } from '../platform/http/access.ts'
import { Fields, IdOf, List, Moment, OneOf, OrNull, Text } from '../platform/http/fields.ts'
import { type Account, accountModes, accountStates } from './account.ts'
import type { ApiKey } from './api-key.ts'

export const AtAccount = Fields({ account: IdOf('account') })

export const NewAccount = Fields(
  {
    name: Text(200),
    mode: OneOf(accountModes, { description: 'live usa o relógio da máquina; sandbox tem o seu.' }),
    sandboxNow: Type.Optional(Moment({ description: 'Só de sandbox: onde o relógio começa.' })),
  },
  { title: 'NewAccount' },
)

export const AccountAnswer = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    mode: OneOf(accountModes),
    sandboxNow: OrNull(Type.String()),
    state: OneOf(accountStates),
    version: Type.Integer(),
    createdAt: Type.String(),
  },
  { title: 'Account' },
)

export function showAccount(account: Account): StaticEncode<typeof AccountAnswer> {
  return { ...account, id: showId('account', account.id) }
}

export const NewApiKey = Fields(
  {
    name: Text(100, { description: 'Para que serve, ou onde está.' }),
    scopes: List(OneOf([...keyScopes, everything]), 40, { minItems: 1, description: '"*" é tudo.' }),
  },
  { title: 'NewApiKey' },
)

const apiKeyProperties = {
  id: Type.String(),
  name: Type.String(),
  prefix: Type.String(),
  scopes: Type.Array(Type.String()),
  createdAt: Type.String(),
  revokedAt: OrNull(Type.String()),
  version: Type.Integer(),
}

export const ApiKeyAnswer = Type.Object(apiKeyProperties, { title: 'ApiKey' })

export const DrawnApiKeyAnswer = Type.Object(
  { ...apiKeyProperties, key: Type.String({ description: 'A chave por inteiro; não será mostrada de novo.' }) },
  { title: 'DrawnApiKey' },
)

export function showApiKey(key: ApiKey): StaticEncode<typeof ApiKeyAnswer> {
  return { ...key, id: showId('api_key', key.id) }
}

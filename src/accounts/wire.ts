import type { StaticEncode } from 'typebox'
import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { everything, keyScopes } from '../platform/http/access.ts'
import { Fields, IdOf, List, Moment, OneOf, OrNull, Text } from '../platform/http/fields.ts'
import { type Account, accountModes, accountStates } from './account.ts'
import type { ApiKey } from './api-key.ts'
import type { DrawnApiKey, NewApiKey as NewKey } from './api-keys.ts'
import { type CredentialClients, credentialForms } from './credential.ts'

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

/** `clients`: those that a key may be made for, each by its name. */
export const NewApiKey = (clients: CredentialClients) =>
  Fields(
    {
      name: Text(100, { description: 'Para que serve, ou onde está.' }),
      scopes: List(OneOf([...keyScopes, everything]), 40, { minItems: 1, description: '"*" é tudo.' }),
      for: Type.Optional(
        OneOf(Object.keys(clients), { description: 'O cliente de outro sistema que vai entrar com ela: recebe o que ele pede.' }),
      ),
      organizationId: Type.Optional(
        OrNull(
          IdOf('organization', {
            description:
              'Com for: a organização por que esse cliente fala, onde o formato dele não a diz; a primeira se não informada.',
          }),
        ),
      ),
    },
    { title: 'NewApiKey' },
  )

interface NewKeyBody {
  name: string
  scopes: NewKey['scopes']
  for?: string
  organizationId?: number | null
}

export function asNewApiKey(clients: CredentialClients, body: NewKeyBody): NewKey {
  const form = body.for === undefined ? undefined : clients[body.for]
  const purpose = body.for === undefined || form === undefined ? undefined : { client: body.for, form }
  return { name: body.name, scopes: body.scopes, purpose, organizationId: body.organizationId }
}

const apiKeyProperties = {
  id: Type.String(),
  name: Type.String(),
  prefix: Type.String({ description: 'O que dela se mostra: o começo da chave, ou o número do cliente.' }),
  for: OrNull(Type.String({ description: 'O cliente de outro sistema para o qual foi criada.' })),
  form: OneOf(credentialForms),
  organizationId: OrNull(Type.String({ description: 'A organização por que esse cliente fala; nula quando não foi dita.' })),
  scopes: Type.Array(Type.String()),
  createdAt: Type.String(),
  revokedAt: OrNull(Type.String()),
  version: Type.Integer(),
}

export const ApiKeyAnswer = Type.Object(apiKeyProperties, { title: 'ApiKey' })

export const DrawnApiKeyAnswer = Type.Object(
  {
    ...apiKeyProperties,
    key: OrNull(Type.String({ description: 'A chave por inteiro; não será mostrada de novo. Nula quando são várias partes.' })),
    credentials: Type.Record(Type.String({ maxLength: 40 }), Type.String(), {
      description:
        'Pelos nomes com que o cliente as pede: token; app_key e app_secret; ou client_id, client_secret, username e password.',
    }),
  },
  { title: 'DrawnApiKey' },
)

export function showApiKey({ client, organizationId, ...key }: ApiKey): StaticEncode<typeof ApiKeyAnswer> {
  const organization = organizationId === null ? null : showId('organization', organizationId)
  return { ...key, id: showId('api_key', key.id), for: client, organizationId: organization }
}

export function showDrawnApiKey({ text, credentials, ...key }: DrawnApiKey): StaticEncode<typeof DrawnApiKeyAnswer> {
  return { ...showApiKey(key), key: key.form === 'token' ? text : null, credentials: { ...credentials } }
}

import type { Credentials } from '../accounts/credential.ts'

/** A command that somebody can paste, for each dialect: it answers 200 in an account that has just been filled. */
export interface FirstCall {
  readonly title: string
  readonly command: string
}

/** `dialects`: the credentials of each vendor's client, as the credentials file holds them. */
export function firstCalls(url: string, key: string, dialects: Readonly<Record<string, Credentials>>): FirstCall[] {
  const { client_id, client_secret, username, password } = dialects.hubsoft ?? {}
  const login = { grant_type: 'password', client_id, client_secret, username, password }
  const sent = Object.entries(login).flatMap(([name, value]) => (value === undefined ? [] : `-d ${name}=${value}`))
  const stage = JSON.stringify({ call: 'ObterContratos', ...dialects.omie, param: [{ cEtapa: '30' }] })
  return [
    {
      title: 'Fintera',
      command: `curl -s -H 'Authorization: Token token=${dialects.fintera?.token ?? key}' ${url}/api/v1/companies`,
    },
    {
      title: 'HubSoft',
      command: `curl -s -H "Authorization: Bearer $(curl -s ${sent.join(' ')} ${url}/oauth/token | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')" "${url}/api/v1/integracao/cliente/todos?pagina=0&itens_por_pagina=5"`,
    },
    {
      title: 'Nibo',
      command: `curl -s -H 'ApiToken: ${dialects.nibo?.token ?? key}' '${url}/empresas/v1/customers?$top=5'`,
    },
    { title: 'Omie', command: `curl -s -d '${stage}' ${url}/api/v1/servicos/contratofat/` },
  ]
}

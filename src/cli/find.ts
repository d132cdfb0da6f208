import { readId } from '../core/ids.ts'
import type { Contract, Organization, Page } from './answers.ts'
import type { Client } from './client.ts'
import { CliError, exitCodes } from './exit-codes.ts'

// People know a contract by its code and an organization by its CNPJ; the API by their ids.

export async function contractId(client: Client, named: string): Promise<string> {
  if (readId('contract', named) !== null) return named
  const { data } = await client.get<Page<Contract>>('/v1/contracts', { code: named, limit: 1 })
  return data[0]?.id ?? notFound(`Não há contrato com o código "${named}".`)
}

export async function organizationId(client: Client, named: string): Promise<string> {
  if (readId('organization', named) !== null) return named
  const { data } = await client.get<Page<Organization>>('/v1/organizations', { cnpj: named, limit: 1 })
  return data[0]?.id ?? notFound(`Não há organização com o CNPJ ${named}.`)
}

function notFound(message: string): never {
  throw new CliError(exitCodes.findings, message, { details: { code: 'not_found' } })
}

import { parseTaxId } from '../core/brazil/tax-id.ts'
import { type Noun, readId } from '../core/ids.ts'
import type { Contract, Customer, Organization, Page, Plan, Rule, ServiceItem } from './answers.ts'
import type { Client } from './client.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { startedAs } from './started-as.ts'
import { contractName } from './words.ts'

// People know a contract by its code, a customer and an organization by name or tax id; the API knows them by their ids.

export async function contractId(client: Client, named: string): Promise<string> {
  if (readId('contract', named) !== null) return named
  const { data } = await client.get<Page<Contract>>('/v1/contracts', { code: named, limit: 1 })
  return data[0]?.id ?? (await contractByName(client, named))
}

/** Lists show a contract without a code by its number or name: what they show may be typed, where no other one is called so. */
async function contractByName(client: Client, named: string): Promise<string> {
  const alike = await client.get<Page<Contract>>('/v1/contracts', { q: named, limit: 200 })
  const called = alike.data.filter(
    ({ name, number }) => isSameName(name, named) || (number !== null && isSameName(number, named)),
  )
  const [first, ...others] = called
  // Beyond the page there may be another one of that name.
  if (first !== undefined && others.length === 0 && alike.nextCursor === null) return first.id
  if (first === undefined) {
    return notFound(
      `Não há contrato com o código, o número ou o nome "${named}": "${startedAs} contracts list --q '${named}'" procura por parte deles.`,
    )
  }
  const listed = called
    .slice(0, mostListed)
    .map(contract => `  ${contract.id}  ${contractName(contract)}, ${contract.customer.name}`)
  throw new CliError(
    exitCodes.findings,
    `Há vários contratos que são "${named}": diga qual, pelo código ou pelo id.\n${listed.join('\n')}`,
    { details: { code: 'several_contracts', contracts: called.map(({ id, name }) => ({ id, name })) } },
  )
}

const mostListed = 20

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** The contract's only rule, or one that is named by its id. */
export async function ruleId(client: Client, named: string): Promise<string> {
  if (readId('invoice_rule', named) !== null) return named
  const rules = await client.all<Rule>('/v1/invoice-rules', { contractId: await contractId(client, named) })
  const [only, ...others] = rules
  if (only === undefined) return notFound(`O contrato ${named} não tem regra de faturamento.`)
  if (others.length === 0) return only.id
  const listed = rules.map(rule => `  ${rule.id}  ${ruleWords(rule)}`)
  throw new CliError(
    exitCodes.findings,
    `O contrato ${named} tem ${rules.length} regras de faturamento: diga qual, no lugar do contrato.\n${listed.join('\n')}`,
    { details: { code: 'several_rules', rules: rules.map(({ id, title }) => ({ id, title })) } },
  )
}

/** 'Internet fibra, todo mês no dia 10, adiantado' */
export function ruleWords({ title, rhythm }: Rule): string {
  return `${title}, ${rhythm}`
}

export async function customerId(client: Client, named: string): Promise<string> {
  if (readId('customer', named) !== null) return named
  const { data } = await client.get<Page<Customer>>('/v1/customers', { ...byTaxIdOrName(named), limit: 10 })
  const [first, ...others] = data
  if (first === undefined) return notFound(`Não há cliente com o nome, CNPJ ou CPF "${named}".`)
  const exact = data.filter(({ name }) => name.toLowerCase() === named.toLowerCase())
  if (others.length === 0 || exact.length === 1) return (exact[0] ?? first).id
  const listed = data.map(({ id, name }) => `  ${id}  ${name}`)
  throw new CliError(exitCodes.findings, `Há vários clientes que são "${named}": diga qual.\n${listed.join('\n')}`, {
    details: { code: 'several_customers', customers: data.map(({ id, name }) => ({ id, name })) },
  })
}

function byTaxIdOrName(named: string): { taxId: string } | { q: string } {
  return parseTaxId(named) === null ? { q: named } : { taxId: named }
}

export async function organizationId(client: Client, named: string): Promise<string> {
  if (readId('organization', named) !== null) return named
  const { data } = await client.get<Page<Organization>>('/v1/organizations', { cnpj: named, limit: 1 })
  return data[0]?.id ?? notFound(`Não há organização com o CNPJ ${named}.`)
}

/** The account's only one, where none is named. */
export async function organizationOrOnly(client: Client, named: string | undefined): Promise<string> {
  if (named !== undefined) return organizationId(client, named)
  const { data } = await client.get<Page<Organization>>('/v1/organizations', { limit: 2 })
  const [only, ...others] = data
  if (only === undefined) return notFound(`Não há organização: "${startedAs} init" cadastra uma.`)
  if (others.length === 0) return only.id
  throw new CliError(exitCodes.findings, 'Há várias organizações: diga qual, com --organization e o CNPJ.', {
    details: { code: 'several_organizations', organizations: data.map(({ id }) => id) },
  })
}

export function planId(client: Client, named: string): Promise<string> {
  return idByName<Plan>(client, 'plan', named, { path: '/v1/plans', one: 'plano', many: 'planos', list: 'plans list' })
}

export function serviceItemId(client: Client, named: string): Promise<string> {
  return idByName<ServiceItem>(client, 'service_item', named, { path: '/v1/service-items', one: 'serviço', many: 'serviços' })
}

/** How services are called, by id; a key that may not see them leaves their ids. */
export async function serviceNames(client: Client, ids: readonly (string | null)[]): Promise<(id: string) => string> {
  const names = new Map<string, string>()
  for (const id of new Set(ids.filter(id => id !== null))) {
    try {
      names.set(id, (await client.get<ServiceItem>(`/v1/service-items/${id}`)).name)
    } catch (error) {
      if (!(error instanceof CliError && error.exitCode === exitCodes.denied)) throw error
      break
    }
  }
  return id => names.get(id) ?? id
}

interface NamedKind {
  path: string
  one: string
  many: string
  /** The command that shows those that there are. */
  list?: string
}

/** Named by its id, or its name where no other one is called so. */
async function idByName<It extends { id: string; name: string }>(
  client: Client,
  noun: Noun,
  named: string,
  { path, one, many, list }: NamedKind,
): Promise<string> {
  if (readId(noun, named) !== null) return named
  const { data, nextCursor } = await client.get<Page<It>>(path, { q: named, limit: 200 })
  const called = data.filter(({ name }) => isSameName(name, named))
  const [first, ...others] = called
  // Beyond the page there may be another one of that name.
  if (first !== undefined && others.length === 0 && nextCursor === null) return first.id
  if (first === undefined) {
    const shown = list === undefined ? '' : `: "${startedAs} ${list}" mostra os que há`
    return notFound(`Não há ${one} com o nome "${named}"${shown}.`)
  }
  const listed = called.slice(0, mostListed).map(({ id, name }) => `  ${id}  ${name}`)
  throw new CliError(exitCodes.findings, `Há vários ${many} com o nome "${named}": diga qual, pelo id.\n${listed.join('\n')}`, {
    details: { code: `several_${noun}s`, found: called.map(({ id, name }) => ({ id, name })) },
  })
}

function notFound(message: string): never {
  throw new CliError(exitCodes.findings, message, { details: { code: 'not_found' } })
}

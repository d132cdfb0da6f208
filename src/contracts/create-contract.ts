import { serviceItemsOf } from '../catalog/service-item-store.ts'
import { type CivilDate, dayInZone } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { type Fault, Refusal } from '../core/refusal.ts'
import type { Customer } from '../customers/customer.ts'
import { customersOf } from '../customers/customer-store.ts'
import type { Organization } from '../organizations/organization.ts'
import { organizationOf } from '../organizations/organization-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader, Tx } from '../platform/db/db.ts'
import { addExternalIds, type ExternalId } from '../platform/external-ids.ts'
import { type HistoryEntry, record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import {
  type Contract,
  type ContractInput,
  type ContractKind,
  checkValidity,
  readContract,
  type Standing,
  stateOn,
} from './contract.ts'
import { addValidities } from './contract-facts-store.ts'
import { insertContracts } from './contract-store.ts'
import { refreshNextDue, seedLedgers } from './coverage-store.ts'
import { dateTurn } from './held-contract.ts'
import { type InvoiceRule, newRule, type RuleData, type RuleInput, readRule, startOfLedger } from './invoice-rule.ts'
import type { Services } from './read-terms.ts'
import { ruleMade } from './rule-history.ts'
import { insertRules } from './rule-store.ts'
import { insertTerms } from './terms-store.ts'

export interface NewContract extends ContractInput {
  kind?: ContractKind | undefined
  organizationId: number
  /** The other party. */
  customerId: number
  /** A draft bills nothing until it is activated. */
  state?: 'draft' | 'active' | undefined
  /** First day of validity, counted; today unless told. Of a draft: when it is planned to begin. */
  startsOn?: CivilDate | null | undefined
  /** Last day, counted; without one it goes on until further notice. */
  endsOn?: CivilDate | null | undefined
  rules?: readonly RuleInput[] | undefined
  externalIds?: readonly ExternalId[] | undefined
}

export interface MadeContract {
  contract: Contract
  rules: InvoiceRule[]
}

/** Makes a contract, with its rules when they are given. */
export async function createContract(ctx: Ctx, input: NewContract): Promise<MadeContract> {
  const [made] = await createContracts(ctx, [input], () => '')
  if (!made) throw new Error('one contract was to be made, and none was')
  return made
}

/**
 * Makes many contracts, all or none, with the same number of statements as one. Faults are told at `pathOf(i)`, all at once.
 */
export function createContracts(
  ctx: Ctx,
  inputs: readonly NewContract[],
  pathOf: (i: number) => string = i => `/${i}`,
): Promise<MadeContract[]> {
  return ctx.transact(async tx => {
    const drafts = await readAll(tx, ctx, inputs, pathOf)
    const made = await withIds(tx, drafts)
    await save(tx, ctx, made)
    return made.map(({ contract, rules }) => ({ contract, rules: rules.map(({ rule }) => rule) }))
  })
}

// --- What was sent, judged ---

type UnnumberedContract = Omit<Contract, 'id'>

interface Draft {
  contract: UnnumberedContract
  rules: RuleData[]
  standing: Standing
  externalIds: readonly ExternalId[]
  today: CivilDate
  timeZone: string
}

async function readAll(tx: Reader, ctx: Ctx, inputs: readonly NewContract[], pathOf: (i: number) => string): Promise<Draft[]> {
  const organizations = await organizationsOf(tx, new Set(inputs.map(input => input.organizationId)))
  const customers = await customersOf(tx, [...new Set(inputs.map(input => input.customerId))])
  const services = await serviceItemsOf(tx, servicesOf(inputs))
  const faults = new Faults()
  const ownCustomers: Fault[] = []
  const drafts = inputs.map((input, i) => {
    const organization = readParty(organizations.get(input.organizationId), `${pathOf(i)}/organizationId`, 'organization', faults)
    const customer = readParty(customers.get(input.customerId), `${pathOf(i)}/customerId`, 'customer', faults)
    if (organization && customer && isSupplier(customer, organization)) ownCustomers.push(ownCustomer(`${pathOf(i)}/customerId`))
    return readOne(ctx, input, organization?.timeZone ?? 'UTC', services, pathOf(i), faults)
  })
  faults.refuseIfAny()
  const [first] = ownCustomers
  if (first) throw new Refusal(first.code, first.message, { faults: ownCustomers })
  return drafts
}

function readOne(ctx: Ctx, input: NewContract, timeZone: string, services: Services, path: string, faults: Faults): Draft {
  const now = ctx.clock.now()
  const today = dayInZone(now, timeZone)
  const isDraft = input.state === 'draft'
  const startsOn = input.startsOn ?? (isDraft ? null : today)
  const endsOn = input.endsOn ?? null
  checkValidity(startsOn, endsOn, path, faults)
  const rules = (input.rules ?? []).map((rule, i) => readOwnRule(rule, services, `${path}/rules/${i}`, faults))
  const validity = isDraft || startsOn === null ? null : { startsOn, endsOn }
  const standing = { validity, suspensions: [], cancelledOn: null }
  return {
    contract: {
      ...readContract(input, path, faults),
      kind: input.kind ?? 'sale',
      organizationId: input.organizationId,
      customerId: input.customerId,
      state: stateOn(today, standing),
      startsOn,
      endsOn,
      cancelledOn: null,
      cancelReason: null,
      version: 1,
      createdAt: now,
      archivedAt: null,
    },
    rules,
    standing,
    externalIds: input.externalIds ?? [],
    today,
    timeZone,
  }
}

function readOwnRule(rule: RuleInput, services: Services, path: string, faults: Faults): RuleData {
  if (rule.replacesRuleId != null)
    faults.add(`${path}/replacesRuleId`, 'unknown_rule', 'Um contrato novo não tem regra a substituir.')
  return readRule(rule, services, path, faults)
}

function servicesOf(inputs: readonly NewContract[]): number[] {
  return [...new Set(inputs.flatMap(input => input.rules ?? []).flatMap(rule => rule.lines.map(line => line.serviceItemId)))]
}

async function organizationsOf(tx: Reader, ids: ReadonlySet<number>): Promise<Map<number, Organization>> {
  const known = new Map<number, Organization>()
  for (const id of ids) {
    const organization = await organizationOf(tx, id)
    if (organization) known.set(id, organization)
  }
  return known
}

const partyNames = { organization: 'Esta organização', customer: 'Este cliente' } as const
const partyEnds = { organization: 'arquivada', customer: 'arquivado' } as const

function readParty<P extends { archivedAt: unknown }>(
  party: P | undefined,
  path: string,
  noun: keyof typeof partyNames,
  faults: Faults,
): P | null {
  if (!party) return faults.add(path, `unknown_${noun}`, `${partyNames[noun]} não existe.`)
  if (party.archivedAt === null) return party
  return faults.add(path, `archived_${noun}`, `${partyNames[noun]} está ${partyEnds[noun]}.`)
}

function isSupplier(customer: Customer, organization: Organization): boolean {
  return customer.taxId === organization.cnpj
}

function ownCustomer(path: string): Fault {
  return { path, code: 'customer_is_supplier', message: 'O cliente é a própria organização: o CNPJ é o mesmo.' }
}

// --- Ids ---

interface Numbered extends Omit<Draft, 'contract' | 'rules'> {
  contract: Contract
  rules: { rule: InvoiceRule; data: RuleData }[]
}

async function withIds(tx: Tx, drafts: readonly Draft[]): Promise<Numbered[]> {
  if (drafts.length === 0) return []
  const firstContract = await takeIds(tx, 'contract', drafts.length)
  const ruleCount = drafts.reduce((count, draft) => count + draft.rules.length, 0)
  let nextRule = ruleCount === 0 ? 0 : await takeIds(tx, 'invoice_rule', ruleCount)
  return drafts.map((draft, i) => {
    const contract = { ...draft.contract, id: firstContract + i }
    return {
      ...draft,
      contract,
      rules: draft.rules.map(data => ({ rule: newRule(nextRule++, contract, data, contract.createdAt), data })),
    }
  })
}

// --- Saving ---

async function save(tx: Tx, ctx: Ctx, made: readonly Numbered[]): Promise<void> {
  const now = ctx.clock.now()
  await insertContracts(
    tx,
    made.map(({ contract }) => contract),
  )
  await addExternalIds(
    tx,
    'contract',
    made.flatMap(({ contract, externalIds }) => externalIds.map(id => ({ ...id, subjectId: contract.id }))),
  )
  await addValidities(
    tx,
    made.flatMap(({ contract, standing }) =>
      standing.validity ? [{ contractId: contract.id, ...standing.validity, cause: 'create' }] : [],
    ),
    now,
  )
  const rules = made.flatMap(({ rules, standing, today }) => rules.map(each => ({ ...each, validity: standing.validity, today })))
  await insertRules(
    tx,
    rules.map(({ rule }) => rule),
  )
  await insertTerms(
    tx,
    rules.map(({ rule, data }) => ({ ruleId: rule.id, knownAt: now, cause: 'create', terms: data.terms })),
  )
  const starts = rules.flatMap(({ rule, data, validity, today }) =>
    validity ? [{ ruleId: rule.id, ...startOfLedger(data.terms, validity, today, data.billedThrough, null) }] : [],
  )
  await seedLedgers(tx, starts, now)
  await refreshNextDue(
    tx,
    starts.map(start => start.ruleId),
  )
  for (const { contract, standing, today, timeZone } of made) {
    if (standing.validity?.endsOn != null) await dateTurn(tx, contract, standing, today, timeZone)
  }
  await record(tx, ctx, [
    ...made.map(
      ({ contract, externalIds }): HistoryEntry => ({
        action: 'create',
        event: 'create',
        subject: { noun: 'contract', id: contract.id, version: contract.version },
        after: { ...contract, externalIds },
      }),
    ),
    ...rules.map(({ rule, data }) => ruleMade(rule, data.terms)),
  ])
}

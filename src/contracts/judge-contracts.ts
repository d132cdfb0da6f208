import { bindReferences } from '../catalog/references/bind-references.ts'
import { bindServiceItems } from '../catalog/service-item-store.ts'
import { type CivilDate, dayInZone } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { type Fault, Refusal } from '../core/refusal.ts'
import type { Customer } from '../customers/customer.ts'
import { bindCustomers } from '../customers/customer-store.ts'
import type { Organization } from '../organizations/organization.ts'
import { bindOrganizations } from '../organizations/organization-store.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import type { ExternalId } from '../platform/external-ids.ts'
import {
  type Contract,
  type ContractInput,
  type ContractKind,
  checkValidity,
  readContract,
  type Standing,
  stateOn,
} from './contract.ts'
import type { DetailsValues } from './details/billing-details.ts'
import { judgeDetails } from './details/say-details.ts'
import { type RuleData, type RuleInput, readRule } from './rules/invoice-rule.ts'
import { categoriesNamed } from './rules/line-categories.ts'
import type { Services } from './rules/read-terms.ts'
import { faultServicesBilledTwice } from './rules/services-once.ts'
import { takeWithholdings } from './withholding/take-withholdings.ts'

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

/** A contract that may be made, with all that its making needs but ids. */
export interface ContractDraft {
  contract: Omit<Contract, 'id'>
  rules: RuleData[]
  /** What is carried along with what each of the rules bills. */
  details: (DetailsValues | null)[]
  standing: Standing
  externalIds: readonly ExternalId[]
  today: CivilDate
  timeZone: string
}

/**
 * Parties, texts, days and rules of many contracts; whatever is wrong with any of them is refused at once, at `pathOf(i)`. The parties are
 * bound: none of them goes out of use before the contracts stand, or its verb waits and finds them.
 */
export async function judgeContracts(
  tx: Tx,
  ctx: Ctx,
  sent: readonly NewContract[],
  pathOf: (i: number) => string,
): Promise<ContractDraft[]> {
  const faults = new Faults()
  const inputs = await takeOfRules(tx, sent, pathOf, faults)
  const organizations = await bindOrganizations(tx, [...new Set(inputs.map(input => input.organizationId))])
  const customers = await bindCustomers(tx, [...new Set(inputs.map(input => input.customerId))])
  const services = await bindServiceItems(tx, servicesOf(inputs))
  const ownCustomers: Fault[] = []
  const drafts = inputs.map((input, i) => {
    const organization = readParty(organizations.get(input.organizationId), `${pathOf(i)}/organizationId`, 'organization', faults)
    const customer = readParty(customers.get(input.customerId), `${pathOf(i)}/customerId`, 'customer', faults)
    if (organization && customer && isSupplier(customer, organization)) ownCustomers.push(ownCustomer(`${pathOf(i)}/customerId`))
    return readOne(ctx, input, organization?.timeZone ?? 'UTC', services, pathOf(i), faults)
  })
  const details = await readDetails(tx, inputs, drafts, pathOf, faults)
  await bindCategories(tx, inputs, pathOf, faults)
  faults.refuseIfAny()
  const [first] = ownCustomers
  if (first) throw new Refusal(first.code, first.message, { faults: ownCustomers })
  return drafts.map((draft, i) => ({ ...draft, details: details[i] ?? [] }))
}

function readOne(
  ctx: Ctx,
  input: NewContract,
  timeZone: string,
  services: Services,
  path: string,
  faults: Faults,
): Omit<ContractDraft, 'details'> {
  const now = ctx.clock.now()
  const today = dayInZone(now, timeZone)
  const isDraft = input.state === 'draft'
  const startsOn = input.startsOn ?? (isDraft ? null : today)
  const endsOn = input.endsOn ?? null
  checkValidity(startsOn, endsOn, path, faults)
  const rules = (input.rules ?? []).map((rule, i) => readOwnRule(rule, services, `${path}/rules/${i}`, faults))
  faultServicesBilledTwice(rules, path, faults)
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

/** Withholdings that rules take from a template of notes; one after the other, for the few that name one. */
async function takeOfRules(
  tx: Tx,
  inputs: readonly NewContract[],
  pathOf: (i: number) => string,
  faults: Faults,
): Promise<readonly NewContract[]> {
  const asks = ({ rules = [] }: NewContract) => rules.some(rule => rule.withholdingTemplateId != null)
  if (!inputs.some(asks)) return inputs
  const taken: NewContract[] = []
  for (const [i, input] of inputs.entries()) {
    const rules: RuleInput[] = []
    for (const [j, rule] of (input.rules ?? []).entries()) {
      rules.push(await takeWithholdings(tx, input, rule, `${pathOf(i)}/rules/${j}`, faults))
    }
    taken.push(asks(input) ? { ...input, rules } : input)
  }
  return taken
}

/** One after the other, for the few that say anything. */
async function readDetails(
  tx: Tx,
  inputs: readonly NewContract[],
  drafts: readonly Pick<ContractDraft, 'rules'>[],
  pathOf: (i: number) => string,
  faults: Faults,
): Promise<(DetailsValues | null)[][]> {
  const read: (DetailsValues | null)[][] = []
  for (const [i, { organizationId, rules = [] }] of inputs.entries()) {
    const own: (DetailsValues | null)[] = []
    for (const [j, { details: input }] of rules.entries()) {
      const paymentMethod = drafts[i]?.rules[j]?.terms.paymentMethod ?? 'boleto'
      const said = { organizationId, before: null, input, paymentMethod }
      own.push(input === undefined ? null : await judgeDetails(tx, said, `${pathOf(i)}/rules/${j}/details`, faults))
    }
    read.push(own)
  }
  return read
}

/** What the lines say of the books; one after the other, for the few contracts whose lines say any. */
async function bindCategories(
  tx: Tx,
  inputs: readonly NewContract[],
  pathOf: (i: number) => string,
  faults: Faults,
): Promise<void> {
  for (const [i, { organizationId, rules = [] }] of inputs.entries()) {
    const named = rules.flatMap(({ lines }, j) => categoriesNamed(lines, `${pathOf(i)}/rules/${j}/lines`))
    if (named.length > 0) await bindReferences(tx, organizationId, named, faults)
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

import type { ServiceItem } from '../../catalog/service-item.ts'
import { serviceItemsByCode, serviceItemsByName, serviceItemsOf } from '../../catalog/service-item-store.ts'
import { contractsByCode, contractsOf } from '../../contracts/contract-store.ts'
import { openPeriodsOf } from '../../contracts/ledger/coverage-store.ts'
import { livingReadjustments, priceChangesOf } from '../../contracts/readjustment/readjustment-store.ts'
import type { InvoiceRule } from '../../contracts/rules/invoice-rule.ts'
import { rulesOfContracts } from '../../contracts/rules/rule-store.ts'
import { firstDayOf } from '../../contracts/rules/rule-versions.ts'
import { type Terms, termsAt } from '../../contracts/rules/terms.ts'
import { termsOf } from '../../contracts/rules/terms-store.ts'
import { type CivilDate, type Instant, minDate } from '../../core/dates.ts'
import type { Customer } from '../../customers/customer.ts'
import { customersByName, customersByTaxId, customersOf } from '../../customers/customer-store.ts'
import { todayOf } from '../../organizations/organization.ts'
import { organizationsOf } from '../../organizations/organization-store.ts'
import type { Reader } from '../../platform/db/db.ts'
import { externalIdsOf, type SubjectExternalId, subjectsOfExternalIds } from '../../platform/external-ids.ts'
import { accountMark } from '../account-mark.ts'
import type { ContractRows } from '../file/group-rows.ts'
import { inBatches } from '../in-batches.ts'
import {
  codeKey,
  idKey,
  type Known,
  type KnownContract,
  type KnownRule,
  namedIds,
  type OrganizationToday,
  OWN_SYSTEM,
  rowKey,
  showExternalId,
} from './known.ts'
import { contractOf } from './match-contract.ts'
import type { Bystander } from './note-standing.ts'
import { READJUSTED } from './readjusted-price.ts'
import type { Standing, StandingLedger, StandingReceivable } from './standing.ts'
import { livingContractIds, standingLedgersOf, standingReceivablesOf } from './standing-store.ts'

/** Finds what the account has of what the rows speak of: a dozen statements for each thousand contracts. */
export async function loadKnown(tx: Reader, groups: readonly ContractRows[], now: Instant): Promise<Known> {
  const mark = await accountMark(tx)
  const idByKey = new Map<string, number>()
  const named: SubjectExternalId[] = []
  const customersByTax = new Map<string, Customer>()
  const byName = new Map<string, Customer[]>()
  const byCode = new Map<string, ServiceItem>()
  const servicesByName = new Map<string, ServiceItem>()
  for (const batch of inBatches(groups)) {
    const rows = batch.flatMap(group => group.rules).flatMap(rule => rule.rows)
    for (const [code, { id }] of await contractsByCode(
      tx,
      batch.flatMap(({ code }) => code ?? []),
    ))
      idByKey.set(codeKey(code), id)
    for (const { cells } of batch) {
      const { id, mark: its = mark } = cells.contractId ?? {}
      if (id !== undefined && (its ?? mark) === mark) idByKey.set(idKey(id), id)
    }
    const ownKeys = batch.flatMap(({ ownKey, earlierKeys }) => [ownKey, ...earlierKeys])
    const ids = [...ownKeys.map(id => ({ system: OWN_SYSTEM, id })), ...batch.flatMap(({ cells }) => namedIds(cells))]
    named.push(...(await subjectsOfExternalIds(tx, 'contract', ids)))
    addAll(
      customersByTax,
      await customersByTaxId(
        tx,
        batch.flatMap(({ cells }) => cells.taxId?.taxId ?? []),
      ),
    )
    addAll(
      byName,
      await customersByName(
        tx,
        batch.flatMap(({ cells }) => cells.customerName ?? []),
      ),
    )
    addAll(
      byCode,
      await serviceItemsByCode(
        tx,
        rows.flatMap(({ cells }) => cells.serviceCode ?? []),
      ),
    )
    addAll(
      servicesByName,
      await serviceItemsByName(
        tx,
        rows.flatMap(({ cells }) => cells.service ?? []),
      ),
    )
  }
  for (const { system, id, subjectId } of named) if (system === OWN_SYSTEM) idByKey.set(rowKey(id), subjectId)
  const contracts = new Map<number, KnownContract>()
  const living = new Set<number>()
  for (const batch of inBatches([...new Set([...idByKey.values(), ...named.map(({ subjectId }) => subjectId)])])) {
    for (const contract of (await contractsOf(tx, batch)).values()) if (contract.archivedAt === null) living.add(contract.id)
  }
  const met = [...new Set(idByKey.values())].filter(id => living.has(id))
  for (const batch of inBatches(met)) addAll(contracts, await loadContracts(tx, batch, now))
  const lines = [...contracts.values()].flatMap(({ rules }) => rules).flatMap(({ terms }) => terms.lines)
  const services = await serviceItemsOf(tx, [...new Set(lines.map(line => line.serviceItemId))])
  for (const service of [...byCode.values(), ...servicesByName.values()]) services.set(service.id, service)
  const known: Omit<Known, 'bystanders'> = {
    accountMark: mark,
    byKey: new Map(
      [...idByKey].flatMap(([key, id]) => {
        const it = contracts.get(id)
        return it ? [[key, it] as const] : []
      }),
    ),
    customersByTaxId: customersByTax,
    customersByName: byName,
    servicesByCode: byCode,
    servicesByName,
    services,
    contractOfExternalId: ownersOf(named.filter(({ subjectId }) => living.has(subjectId))),
    deletedOwnerOf: ownersOf(named.filter(({ subjectId }) => !living.has(subjectId))),
    standing: await loadStanding(tx, groups, [...contracts.values()]),
  }
  return { ...known, bystanders: await loadBystanders(tx, groups, known, now) }
}

/** Only of customers who are brought a new contract: of most files nobody is, or nobody who has others. */
async function loadBystanders(
  tx: Reader,
  groups: readonly ContractRows[],
  known: Omit<Known, 'bystanders'>,
  now: Instant,
): Promise<Bystander[]> {
  const meant = new Set<number>()
  const customers = new Set<number>()
  for (const group of groups) {
    const contract = contractOf(group, known)
    if (contract === null) for (const { id } of customersIn(group, known)) customers.add(id)
    else meant.add(contract.contract.id)
  }
  const bystanders: Bystander[] = []
  for (const batch of inBatches([...customers])) {
    const others = (await livingContractIds(tx, batch)).filter(id => !meant.has(id))
    for (const ids of inBatches(others)) {
      for (const { contract, rules } of (await loadContracts(tx, ids, now)).values()) {
        const { id, code, organizationId, customerId, startsOn, endsOn } = contract
        const lines = rules.flatMap(({ terms }) => terms.lines)
        bystanders.push({ id, code, organizationId, customerId, startsOn, endsOn, lines })
      }
    }
  }
  return bystanders
}

function customersIn({ cells }: ContractRows, known: Pick<Known, 'customersByTaxId' | 'customersByName'>): readonly Customer[] {
  if (cells.taxId == null) return known.customersByName.get((cells.customerName ?? '').toLowerCase()) ?? []
  const customer = known.customersByTaxId.get(cells.taxId.taxId)
  return customer === undefined ? [] : [customer]
}

/** Only of what the rows speak of: most files say nothing of what is owed. */
async function loadStanding(tx: Reader, groups: readonly ContractRows[], contracts: readonly KnownContract[]): Promise<Standing> {
  const saysDays = groups.some(({ rules }) => rules.some(({ cells }) => cells.billedThrough != null || cells.billFrom != null))
  const saysOwed = groups.some(({ cells }) => cells.openReceivables != null)
  const ledgers = new Map<number, StandingLedger>()
  const receivables = new Map<number, readonly StandingReceivable[]>()
  for (const batch of inBatches(contracts)) {
    const ruleIds = batch.flatMap(({ rules }) => rules).map(({ rule }) => rule.id)
    const contractIds = batch.map(({ contract }) => contract.id)
    // Who has been billed decides the way out of what is owed, too.
    if (saysDays || saysOwed) addAll(ledgers, await standingLedgersOf(tx, ruleIds))
    if (saysOwed) addAll(receivables, await standingReceivablesOf(tx, contractIds))
  }
  return { ledgers, receivables }
}

function ownersOf(ids: readonly SubjectExternalId[]): Map<string, number> {
  return new Map(ids.map(id => [showExternalId(id), id.subjectId]))
}

function addAll<K, V>(into: Map<K, V>, entries: ReadonlyMap<K, V>): void {
  for (const [key, value] of entries) into.set(key, value)
}

/** Contracts as they stand, with their organizations, customers, ids and rules. */
export async function loadContracts(tx: Reader, ids: readonly number[], now: Instant): Promise<Map<number, KnownContract>> {
  const contracts = await contractsOf(tx, ids)
  const customers = await customersOf(tx, [...new Set([...contracts.values()].map(contract => contract.customerId))])
  const externalIds = await externalIdsOf(tx, 'contract', ids)
  const rules = await rulesOfContracts(tx, ids)
  const ruleIds = [...rules.values()].flat().map(rule => rule.id)
  const terms = await termsOf(tx, ruleIds)
  const open = await openPeriodsOf(tx, ruleIds)
  const clauses = await livingReadjustments(tx, ruleIds)
  const readjusted = [...terms].filter(([, versions]) => versions.some(({ cause }) => cause === READJUSTED)).map(([id]) => id)
  const applications = await priceChangesOf(tx, readjusted)
  const organizations = await organizationsToday(
    tx,
    [...contracts.values(), ...[...rules.values()].flat()].map(({ organizationId }) => organizationId),
    now,
  )

  const knownRule = (rule: InvoiceRule): KnownRule => {
    const day = organizations.get(rule.organizationId)?.today
    if (day === undefined) throw new Error(`rule ${rule.id} has no organization`)
    const from = firstUnbilledDay(rule, open.get(rule.id)?.[0]?.startsOn ?? null, day)
    const all = terms.get(rule.id) ?? []
    const now = termsAt(all, from ?? day)
    // Of most rules nothing else is asked, and a file may speak of very many.
    const isSimple = all.every(({ validFrom, cause }) => validFrom <= (from ?? firstDayOf(all)) && cause !== READJUSTED)
    return {
      rule,
      from,
      terms: now,
      versions: isSimple ? [now] : all,
      applications: applications.get(rule.id) ?? [],
      clauses: clauses.get(rule.id) ?? [],
    }
  }
  const known = new Map<number, KnownContract>()
  for (const [id, contract] of contracts) {
    const customer = customers.get(contract.customerId)
    const organization = organizations.get(contract.organizationId)
    if (customer === undefined || organization === undefined) throw new Error(`contract ${id} has no customer or organization`)
    known.set(id, {
      contract,
      organization,
      customer,
      externalIds: (externalIds.get(id) ?? []).filter(({ system }) => system !== OWN_SYSTEM),
      ownIds: (externalIds.get(id) ?? []).filter(({ system }) => system === OWN_SYSTEM),
      rules: (rules.get(id) ?? []).filter(rule => rule.archivedAt === null).map(knownRule),
      usedServiceIds: new Set((rules.get(id) ?? []).flatMap(rule => servicesOf(terms.get(rule.id) ?? []))),
    })
  }
  return known
}

/** Archived ones too: contracts may still be theirs. */
async function organizationsToday(tx: Reader, ids: readonly number[], now: Instant): Promise<Map<number, OrganizationToday>> {
  const organizations = await organizationsOf(tx, [...new Set(ids)])
  return new Map([...organizations].map(([id, it]) => [id, { id, cnpj: it.cnpj, today: todayOf(it, now) }]))
}

function servicesOf(versions: readonly Terms[]): number[] {
  return versions.flatMap(({ lines }) => lines).map(line => line.serviceItemId)
}

/** From when on a file decides: the first day that is not billed, so that a mistake is mended in what is still to be billed. */
function firstUnbilledDay(rule: InvoiceRule, firstOpen: CivilDate | null, today: CivilDate): CivilDate | null {
  if (rule.coveredUntil === null) return null
  return minDate(today, rule.coveredUntil, ...(firstOpen === null ? [] : [firstOpen]))
}

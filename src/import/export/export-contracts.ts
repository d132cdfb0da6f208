import type { ServiceItem } from '../../catalog/service-item.ts'
import { serviceItemsOf } from '../../catalog/service-item-store.ts'
import type { Contract, ContractState } from '../../contracts/contract.ts'
import { type ContractFacts, contractFactsOf } from '../../contracts/contract-facts-store.ts'
import type { BillingDetails } from '../../contracts/details/billing-details.ts'
import { detailsOf } from '../../contracts/details/details-store.ts'
import type { EventPart } from '../../contracts/events/billing-event.ts'
import { openPartsOf } from '../../contracts/events/event-store.ts'
import type { Suspension } from '../../contracts/ledger/coverage.ts'
import { type Line, type Terms, termsAt } from '../../contracts/rules/terms.ts'
import { termsOf } from '../../contracts/rules/terms-store.ts'
import { formatCnpj, parseCnpj } from '../../core/brazil/cnpj.ts'
import { type CivilDate, formatDate, minDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { formatBrl } from '../../core/money.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import { accountMark } from '../account-mark.ts'
import type { OpenReceivable } from '../file/cells.ts'
import { cellsOfClause, cellsOfContract, cellsOfCustomer, cellsOfLine, cellsOfTerms } from '../file/cells-of.ts'
import type { Cells } from '../file/columns.ts'
import { contractHeading, showRow } from '../file/contract-file.ts'
import { BYTE_ORDER_MARK } from '../file/csv.ts'
import { plain } from '../file/plain.ts'
import { clauseOf, type KnownContract, type KnownRule } from '../plan/known.ts'
import { loadContracts } from '../plan/load-known.ts'
import { clausesLeft } from './clauses-left.ts'
import { saidDetails } from './details-words.ts'
import {
  creditsOf,
  type ExportedCredit,
  type ExportFilter,
  exportedContractIds,
  openReceivablesOf,
  seedsOf,
  unemittedOfArchived,
  unfinishedPeriodsOf,
} from './export-store.ts'
import { ledgerCells, type UnfinishedPeriod } from './ledger-cells.ts'

/** So many contracts at a time, each page in a transaction of its own: an export holds nobody up. */
const PAGE = 500

/**
 * The contracts as a file that an import takes back and finds unchanged; in another account, it makes them anew and bills on from where
 * this one has got to. What of them cannot be said in columns is said in the last one. Contracts of which nothing is billed (purchases,
 * archived ones, those without a rule) do not come along.
 */
export async function* exportContracts(ctx: Ctx, filter: ExportFilter): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + contractHeading
  const told = new Set<number>()
  for (let after = 0; ; ) {
    const page = await ctx.transact(tx => readPage(tx, ctx, filter, after, told))
    if (page === null) return
    yield page.text
    after = page.last
    for (const customerId of page.customerIds) told.add(customerId)
  }
}

async function readPage(
  tx: Reader,
  ctx: Ctx,
  filter: ExportFilter,
  after: number,
  told: ReadonlySet<number>,
): Promise<{ text: string; last: number; customerIds: number[] } | null> {
  const ids = await exportedContractIds(tx, filter, after, PAGE)
  const last = ids.at(-1)
  if (last === undefined) return null
  const contracts = await loadContracts(tx, ids, ctx.clock.now())
  const customerIds = [...new Set([...contracts.values()].map(({ customer }) => customer.id))]
  const untold = customerIds.filter(id => !told.has(id))
  const facts = { ...(await readFacts(tx, ids, contracts)), credits: await creditsOf(tx, untold, filter) }
  const named = [...contracts.values()].flatMap(({ rules }) => rules).flatMap(({ terms }) => terms.lines)
  const services = await serviceItemsOf(tx, [...new Set(named.map(line => line.serviceItemId))])
  const rows = ids.flatMap(id => {
    const known = contracts.get(id)
    return known ? rowsOf(known, facts, services) : []
  })
  return { text: rows.map(showRow).join(''), last, customerIds }
}

/** What of the contracts lies in their ledgers, in what is owed, and in what nobody has done yet. */
interface Facts {
  /** Of the account, beside each id. */
  mark: string
  open: ReadonlyMap<number, OpenReceivable[]>
  contracts: ReadonlyMap<number, ContractFacts>
  /** By rule. */
  seeds: ReadonlyMap<number, CivilDate>
  unfinished: ReadonlyMap<number, UnfinishedPeriod[]>
  /** By their own id. */
  details: ReadonlyMap<number, BillingDetails>
  versions: ReadonlyMap<number, readonly Terms[]>
  parts: ReadonlyMap<number, readonly EventPart[]>
  /** By contract. */
  unemitted: ReadonlyMap<number, { id: number }[]>
  /** By customer, until the first row that tells it. */
  credits: Map<number, ExportedCredit[]>
}

async function readFacts(
  tx: Reader,
  ids: readonly number[],
  known: ReadonlyMap<number, KnownContract>,
): Promise<Omit<Facts, 'credits'>> {
  const rules = [...known.values()].flatMap(({ rules }) => rules).map(({ rule }) => rule)
  const ruleIds = rules.map(({ id }) => id)
  return {
    mark: await accountMark(tx),
    open: await openReceivablesOf(tx, ids),
    contracts: await contractFactsOf(tx, ids),
    seeds: await seedsOf(tx, ruleIds),
    unfinished: await unfinishedPeriodsOf(tx, ruleIds),
    details: await detailsOf(
      tx,
      rules.flatMap(({ detailsId }) => detailsId ?? []),
    ),
    versions: await termsOf(tx, ruleIds),
    parts: await openPartsOf(tx, ruleIds),
    unemitted: await unemittedOfArchived(tx, ids),
  }
}

/**
 * One row per line of each rule. What belongs to contract and rule is repeated on each, but for what is owed: whoever adds the column
 * up counts it once.
 */
function rowsOf(
  known: KnownContract,
  facts: Facts,
  services: ReadonlyMap<number, ServiceItem>,
): { cells: Cells; leftOut: string }[] {
  const { contract, organization } = known
  const open = facts.open.get(contract.id) ?? []
  const suspensions = suspensionsToCome(known, facts)
  const whole: Cells = {
    ...cellsOfCustomer(known.customer),
    ...cellsOfContract(known),
    contractId: { id: contract.id, mark: facts.mark },
    situation: situationOf(contract, organization.today),
    organization: organization.cnpj,
    suspensions: suspensions.length === 0 ? null : suspensions,
  }
  const ofContract = (facts.unemitted.get(contract.id) ?? []).map(
    ({ id }) => `a fatura ${showId('invoice', id)} ainda não foi emitida, e nada a leva junto`,
  )
  const rows = known.rules.flatMap(rule => {
    const { rule: its, terms } = rule
    const ledger = ledgerCells(rule, facts.seeds.get(its.id) ?? null, facts.unfinished.get(its.id) ?? [])
    const leftOut = [
      ...ledger.leftOut,
      ...clausesLeft(rule, organization.today, id => services.get(id)?.name ?? showId('service_item', id)),
      ...laterTerms(rule, facts.versions.get(its.id) ?? []),
      ...detailsLeft(facts.details.get(its.detailsId ?? 0)),
      ...templateLeft(terms),
      ...eventsLeft(facts.parts.get(its.id) ?? []),
      ...ofContract,
    ].join('; ')
    const clause = clauseOf(rule)
    const ofRule: Cells = {
      ...whole,
      ...cellsOfTerms(terms),
      ...(clause === null ? {} : cellsOfClause(clause)),
      ruleTitle: its.title,
      ruleNumber: numberAmong(known.rules, rule),
      ...ledger.cells,
    }
    return terms.lines.map(line => {
      const service = services.get(line.serviceItemId)
      if (service === undefined) throw new Error(`a line without its service ${line.serviceItemId}`)
      return {
        cells: { ...ofRule, ...cellsOfLine(line, service) },
        leftOut: allSaid([leftOut, ...categoryLeft(line), ...withheldLeft(line)]),
      }
    })
  })
  const [first, ...others] = rows
  if (first === undefined) return rows
  const leftOut = allSaid([first.leftOut, ...creditLeft(known, facts)])
  return [{ cells: { ...first.cells, ...(open.length > 0 && { openReceivables: open }) }, leftOut }, ...others]
}

function allSaid(texts: readonly string[]): string {
  return texts.filter(text => text !== '').join('; ')
}

/** Of those with its title; null: it is the only one. */
function numberAmong(rules: readonly KnownRule[], one: KnownRule): number | null {
  const namesakes = rules.filter(({ rule }) => plain(rule.title) === plain(one.rule.title))
  return namesakes.length === 1 ? null : namesakes.indexOf(one) + 1
}

/** A customer of several contracts has its credit once: it is told on the first row that is the customer's. */
function creditLeft({ customer, contract }: KnownContract, { credits }: Facts): string[] {
  const its = credits.get(customer.id) ?? []
  credits.delete(customer.id)
  return its.map(({ organizationId, cnpj, balanceCents }) => {
    const withWhom = organizationId === contract.organizationId ? '' : ` com a empresa ${shownCnpj(cnpj)}`
    return `o cliente tem ${formatBrl(balanceCents)} de crédito${withWhom}, a abater nas próximas faturas`
  })
}

function shownCnpj(text: string): string {
  const cnpj = parseCnpj(text)
  return cnpj === null ? text : formatCnpj(cnpj)
}

/** One that was cancelled for a day ahead goes on until then. */
function situationOf({ state, endsOn }: Contract, today: CivilDate): ContractState {
  return state === 'cancelled' && (endsOn === null || endsOn > today) ? 'active' : state
}

/** Those that decide a period which is still to be billed. */
function suspensionsToCome({ contract, rules }: KnownContract, facts: Facts): Suspension[] {
  const days = rules.flatMap(({ from }) => from ?? [])
  const from = days.reduce((first, day) => minDate(first, day), days[0] ?? ('' as CivilDate))
  return (facts.contracts.get(contract.id)?.suspensions ?? []).filter(
    ({ fromOn, untilOn }) => untilOn === null || (untilOn > fromOn && untilOn > from),
  )
}

/** A row tells one version of what its rule says: that of the first day which is still to be billed. */
function laterTerms({ terms, from }: KnownRule, versions: readonly Terms[]): string[] {
  if (from === null) return []
  const days = [...new Set(versions.map(({ validFrom }) => validFrom))].filter(day => day > from).sort()
  const [other] = days.filter(day => termsAt(versions, day).version !== terms.version)
  return other === undefined ? [] : [`a partir de ${formatDate(other)} valem outros termos`]
}

function detailsLeft(details: BillingDetails | undefined): string[] {
  const said = details === undefined ? [] : saidDetails(details)
  return said.length === 0 ? [] : [`o arquivo não leva o que acompanha a fatura: ${said.join(', ')}`]
}

/** Of what was taken from a template of notes, a cell says the rates. */
function templateLeft({ withholdingTemplate }: Pick<Terms, 'withholdingTemplate'>): string[] {
  if (withholdingTemplate === undefined) return []
  const which = showId('nfse_template', withholdingTemplate.id)
  return [`o arquivo leva as alíquotas retidas, e não os limites e o calendário do modelo de NFS-e ${which}`]
}

function categoryLeft({ categoryId }: Line): string[] {
  return categoryId === null ? [] : [`o arquivo não leva a categoria do serviço, ${showId('category', categoryId)}`]
}

/** A cell tells what the rule says of all its lines. */
function withheldLeft({ withholdings, withheldCents }: Line): string[] {
  return [
    ...(withholdings === null ? [] : ['o arquivo não leva os tributos retidos só deste serviço']),
    ...(withheldCents === null ? [] : [`o arquivo não leva as outras retenções, de ${formatBrl(withheldCents)}`]),
  ]
}

function eventsLeft(parts: readonly EventPart[]): string[] {
  return parts.map(
    ({ kind, description, amountCents }) =>
      `${kind === 'surcharge' ? 'acréscimo' : 'desconto'} de ${formatBrl(amountCents)} a faturar (${description})`,
  )
}

import type { ServiceItem } from '../../catalog/service-item.ts'
import { serviceItemsOf } from '../../catalog/service-item-store.ts'
import type { Cnpj } from '../../core/brazil/cnpj.ts'
import { addDays, type CivilDate } from '../../core/dates.ts'
import { todayOf } from '../../organizations/organization.ts'
import { listOrganizations } from '../../organizations/organization-store.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import type { OpenReceivable } from '../file/cells.ts'
import { cellsOfContract, cellsOfCustomer, cellsOfLine, cellsOfTerms } from '../file/cells-of.ts'
import type { Cells } from '../file/columns.ts'
import { contractHeading, showRow } from '../file/contract-file.ts'
import { BYTE_ORDER_MARK } from '../file/csv.ts'
import type { KnownContract, KnownRule } from '../plan/known.ts'
import { loadContracts } from '../plan/load-known.ts'
import { type ExportFilter, exportedContractIds, openReceivablesOf } from './export-store.ts'

/** So many contracts at a time, each page in a transaction of its own: an export holds nobody up. */
const PAGE = 500

/**
 * The contracts as a file that an import takes back and finds unchanged; in another account, it makes them anew where this one has got
 * to. Contracts of which nothing is billed (purchases, archived ones, those without a rule) do not come along.
 */
export async function* exportContracts(ctx: Ctx, filter: ExportFilter): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + contractHeading
  for (let after = 0; ; ) {
    const page = await ctx.transact(tx => readPage(tx, ctx, filter, after))
    if (page === null) return
    yield page.text
    after = page.last
  }
}

async function readPage(
  tx: Reader,
  ctx: Ctx,
  filter: ExportFilter,
  after: number,
): Promise<{ text: string; last: number } | null> {
  const ids = await exportedContractIds(tx, filter, after, PAGE)
  const last = ids.at(-1)
  if (last === undefined) return null
  const organizations = await organizationsOf(tx, ctx)
  const contracts = await loadContracts(tx, ids, new Map([...organizations].map(([id, { today }]) => [id, today])))
  const open = await openReceivablesOf(tx, ids)
  const named = [...contracts.values()].flatMap(({ rules }) => rules).flatMap(({ terms }) => terms.lines)
  const services = await serviceItemsOf(tx, [...new Set(named.map(line => line.serviceItemId))])
  const rows = ids.flatMap(id => {
    const known = contracts.get(id)
    const organization = known && organizations.get(known.contract.organizationId)
    return known && organization ? rowsOf(known, organization.cnpj, open.get(id) ?? [], services) : []
  })
  return { text: rows.map(showRow).join(''), last }
}

async function organizationsOf(tx: Reader, ctx: Ctx): Promise<Map<number, { cnpj: Cnpj; today: CivilDate }>> {
  const all = [
    ...(await listOrganizations(tx, { archived: false }, 0, 1_000)),
    ...(await listOrganizations(tx, { archived: true }, 0, 1_000)),
  ]
  return new Map(all.map(it => [it.id, { cnpj: it.cnpj, today: todayOf(it, ctx.clock.now()) }]))
}

/** One row per line of each rule; what belongs to contract and rule is repeated on each. */
function rowsOf(
  known: KnownContract,
  organization: Cnpj,
  open: readonly OpenReceivable[],
  services: ReadonlyMap<number, ServiceItem>,
): Cells[] {
  const whole: Cells = {
    ...cellsOfCustomer(known.customer),
    ...cellsOfContract(known),
    contractId: known.contract.id,
    situation: known.contract.state,
    organization,
    openReceivables: open.length === 0 ? null : [...open],
  }
  return known.rules.flatMap(rule => {
    const ofRule: Cells = {
      ...whole,
      ...cellsOfTerms(rule.terms),
      ruleTitle: rule.rule.title,
      billedThrough: billedThrough(rule),
    }
    return rule.terms.lines.map(line => {
      const service = services.get(line.serviceItemId)
      if (service === undefined) throw new Error(`a line without its service ${line.serviceItemId}`)
      return { ...ofRule, ...cellsOfLine(line, service) }
    })
  })
}

/** Whoever takes the file over bills from where this ledger ends; what is still open in it stays ours to bill. */
function billedThrough({ rule: { coveredUntil } }: KnownRule): CivilDate | null {
  return coveredUntil === null ? null : addDays(coveredUntil, -1)
}

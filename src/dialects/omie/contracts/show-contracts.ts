import type { Contract } from '../../../contracts/contract.ts'
import type { DueRule } from '../../../contracts/rules/due-dates.ts'
import type { InvoiceRule } from '../../../contracts/rules/invoice-rule.ts'
import { amountsOfLine, priceOf } from '../../../contracts/rules/line-amounts.ts'
import type { LineInput } from '../../../contracts/rules/read-terms.ts'
import { rulesOfContracts } from '../../../contracts/rules/rule-store.ts'
import type { Line, Terms } from '../../../contracts/rules/terms.ts'
import { termsOf } from '../../../contracts/rules/terms-store.ts'
import { dayOfMonth, formatDate } from '../../../core/dates.ts'
import { decimal, decimalOf, micros, sum } from '../../../core/money.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { externalIdsOf } from '../../../platform/external-ids.ts'
import { type Kept, keptOf } from '../../kept-store.ts'
import { timeZoneOf } from '../../time-zone.ts'
import { monthsOfType } from '../billing/billing-types.ts'
import { fieldsOf } from '../fields.ts'
import { shownAs } from '../kept.ts'
import { dayAndHour } from '../moments.ts'
import { listIn, type Param, partIn, readParam } from '../read-param.ts'
import { booksOf } from './books.ts'
import { expenseLines } from './contract-expenses.ts'
import { dueOf, itemLinesOf, recurrenceOf } from './contract-form.ts'
import { headOf, type Items, itemId } from './contract-items.ts'
import { type Books, inOrder, serviceOf } from './contract-lines.ts'
import { type Written, writtenOf } from './contract-list-store.ts'

const fields = fieldsOf('servicos/contrato')
const zero = decimal('0')

/** `cCodSit` */
export const situations = { draft: '00', active: '10', suspended: '90', ended: '10', cancelled: '99' } as const

/** A contract as they know it: what was sent, and over it what stands by now. */
export interface KnownContract {
  contract: Contract
  /** By their tags, whole but for what is empty. */
  document: Kept
  items: Items
  /** As they are kept: with the events that bill them once. */
  expenses: readonly Kept[]
  /** Its one rule; null where it has none or several, which their form cannot say. */
  rule: InvoiceRule | null
}

/** All in the same number of statements, in the order of the contracts. */
export async function knownContracts(tx: Reader, contracts: readonly Contract[]): Promise<KnownContract[]> {
  const ids = contracts.map(contract => contract.id)
  const kept = await keptOf(tx, 'omie', 'contract', ids)
  const codes = await externalIdsOf(tx, 'contract', ids)
  const rules = await rulesOfContracts(tx, ids)
  const written = await writtenOf(tx, ids)
  const timeZone = await timeZoneOf(tx)
  const living = new Map(ids.map(id => [id, (rules.get(id) ?? []).filter(rule => rule.archivedAt === null)]))
  const terms = await termsOf(
    tx,
    [...living.values()].flat().map(rule => rule.id),
  )
  const sent = new Map([...kept].map(([id, document]) => [id, readKept(document)]))
  const books = await booksOf(
    tx,
    [...sent.values()].filter(param => param !== null),
  )
  return contracts.map(contract => {
    const own = living.get(contract.id) ?? []
    const said = own.flatMap(rule => terms.get(rule.id)?.at(-1) ?? [])
    const rule = own.length === 1 ? (own[0] ?? null) : null
    const keeping = kept.get(contract.id) ?? {}
    const param = sent.get(contract.id) ?? null
    const code = codes.get(contract.id)?.find(({ system }) => system === 'omie')?.id ?? ''
    const { stands, ...items } = itemsShown(contract.id, keeping, param, said, books)
    const expenses = keptExpenses(contract.id, keeping).filter(each => stands || each.cRecorrenteReemb !== 'S')
    const ours = {
      cabecalho: {
        ...headOfContract(contract, code),
        ...(rule && rhythmShown(param, said[0])),
        nValTotMes: Number(decimalOf(sum(said.map(each => priceOf(each, each.validFrom))))),
      },
      ...(rule && { vencTextos: dueShown(param, said[0]) }),
      itensContrato: items.items,
      ...(expenses.length > 0 && { despesasReembolsaveis: { despesaReembolsavel: expenses } }),
      infoCadastro: infoShown(written.get(contract.id), kept.has(contract.id), timeZone),
    }
    return { contract, document: shownAs(fields.types, 'contratoCadastro', ours, keeping, false), items, expenses, rule }
  })
}

/** As lists show it: what is empty is there, as '' or 0. */
export function filled(document: Kept): Record<string, unknown> {
  return shownAs(fields.types, 'contratoCadastro', document, {}, true)
}

/** What was kept, read as it was when it was sent; null where it is none of theirs any more. */
function readKept({ lastItem: _, ...document }: Kept): Param | null {
  if (Object.keys(document).length === 0) return null
  try {
    // Without what stands beside their fields: numbers of events.
    return readParam(fields, 'IncluirContrato', [shownAs(fields.types, 'contratoCadastro', document, {}, false)])
  } catch {
    return null
  }
}

function headOfContract(contract: Contract, cCodIntCtr: string) {
  return {
    nCodCtr: contract.id,
    cCodIntCtr,
    nCodCli: contract.customerId,
    cNumCtr: contract.number ?? '',
    cCodSit: situations[contract.state],
    dVigInicial: contract.startsOn === null ? '' : formatDate(contract.startsOn),
    dVigFinal: contract.endsOn === null ? '' : formatDate(contract.endsOn),
  }
}

/** As it was said, as long as that is what stands. */
function rhythmShown(param: Param | null, terms: Terms | undefined): Kept {
  if (terms === undefined || terms.recurrence.unit !== 'month') return {}
  const { every, anchor } = terms.recurrence
  const said = param && attempt(() => recurrenceOf(partIn(param, 'cabecalho')))
  const [cTipoFat] = Object.entries(monthsOfType).find(([, months]) => months === every) ?? []
  if (cTipoFat === undefined) return {}
  const stands = said !== null && said.every === every && said.anchorOn === anchor
  return { cTipoFat, ...(!stands && { nDiaFat: dayOfMonth(anchor) }) }
}

function dueShown(param: Param | null, terms: Terms | undefined): Kept {
  if (terms === undefined) return {}
  const said = param && attempt(() => dueOf(partIn(param, 'vencTextos')))
  if (said !== null && isDue(said, terms.due)) return {}
  const { due } = terms
  const roll = due.roll ?? 'none'
  const rolls = { cAntecipar: roll === 'previous_business_day' ? 'S' : 'N', cPostergar: roll === 'next_business_day' ? 'S' : 'N' }
  if (due.kind === 'day_quantity') return { cTpVenc: '001', nDias: due.days, ...rolls }
  if (due.kind === 'last_day_of_month') return { cTpVenc: '002', nDiaFixo: 31, cProxMes: 'N', ...rolls }
  const cProxMes = due.kind === 'fixed_day_and_month_quantity' && due.months > 0 ? 'S' : 'N'
  return { cTpVenc: '002', nDiaFixo: due.day, cProxMes, ...rolls }
}

export function isDue(said: ReturnType<typeof dueOf>, due: DueRule): boolean {
  const of = (each: object, tag: string) => Reflect.get(each, tag) ?? null
  return said.kind === due.kind && ['day', 'days', 'months', 'roll'].every(tag => of(said, tag) === of(due, tag))
}

// --- Items ---

function itemsShown(
  contractId: number,
  kept: Kept,
  param: Param | null,
  terms: readonly Terms[],
  books: Books,
): Items & { stands: boolean } {
  const lines = terms.flatMap(each => each.lines)
  const known = keptItems(contractId, kept)
  const said = param === null ? null : attempt(() => itemLinesOf(param, books))
  const expenses = said && param && attempt(() => expenseLines(param, said[0]?.main.serviceItemId))
  if (said === null || expenses === null || !saysAll(inOrder(said), expenses, lines)) {
    const services = listIn(param ?? {}, 'itensContrato').map(item => serviceOf(item, books))
    return { ...itemsOfLines(contractId, known, services, lines), stands: false }
  }
  const main = lines.slice(0, said.length)
  const surcharges = lines.slice(said.length)
  const items = known.items.map((item, i) => {
    const own = main[i]
    const over = said[i]?.surcharge == null ? null : (surcharges.shift() ?? null)
    if (own === undefined || said[i] === undefined) return item
    const isFree = Reflect.get(headOf(item), 'cNaoGerarFinanceiro') === 'S'
    const stands = saysLine(said[i].main, own)
    const shown = {
      seq: i + 1,
      ...(!stands && priceShown(own, isFree)),
      ...(over !== null && { valorAcrescimo: Number(over.unitPrice) }),
      valorTotal: Number(decimalOf(sum([own, ...(over === null ? [] : [over])].map(netOf)))),
    }
    return { ...item, itemCabecalho: { ...headOf(item), ...shown } }
  })
  return { items, last: known.last, stands: true }
}

/** Contracts that were kept before items had numbers get them by their places. */
function keptItems(contractId: number, kept: Kept): Items {
  const list: readonly Kept[] = Array.isArray(kept.itensContrato) ? kept.itensContrato : []
  const items = list.map((item: Kept, i) => ({
    ...item,
    itemCabecalho: { codItem: itemId(contractId, i + 1), ...numbered(item) },
  }))
  return { items, last: typeof kept.lastItem === 'number' ? kept.lastItem : items.length }
}

function numbered(item: Kept): Kept {
  const head = headOf(item)
  if (typeof head.codItem === 'number' && head.codItem > 0) return head
  const { codItem: _, ...rest } = head
  return rest
}

/** The same services in the same order, and behind them the expenses that recur. */
function saysAll(said: readonly LineInput[], expenses: readonly LineInput[], lines: readonly Line[]): boolean {
  if (said.length + expenses.length !== lines.length) return false
  const [items, others] = [lines.slice(0, said.length), lines.slice(said.length)]
  return (
    items.every((line, i) => said[i]?.serviceItemId === line.serviceItemId) &&
    others.every((line, i) => expenses[i]?.serviceItemId === line.serviceItemId && saysLine(expenses[i], line))
  )
}

function keptExpenses(contractId: number, { despesasReembolsaveis }: Kept): Kept[] {
  const part = typeof despesasReembolsaveis === 'object' && despesasReembolsaveis !== null ? despesasReembolsaveis : {}
  const list: unknown = Reflect.get(part, 'despesaReembolsavel')
  if (!Array.isArray(list)) return []
  // Those that were kept before they had numbers get them from the far end.
  return list.map((each: Kept, i) => ({ ...each, nCodReemb: Number(each.nCodReemb) || itemId(contractId, 99_999 - i) }))
}

function saysLine(said: LineInput, line: Line): boolean {
  const price = said.unitPrice ?? line.unitPrice
  const quantity = said.quantity ?? line.quantity
  return (
    micros(price) === micros(line.unitPrice) &&
    micros(quantity) === micros(line.quantity) &&
    micros(said.discountPercent ?? line.discountPercent ?? zero) === micros(line.discountPercent ?? zero) &&
    (said.discountCents ?? null) === line.discountCents
  )
}

/** What others made of the lines, as items: each goes on as the item that was sent of its service, in turn. */
function itemsOfLines(contractId: number, known: Items, services: readonly (number | null)[], lines: readonly Line[]): Items {
  const left = Map.groupBy(known.items, (_, i) => services[i] ?? 0)
  let { last } = known
  const items = lines.map((line, i): Kept => {
    const item = left.get(line.serviceItemId)?.shift() ?? {}
    const codItem = headOf(item).codItem ?? itemId(contractId, ++last)
    const { valorAcrescimo: _, cNaoGerarFinanceiro: __, ...head } = headOf(item)
    return {
      ...item,
      itemCabecalho: {
        ...head,
        codItem,
        seq: i + 1,
        codServico: line.serviceItemId,
        ...priceShown(line, false),
        valorTotal: Number(decimalOf(netOf(line))),
      },
      itemDescrServ: { descrCompleta: line.description },
      itemOutrasInf: { ...dayShown('dItVigInicial', line.validFrom), ...dayShown('dItVigFinal', line.validUntil) },
    }
  })
  return { items, last }
}

function dayShown(tag: string, day: Line['validFrom']): Kept {
  return day === null ? {} : { [tag]: formatDate(day) }
}

function priceShown(line: Line, isFree: boolean): Kept {
  const price = { quant: Number(line.quantity), valorUnit: Number(line.unitPrice) }
  if (isFree) return price
  if (line.discountPercent !== null)
    return { ...price, cTpDesconto: 'P', aliqDesconto: Number(line.discountPercent), valorDesconto: 0 }
  if (line.discountCents !== null)
    return { ...price, cTpDesconto: 'V', valorDesconto: Number(decimalOf(line.discountCents)), aliqDesconto: 0 }
  return { ...price, cTpDesconto: '', valorDesconto: 0, aliqDesconto: 0 }
}

function netOf(line: Line) {
  const { grossCents, discountCents } = amountsOfLine(line)
  return (grossCents - discountCents) as typeof grossCents // both whole, and the discount no larger
}

// --- Who made it ---

function infoShown(written: Written | undefined, isTheirs: boolean, timeZone: string): Kept {
  if (written === undefined) return {}
  const [dInc, hInc] = dayAndHour(written.createdAt, timeZone)
  const [dAlt, hAlt] = dayAndHour(written.changedAt, timeZone)
  return {
    dInc,
    hInc,
    uInc: written.createdBy,
    dAlt,
    hAlt,
    uAlt: written.changedBy,
    cImpAPI: isTheirs ? 'S' : 'N',
    cOrigem: isTheirs ? 'API' : 'MAN',
  }
}

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

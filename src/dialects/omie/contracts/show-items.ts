import { amountsOfLine } from '../../../contracts/rules/line-amounts.ts'
import type { LineInput } from '../../../contracts/rules/read-terms.ts'
import type { Line, Terms } from '../../../contracts/rules/terms.ts'
import { formatDate } from '../../../core/dates.ts'
import { type Cents, cents, decimal, decimalOf, micros, sum, zeroCents } from '../../../core/money.ts'
import { given } from '../../../core/text.ts'
import type { Kept } from '../../kept-store.ts'
import { listIn, type Param } from '../read-param.ts'
import type { StandingLines } from './changed-lines.ts'
import { expenseLines } from './contract-expenses.ts'
import { itemLinesOf } from './contract-form.ts'
import { headOf, type Items, itemId } from './contract-items.ts'
import { type Books, type ItemLines, inOrder, serviceOf, taxesShown, withheldOf } from './contract-lines.ts'

const zero = decimal('0')

export interface ItemsShown {
  items: Items
  /** As they are kept: with the events that bill them once. */
  expenses: readonly Kept[]
  /** Null where the lines are those of several rules, or of none. */
  standing: StandingLines | null
}

/**
 * Items and expenses as they were sent, and over them what stands by now: of the lines that bill them, which others may have changed.
 *
 * @param terms of each of its rules
 */
export function itemsShown(
  contractId: number,
  kept: Kept,
  param: Param | null,
  terms: readonly Terms[],
  books: Books,
): ItemsShown {
  const lines = terms.flatMap(each => each.lines.map(line => ({ line, withheld: line.withholdings ?? each.withholdings })))
  const known = keptItems(contractId, kept)
  const kepts = keptExpenses(contractId, kept)
  const said = param === null ? null : attempt(() => itemLinesOf(param, books))
  const expenses = said && param && attempt(() => expenseLines(param, said[0]?.main.serviceItemId))
  const isSaid =
    said !== null &&
    param !== null &&
    expenses !== null &&
    saysAll(
      inOrder(said),
      expenses,
      lines.map(({ line }) => line),
    )
  if (!isSaid) {
    const { items, last } = itemsOfLines(contractId, known, listIn(param ?? {}, 'itensContrato'), lines, books)
    const once = kepts.filter(each => each.cRecorrenteReemb !== 'S')
    return {
      items: { items, last },
      expenses: once,
      standing: standingOf(
        terms,
        items.map((item, i) => [item, lines[i]?.line, null]),
        [],
        [],
      ),
    }
  }
  const surcharges = lines.slice(said.length)
  const behind = known.items.map((item, i) => ({
    item,
    said: said[i],
    main: lines[i],
    surcharge: said[i]?.surcharge == null ? null : (surcharges.shift() ?? null),
  }))
  const sent = listIn(param, 'itensContrato')
  const items = behind.map(({ item, said, main, surcharge }, i) =>
    said === undefined || main === undefined ? item : itemOver(item, sent[i] ?? {}, said, main, surcharge?.line ?? null, i + 1),
  )
  const standing = standingOf(
    terms,
    behind.map(({ main, surcharge }, i) => [items[i] ?? {}, main?.line, surcharge?.line ?? null]),
    kepts.filter(each => each.cRecorrenteReemb === 'S'),
    surcharges.map(({ line }) => line),
  )
  return { items: { items, last: known.last }, expenses: kepts, standing }
}

function standingOf(
  terms: readonly Terms[],
  items: readonly (readonly [item: Kept, main: Line | undefined, surcharge: Line | null])[],
  expenses: readonly Kept[],
  expenseLines: readonly Line[],
): StandingLines | null {
  const [own, ...others] = terms
  if (own === undefined || others.length > 0) return null
  return {
    terms: own,
    items: new Map(
      items.flatMap(([item, main, surcharge]) =>
        main === undefined ? [] : [[Number(headOf(item).codItem), { main, surcharge }]],
      ),
    ),
    expenses: new Map(
      expenses.flatMap((expense, i) => {
        const line = expenseLines[i]
        return line === undefined ? [] : [[Number(expense.nCodReemb), line]]
      }),
    ),
  }
}

interface Withheld {
  line: Line
  withheld: Terms['withholdings']
}

/** An item as it was sent; what stands otherwise is shown as it stands. */
function itemOver(
  item: Kept,
  sent: Param,
  said: ItemLines,
  { line, withheld }: Withheld,
  surcharge: Line | null,
  seq: number,
): Kept {
  const isFree = headOf(item).cNaoGerarFinanceiro === 'S'
  const { main } = said
  const head = {
    ...headOf(item),
    seq,
    // One that says none is of one: in a list, which fills what is empty, it would be of none.
    ...(headOf(item).quant === undefined && { quant: Number(line.quantity) }),
    ...(!isPriced(main, line) && priceShown(line, isFree)),
    ...((main.withheldCents ?? null) !== line.withheldCents && {
      valorOutrasRetencoes: Number(decimalOf(line.withheldCents ?? zeroCents)),
    }),
    ...(surcharge !== null && { valorAcrescimo: Number(surcharge.unitPrice) }),
    valorTotal: Number(decimalOf(sum([line, ...(surcharge === null ? [] : [surcharge])].map(netOf)))),
  }
  const description = given(main.description)
  const taxes = taxesShown(withheldOf(sent), withheld)
  return {
    ...item,
    itemCabecalho: head,
    ...(description !== null && description !== line.description && { itemDescrServ: { descrCompleta: line.description } }),
    ...(((main.validFrom ?? null) !== line.validFrom || (main.validUntil ?? null) !== line.validUntil) && {
      itemOutrasInf: { ...partOf(item, 'itemOutrasInf'), ...validityShown(line) },
    }),
    ...(Object.keys(taxes).length > 0 && { itemImpostos: { ...partOf(item, 'itemImpostos'), ...taxes } }),
  }
}

/** What others made of the lines, as items: each goes on as the item that was sent of its service, in turn. */
function itemsOfLines(contractId: number, known: Items, sent: readonly Param[], lines: readonly Withheld[], books: Books): Items {
  const kepts = known.items.map((item, i) => ({ item, sent: sent[i] ?? {} }))
  const left = Map.groupBy(kepts, ({ sent }) => serviceOf(sent, books) ?? 0)
  let { last } = known
  const items = lines.map(({ line, withheld }, i): Kept => {
    const { item, sent } = left.get(line.serviceItemId)?.shift() ?? { item: {}, sent: {} }
    const codItem = headOf(item).codItem ?? itemId(contractId, ++last)
    const { valorAcrescimo: _, cNaoGerarFinanceiro: __, valorOutrasRetencoes: ___, ...head } = headOf(item)
    return {
      ...item,
      itemCabecalho: {
        ...head,
        codItem,
        seq: i + 1,
        codServico: line.serviceItemId,
        ...priceShown(line, false),
        ...(line.withheldCents !== null && { valorOutrasRetencoes: Number(decimalOf(line.withheldCents)) }),
        valorTotal: Number(decimalOf(netOf(line))),
      },
      itemDescrServ: { descrCompleta: line.description },
      itemOutrasInf: validityShown(line),
      itemImpostos: { ...partOf(item, 'itemImpostos'), ...taxesShown(withheldOf(sent), withheld) },
    }
  })
  return { items, last }
}

// --- What is kept ---

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

function keptExpenses(contractId: number, kept: Kept): Kept[] {
  const list = partOf(kept, 'despesasReembolsaveis').despesaReembolsavel
  if (!Array.isArray(list)) return []
  // Those that were kept before they had numbers get them from the far end.
  return list.map((each: Kept, i) => ({ ...each, nCodReemb: Number(each.nCodReemb) || itemId(contractId, 99_999 - i) }))
}

function partOf(kept: Kept, tag: string): Kept {
  const part = kept[tag]
  return typeof part === 'object' && part !== null ? { ...part } : {}
}

// --- Whether lines are as they were said ---

/** The same services in the same order, and behind them the expenses that recur. */
function saysAll(said: readonly LineInput[], expenses: readonly LineInput[], lines: readonly Line[]): boolean {
  if (said.length + expenses.length !== lines.length) return false
  const [items, others] = [lines.slice(0, said.length), lines.slice(said.length)]
  return (
    items.every((line, i) => said[i]?.serviceItemId === line.serviceItemId) &&
    others.every((line, i) => expenses[i]?.serviceItemId === line.serviceItemId && isPriced(expenses[i], line))
  )
}

function isPriced(said: LineInput, line: Line): boolean {
  const price = said.unitPrice ?? line.unitPrice
  const quantity = said.quantity ?? line.quantity
  return (
    micros(price) === micros(line.unitPrice) &&
    micros(quantity) === micros(line.quantity) &&
    micros(said.discountPercent ?? zero) === micros(line.discountPercent ?? zero) &&
    (said.discountCents ?? null) === line.discountCents
  )
}

// --- A line as an item says it ---

function validityShown({ validFrom, validUntil }: Line): Kept {
  const shown = (day: Line['validFrom']) => (day === null ? '' : formatDate(day))
  return { dItVigInicial: shown(validFrom), dItVigFinal: shown(validUntil) }
}

function priceShown(line: Line, isFree: boolean): Kept {
  const price = { quant: Number(line.quantity), valorUnit: Number(line.unitPrice) }
  if (isFree && line.discountPercent !== null && Number(line.discountPercent) === 100) return price
  const asked = { ...price, ...(isFree && { cNaoGerarFinanceiro: 'N' }) }
  if (line.discountPercent !== null)
    return { ...asked, cTpDesconto: 'P', aliqDesconto: Number(line.discountPercent), valorDesconto: 0 }
  if (line.discountCents !== null)
    return { ...asked, cTpDesconto: 'V', valorDesconto: Number(decimalOf(line.discountCents)), aliqDesconto: 0 }
  return { ...asked, cTpDesconto: '', valorDesconto: 0, aliqDesconto: 0 }
}

function netOf(line: Line): Cents {
  const { grossCents, discountCents } = amountsOfLine(line)
  return cents(grossCents - discountCents)
}

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

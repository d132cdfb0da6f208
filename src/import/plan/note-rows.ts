import { amountsOfLine, MOST_CENTS_OF_A_LINE } from '../../contracts/rules/line-amounts.ts'
import { MOST_LINES } from '../../contracts/rules/read-terms.ts'
import {
  type Cents,
  cents,
  type Decimal,
  decimal,
  formatBrl,
  formatDecimal,
  formatProduct,
  isWholeCents,
  micros,
  multiplyToCents,
} from '../../core/money.ts'
import { type Cells, columnKeys, columns, showCell } from '../file/columns.ts'
import type { FileFaults } from '../file/fault.ts'
import type { ContractRows } from '../file/group-rows.ts'
import { plain } from '../file/plain.ts'
import type { Heading, Row } from '../file/read-rows.ts'

// What is worth a look in rows that are right: whoever sent them may have meant something else.

/** Says of a new contract without a code that only its place in the file tells it from another. */
export function noteTwin({ line, twin }: ContractRows, warnings: FileFaults): void {
  if (twin === null) return
  const both = `As linhas ${twin.line} e ${line}`
  const what = twin.isEqual ? `${both} são iguais` : `${both} têm o mesmo cliente, serviço e início`
  warnings.note(
    line,
    null,
    twin.isEqual ? 'repeated_row' : 'similar_row',
    `${what}, e não têm código: serão dois contratos. Se é engano, apague uma; se é de propósito, dê a cada uma um código.`,
  )
}

/**
 * Says of rows with one code that are lines of one rule, and equal in all that a line says, that the contract is charged for each.
 * Rows that stand already are left out: of a set, one at least is among `fresh`.
 */
export function noteRepeated({ code, rules }: ContractRows, fresh: (row: Row) => boolean, warnings: FileFaults): void {
  if (code === null) return
  for (const rule of rules) {
    for (const equal of Map.groupBy(rule.rows, lineText).values()) {
      const [, second] = equal
      if (second === undefined || !equal.some(fresh)) continue
      const cost = costOf(second)
      const times = equal.length === 2 ? 'duas vezes' : `${equal.length} vezes`
      const sum =
        cost === null ? '' : ` (${equal.length} × ${formatBrl(cost)} = ${formatBrl(cents(cost * equal.length))} em cada fatura)`
      const lines = listed(equal.map(({ line }) => String(line)))
      const sentence = `As linhas ${lines} são iguais e têm o mesmo código: o contrato ${code} será cobrado ${times}${sum}. Se é engano, apague uma; se é de propósito, escreva uma linha só com a quantidade, ou dê a cada uma uma descrição.`
      warnings.note(second.line, null, 'repeated_row', sentence)
    }
  }
}

/**
 * Says of rows with one code that are lines of one rule, of the same service and told apart by their price alone, that both are charged:
 * one of them may be the price of before. Rows that stand already are left out, and so are those of which one ends before the other.
 */
export function noteSameService({ code, rules }: ContractRows, fresh: (row: Row) => boolean, warnings: FileFaults): void {
  if (code === null) return
  for (const rule of rules) {
    for (const rows of Map.groupBy(rule.rows, serviceText).values()) {
      // A rule of more lines is refused.
      if (rows.length > MOST_LINES) continue
      const texts = new Map(rows.map(row => [row, lineText(row)]))
      // Of those that are all equal it is said already.
      const alike = rows.filter(row => rows.some(other => texts.get(row) !== texts.get(other) && isBeside(row, other)))
      const [, second] = alike
      if (second === undefined || !alike.some(fresh)) continue
      const costs = alike.map(costOf)
      const isCounted = costs.every(cost => cost !== null)
      const sum = isCounted
        ? ` (${costs.map(formatBrl).join(' + ')} = ${formatBrl(cents(costs.reduce((a, b) => a + b, 0)))} em cada fatura)`
        : ''
      const lines = listed(alike.map(({ line }) => String(line)))
      const sentence = `As linhas ${lines} são do mesmo contrato, ${code}, e do mesmo serviço, com preços diferentes: todas serão cobradas${sum}. Se uma é o preço antigo, apague-a; se são itens diferentes, dê a cada uma uma descrição.`
      warnings.note(second.line, null, 'repeated_service', sentence)
    }
  }
}

function serviceText({ cells }: Row): string {
  const { service, serviceCode, description } = cells
  return [serviceCode ?? plain(service ?? ''), plain(description ?? '')].join('\u0000')
}

function isBeside({ cells: a }: Row, { cells: b }: Row): boolean {
  const isBefore = (until: Cells['lineUntil'], from: Cells['lineFrom']) => until != null && from != null && until < from
  return !isBefore(a.lineUntil, b.lineFrom) && !isBefore(b.lineUntil, a.lineFrom)
}

const lineColumns = columnKeys.filter(key => columns[key].level === 'line')

function lineText({ cells }: Row): string {
  return lineColumns.map(key => showCell(key, cells[key])).join('\u0000')
}

/**
 * Says of rows of different contracts that the same customer is charged the same price for the same service from the same day on.
 * Rows without any code are told by `noteTwin`; contracts that stand already, or are over, are told from others by whoever made them.
 */
export function noteSameUnderOtherCode(
  groups: readonly ContractRows[],
  isNew: (group: ContractRows) => boolean,
  warnings: FileFaults,
): void {
  const seen = new Map<string, { group: ContractRows; line: number }>()
  for (const group of groups) {
    const { situation } = group.cells
    if (situation === 'ended' || situation === 'cancelled') continue
    for (const row of group.rules.flatMap(({ rows }) => rows)) {
      const key = chargeText(group, row)
      const first = seen.get(key)
      if (first === undefined) seen.set(key, { group, line: row.line })
      else if (first.group !== group && (isNew(group) || isNew(first.group))) noteBoth(first, { group, line: row.line }, warnings)
    }
  }
}

type Place = { group: ContractRows; line: number }

function noteBoth(first: Place, second: Place, warnings: FileFaults): void {
  if (first.group.code === null && second.group.code === null) return
  const sentence = `As linhas ${named(first)} e ${named(second)} têm o mesmo cliente, serviço, início e preço: são dois contratos, e o cliente será cobrado pelos dois. Se é engano, apague uma; se são dois mesmo, nada a fazer.`
  warnings.note(second.line, null, 'repeated_with_other_code', sentence)
}

function named({ group, line }: Place): string {
  return `${line} (${group.code ?? 'sem código'})`
}

function chargeText({ organizationId, cells }: ContractRows, row: Row): string {
  const { service, serviceCode, quantity, unitPrice, discount } = row.cells
  const party = cells.taxId?.taxId ?? plain(cells.customerName ?? '')
  const price = [quantity ?? ONE, unitPrice, showCell('discount', discount)]
  return [organizationId, party, plain(serviceCode ?? service ?? ''), cells.startsOn, ...price].join('\u0000')
}

/** '4, 9 e 12'. */
function listed(items: readonly string[]): string {
  return [items.slice(0, -1).join(', '), ...items.slice(-1)].filter(part => part !== '').join(' e ')
}

/** Says of a price that it is nothing, or how it rounds. */
export function notePrice({ line, cells }: Row, heading: Heading, warnings: FileFaults): void {
  const { unitPrice, quantity } = cells
  if (unitPrice == null) return
  const column = heading.spelled('unitPrice')
  if (micros(unitPrice) === 0n) {
    const sentence = 'O preço é zero: nada será cobrado por este item. Se não é de propósito, escreva o preço.'
    warnings.note(line, column, 'price_zero', sentence)
    return
  }
  const times = quantity ?? ONE
  // One that is too large is refused.
  if (isWholeCents(times, unitPrice) || isTooLarge(times, unitPrice)) return
  const amount = formatBrl(multiplyToCents(times, unitPrice))
  const sentence =
    times === ONE
      ? `O preço ${showCell('unitPrice', unitPrice)} tem mais de duas casas: cada fatura cobra ${amount}. Se não é de propósito, escreva o preço com duas casas.`
      : `${formatDecimal(times)} × ${showCell('unitPrice', unitPrice)} = ${formatProduct(times, unitPrice)}, que não são centavos inteiros: cada fatura cobra ${amount}. Se deve ser outro valor, escreva quantidade 1 e o preço a cobrar.`
  warnings.note(line, column, 'price_rounded', sentence)
}

/** Says of a discount that a percentage may have been meant. */
export function noteDiscount({ line, cells }: Row, heading: Heading, warnings: FileFaults): void {
  const { discount } = cells
  if (discount == null || !('cents' in discount) || !discount.isBare) return
  // Nobody means more than a hundred per cent.
  if (discount.cents > MOST_PERCENT_AS_REAIS) return
  const bare = showCell('discount', discount).replace(/^R\$ |,00$/g, '')
  const sentence = `${bare} foi lido como ${formatBrl(discount.cents)}; para ${bare} por cento escreva ${bare}%, e para reais, ${formatBrl(discount.cents)}.`
  warnings.note(line, heading.spelled('discount'), 'discount_in_reais', sentence)
}

const MOST_PERCENT_AS_REAIS = 100_00

/** What a row costs in a whole period; null where it is too large to be billed. */
function costOf({ cells }: Row): Cents | null {
  const { unitPrice, quantity, discount } = cells
  if (unitPrice == null || isTooLarge(quantity ?? ONE, unitPrice)) return null
  const { grossCents, discountCents } = amountsOfLine({
    quantity: quantity ?? ONE,
    unitPrice,
    discountPercent: discount != null && 'percent' in discount ? discount.percent : null,
    discountCents: discount != null && 'cents' in discount ? discount.cents : null,
  })
  return cents(grossCents - discountCents)
}

function isTooLarge(quantity: Decimal, unitPrice: Decimal): boolean {
  return micros(quantity) * micros(unitPrice) > MOST_PRODUCT
}

/** As micros × micros. */
const MOST_PRODUCT = BigInt(MOST_CENTS_OF_A_LINE) * 10n ** 10n

/** A quantity that no cell says. */
const ONE = decimal('1')

/**
 * Says of a row that the customer of its tax id is called otherwise: the invoice goes out in that one's name. Capitals and accents are
 * no other name.
 */
export function noteOtherName(
  group: ContractRows,
  name: string,
  { update }: { update: boolean },
  heading: Heading,
  warnings: FileFaults,
): void {
  const { taxId, customerName } = group.cells
  if (taxId == null || customerName == null || plain(customerName) === plain(name)) return
  // With update the first row of the customer names it.
  const ifSame = update ? 'escreva um só nome nas linhas dele' : 'importe com --update, que muda o nome no cadastro'
  const remedy = `Se é outro cliente, corrija o CPF/CNPJ; se é o mesmo com nome novo, ${ifSame}.`
  const sentence = `${chargedTo(showCell('taxId', taxId), name, '')}. ${remedy}`
  warnings.note(group.line, heading.spelled('customerName'), 'customer_has_other_name', sentence)
}

/** The same, of a customer that an earlier row of the file brings along. */
export function noteNameInFile(
  { line, cells }: ContractRows,
  first: { name: string; line: number },
  heading: Heading,
  warnings: FileFaults,
): void {
  const column = heading.spelled('customerName')
  const remedy = 'Se é outro cliente, corrija o CPF/CNPJ; se é o mesmo, escreva um só nome nas duas linhas.'
  const sentence = `${chargedTo(showCell('taxId', cells.taxId), first.name, `, da linha ${first.line}`)}. ${remedy}`
  warnings.note(line, column, 'customer_differs_in_file', sentence)
}

function chargedTo(taxId: string, name: string, where: string): string {
  return `O CPF/CNPJ ${taxId} já é de "${name}"${where}: a fatura sairá em nome de ${name}`
}

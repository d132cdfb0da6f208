import { decimal, formatBrl, formatDecimal, isWholeCents, micros, multiplyToCents } from '../../core/money.ts'
import { showCell } from '../file/columns.ts'
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
  if (isWholeCents(times, unitPrice)) return
  const product = `${formatDecimal(times)} × ${showCell('unitPrice', unitPrice)}`
  const amount = formatBrl(multiplyToCents(times, unitPrice))
  const sentence = `O preço tem mais de duas casas: ${product} será arredondado para ${amount} em cada fatura. Se não é de propósito, escreva o preço em centavos.`
  warnings.note(line, column, 'price_rounded', sentence)
}

/** A quantity that no cell says. */
const ONE = decimal('1')

/**
 * Says of a row that the customer of its tax id is called otherwise: the invoice goes out in that one's name. Capitals and accents are
 * no other name.
 */
export function noteOtherName(group: ContractRows, name: string, heading: Heading, warnings: FileFaults): void {
  const { taxId, customerName } = group.cells
  if (taxId == null || customerName == null || plain(customerName) === plain(name)) return
  const remedy = 'Se é outro cliente, corrija o CPF/CNPJ; se é o mesmo com nome novo, mude o nome no cadastro.'
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

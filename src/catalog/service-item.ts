import type { Instant } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { type Decimal, parseDecimal } from '../core/money.ts'
import { given } from '../core/text.ts'

/** What is sold. A contract's lines name it and carry their own price; the price here is only what a form begins with. */
export interface ServiceItem extends ServiceItemData {
  id: number
  version: number
  createdAt: Instant
  archivedAt: Instant | null
}

export interface ServiceItemData {
  /** The user's own, unique among those that are not archived. */
  code: string | null
  name: string
  description: string | null
  unitPrice: Decimal | null
}

/** As it was sent: shapes are right, meanings are not checked yet. */
export interface ServiceItemInput {
  code?: string | null
  name: string
  description?: string | null
  unitPrice?: string | null
}

/** Throws a Refusal that names every fault. */
export function readServiceItem(input: ServiceItemInput): ServiceItemData {
  const faults = new Faults()
  const name = given(input.name) ?? faults.add('/name', 'blank', 'Informe o nome do serviço.')
  const unitPrice = readPrice(input.unitPrice, faults)
  if (name === null) return faults.refuse()
  faults.refuseIfAny()
  return { code: given(input.code), name, description: given(input.description), unitPrice }
}

function readPrice(text: string | null | undefined, faults: Faults): Decimal | null {
  if (text == null) return null
  const price = parseDecimal(text)
  if (price === null) return faults.add('/unitPrice', 'invalid_price', 'O preço é um decimal com até doze dígitos e seis casas.')
  return price.startsWith('-') ? faults.add('/unitPrice', 'negative_price', 'O preço não pode ser negativo.') : price
}

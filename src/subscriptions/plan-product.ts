// What a plan bills line by line, and what it offers: lists within a plan, each read and shown by its field.

import { type StaticDecode, Type } from 'typebox'
import type { Field } from '../catalog/references/field.ts'
import type { Named } from '../catalog/references/field-set.ts'
import { amountsOfLine, MOST_CENTS_OF_A_LINE } from '../contracts/rules/line-amounts.ts'
import type { Faults } from '../core/faults.ts'
import { showId } from '../core/ids.ts'
import { type Cents, type Decimal, decimal, decimalOf, formatBrl, micros, sum } from '../core/money.ts'
import { given } from '../core/text.ts'
import { Fields, IdOf, List, OrNull, Quantity, Text } from '../platform/http/fields.ts'

export const MOST_PRODUCTS = 100
export const MOST_FEATURES = 200
const ONE = decimal('1')

const ProductSent = Fields(
  {
    serviceItemId: IdOf('service_item'),
    description: Type.Optional(OrNull(Text(500, { description: 'Como a linha se chama; o nome do serviço se não informado.' }))),
    quantity: Type.Optional(Quantity({ description: '1 se não informada.' })),
    unitPrice: Quantity({ description: 'Reais por unidade e período.' }),
  },
  { title: 'PlanProduct' },
)

/** A line of the invoices. */
export interface PlanProduct {
  serviceItemId: number
  description: string | null
  quantity: Decimal
  unitPrice: Decimal
}

export const products: Field<readonly PlanProduct[]> = {
  sent: Type.Optional(
    List(ProductSent, MOST_PRODUCTS, { description: 'O que se fatura, linha a linha; o preço do plano é a soma delas.' }),
  ),
  shown: Type.Array(
    Type.Object({
      serviceItemId: Type.String(),
      description: OrNull(Type.String()),
      quantity: Type.String(),
      unitPrice: Type.String(),
    }),
  ),
  sql: 'jsonb',
  // A list of products by its schema, or what this field has read before.
  read: value =>
    ((value as StaticDecode<typeof ProductSent>[] | null) ?? []).map(
      ({ serviceItemId, description = null, quantity = ONE, unitPrice }) => ({
        serviceItemId,
        description: given(description),
        quantity,
        unitPrice,
      }),
    ),
  show: value => value.map(one => ({ ...one, serviceItemId: showId('service_item', one.serviceItemId) })),
}

export function servicesNamed(all: readonly PlanProduct[]): Named[] {
  return all.map(({ serviceItemId: id }, i) => ({ noun: 'service_item', id, path: `/products/${i}/serviceItemId` }))
}

/** What they cost together, each rounded to cents as the line that it becomes. */
export function priceOfProducts(all: readonly Pick<PlanProduct, 'quantity' | 'unitPrice'>[]): Cents {
  return sum(all.map(product => amountsOfLine({ ...product, discountPercent: null, discountCents: null }).grossCents))
}

/** The price is said once, where everybody looks for it, and the products cannot say another. */
export function judgeProducts(all: readonly PlanProduct[], price: Decimal, faults: Faults): void {
  if (all.length === 0) return
  const most = micros(decimalOf(MOST_CENTS_OF_A_LINE))
  for (const [i, { quantity, unitPrice }] of all.entries()) {
    if (micros(quantity) === 0n) {
      faults.add(`/products/${i}/quantity`, 'quantity_not_positive', 'A quantidade é maior que zero.')
    }
    if ((micros(quantity) * micros(unitPrice)) / micros(ONE) > most) {
      faults.add(`/products/${i}/unitPrice`, 'amount_too_large', 'O produto passa de R$ 99.999.999,99, o máximo de um boleto.')
      return
    }
  }
  const together = priceOfProducts(all)
  if (micros(decimalOf(together)) === micros(price)) return
  const sentence = `Os produtos somam ${formatBrl(together)}; informe este preço, ou outros produtos.`
  faults.add('/price', 'price_not_of_products', sentence)
}

const FeatureSent = Fields(
  {
    description: Text(500),
    value: Type.Optional(OrNull(Text(200, { description: 'Quanto: "10", "true".' }))),
    tag: Type.Optional(OrNull(Text(200, { description: 'Como um programa a conhece: "quantidade_de_usuarios".' }))),
  },
  { title: 'PlanFeature' },
)

/** Something that the plan offers. Nothing is billed by it. */
export interface PlanFeature {
  description: string
  value: string | null
  tag: string | null
}

export const features: Field<readonly PlanFeature[]> = {
  sent: Type.Optional(List(FeatureSent, MOST_FEATURES, { description: 'O que o plano oferece.' })),
  shown: Type.Array(Type.Object({ description: Type.String(), value: OrNull(Type.String()), tag: OrNull(Type.String()) })),
  sql: 'jsonb',
  read: value =>
    ((value as StaticDecode<typeof FeatureSent>[] | null) ?? []).map(({ description, value: amount = null, tag = null }) => ({
      description: given(description) ?? '',
      value: given(amount),
      tag: given(tag),
    })),
}

export function judgeFeatures(all: readonly PlanFeature[], faults: Faults): void {
  for (const [i, { description }] of all.entries()) {
    if (description === '') faults.add(`/features/${i}/description`, 'blank', 'Este campo não pode ficar em branco.')
  }
}

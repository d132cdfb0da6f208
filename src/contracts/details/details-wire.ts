import { Type } from 'typebox'
import { schemasOf, showFields } from '../../catalog/references/field-set.ts'
import { Fields, OrNull } from '../../platform/http/fields.ts'
import { type BillingDetails, detailFields } from './billing-details.ts'

const { sent, shown } = schemasOf(detailFields)

export const Details = Fields(sent, {
  title: 'BillingDetailsInput',
  description: 'O que acompanha o faturamento e não muda valores; o que não vier fica como está.',
})

export const DetailsAnswer = OrNull(Type.Object(shown, { title: 'BillingDetails' }))

/** An invoice that is not paid by card is not paid in installments of one, whatever its rule once said. */
export function showDetails(details: BillingDetails | null, paymentMethod?: string) {
  if (details === null) return null
  const { id, createdAt, ...values } = details
  const cardInstallments = paymentMethod === undefined || paymentMethod === 'card' ? values.cardInstallments : null
  return showFields(detailFields, { ...values, cardInstallments })
}

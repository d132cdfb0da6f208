import { Type } from 'typebox'
import { schemasOf, showFields } from '../../catalog/references/field-set.ts'
import type { Cents } from '../../core/money.ts'
import { Fields, OrNull } from '../../platform/http/fields.ts'
import { type BillingDetails, columnFields, detailFields, shareFields, shareNames } from './billing-details.ts'

const { sent, shown } = schemasOf(detailFields)

export const Details = Fields(sent, {
  title: 'BillingDetailsInput',
  description: 'O que acompanha o faturamento e não muda valores; o que não vier fica como está.',
})

export const DetailsAnswer = OrNull(Type.Object(shown, { title: 'BillingDetails' }))

/**
 * An invoice that is not paid by card is not paid in installments of one, whatever its rule once said.
 *
 * @param total what shares are parts of, where it is known: of an invoice what it charges
 */
export function showDetails(details: BillingDetails | null, paymentMethod?: string, total: Cents | null = null) {
  if (details === null) return null
  const { id, createdAt, ...values } = details
  const cardInstallments = paymentMethod === undefined || paymentMethod === 'card' ? values.cardInstallments : null
  const shares = shareNames.map(name => [name, shareFields[name].show(values[name], total)])
  return { ...showFields(columnFields, { ...values, cardInstallments }), ...Object.fromEntries(shares) }
}

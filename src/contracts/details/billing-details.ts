import { flag, named, or, text, whole } from '../../catalog/references/field.ts'
import { type Named, namedIn, newlyNamed, readFields, type ValuesOf } from '../../catalog/references/field-set.ts'
import type { Instant } from '../../core/dates.ts'
import type { Faults } from '../../core/faults.ts'
import type { PaymentMethod } from '../rules/terms.ts'

/**
 * What goes along with what is billed and changes no amount. It is no part of a rule's terms: another e-mail template is no other
 * version of what is billed, and what was previewed is still billed as it was seen.
 */
export const detailFields = {
  cardInstallments: whole(1, 99, 'Parcelas no cartão; só com paymentMethod "card".'),
  chargeTemplateId: named('charge_template', 'Modelo de cobrança.'),
  financialAccountId: named('financial_account', 'Conta digital que recebe; ou esta, ou a carteira.'),
  chargingAccountId: named('charging_account', 'Carteira de cobrança.'),
  issueNfse: flag(false, 'Emite nota fiscal.'),
  nfseTemplateId: named('nfse_template', 'Modelo de NFS-e.'),
  nfseDaysAfterReceipt: or(
    whole(0, 365, 'Dias úteis depois do recebimento de tudo em que sai a nota; 0 (padrão): na data da emissão.'),
    0,
  ),
  nfseBody: text(5000, 'O que a nota diz, com marcadores como $DESCRICAO, que ficam como estão até a nota ser feita.'),
  emailTemplateId: named('email_template', 'O e-mail que sai com a fatura.'),
  notificationRulerId: named('notification_ruler', 'Régua de cobrança.'),
  categoryId: named('category'),
  revenueCentreId: named('revenue_centre'),
  notes: text(5000, 'Observações.'),
} as const

export type DetailsValues = ValuesOf<typeof detailFields>

/** One saying of it all. Never changed: who says something else says it anew. */
export interface BillingDetails extends DetailsValues {
  id: number
  createdAt: Instant
}

/** As it was sent: shapes are right. What is absent stays as it is, what is null is as if it had never been said. */
export type DetailsInput = { readonly [K in keyof DetailsValues]?: DetailsValues[K] | null }

/** What is said by now; null where that is nothing. What is wrong is added to `faults`. */
export function changedDetails(
  before: DetailsValues | null,
  input: DetailsInput | null,
  paymentMethod: PaymentMethod,
  path: string,
  faults: Faults,
): DetailsValues | null {
  if (input === null) return null
  const values = readFields(detailFields, { ...before, ...input }, path, faults)
  if (input.cardInstallments != null && paymentMethod !== 'card') {
    faults.add(`${path}/cardInstallments`, 'not_by_card', 'Só o que se paga com cartão se parcela nele (paymentMethod "card").')
  }
  if (values.financialAccountId !== null && values.chargingAccountId !== null) {
    faults.add(`${path}/chargingAccountId`, 'two_accounts', 'Informe a conta digital ou a carteira de cobrança, não as duas.')
  }
  const nothing = readFields(detailFields, {}, path, faults)
  return isSame(values, nothing) ? null : values
}

export function isSame(one: DetailsValues | null, other: DetailsValues | null): boolean {
  if (one === null || other === null) return one === other
  return fieldNames.every(name => one[name] === other[name])
}

const fieldNames = Object.keys(detailFields) as (keyof DetailsValues)[] // its own keys

/** What it names beyond what was named before. */
export function namedAnew(before: DetailsValues | null, after: DetailsValues, path: string): Named[] {
  const named = namedIn(detailFields, after, path)
  return before === null ? named : newlyNamed(namedIn(detailFields, before, path), named)
}

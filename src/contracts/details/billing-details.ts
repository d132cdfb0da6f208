import { type Apportionment, judgeShares, type Share, waySaid } from '../../catalog/classification/apportionment.ts'
import { costCentres } from '../../catalog/classification/cost-centre.ts'
import { departments } from '../../catalog/classification/department.ts'
import { namedByShares, sharesAmong } from '../../catalog/classification/shares-field.ts'
import { flag, named, or, text, whole } from '../../catalog/references/field.ts'
import { type Named, namedIn, newlyNamed, readFields, type ValuesOf } from '../../catalog/references/field-set.ts'
import type { Instant } from '../../core/dates.ts'
import type { Faults } from '../../core/faults.ts'
import type { Cents } from '../../core/money.ts'
import type { PaymentMethod } from '../rules/terms.ts'

/**
 * What goes along with what is billed and changes no amount. It is no part of a rule's terms: another e-mail template is no other
 * version of what is billed, and what was previewed is still billed as it was seen.
 */
export const columnFields = {
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
  projectId: named('project', 'Projeto.'),
  notes: text(5000, 'Observações.'),
} as const

/** Whose parts of it are what, for the books (*rateio*). */
export const shareFields = {
  departments: sharesAmong(departments, 'departmentId'),
  costCentres: sharesAmong(costCentres, 'costCentreId'),
} as const

export type ShareName = keyof typeof shareFields
export const shareNames = Object.keys(shareFields) as ShareName[] // its own keys

export const detailFields = { ...columnFields, ...shareFields } as const

export type DetailsValues = ValuesOf<typeof detailFields>

/** One saying of it all. Never changed: who says something else says it anew. */
export interface BillingDetails extends DetailsValues {
  id: number
  createdAt: Instant
}

/** As it was sent: shapes are right. What is absent stays as it is, what is null is as if it had never been said. */
export type DetailsInput = { readonly [K in keyof DetailsValues]?: DetailsValues[K] | null }

/** What is known where details are said, beside what was said before. */
export interface DetailsSetting extends Pick<Apportionment, 'total'> {
  paymentMethod: PaymentMethod
  apportionmentEnabled: boolean
}

/** What is said by now; null where that is nothing. What is wrong is added to `faults`. */
export function changedDetails(
  before: DetailsValues | null,
  input: DetailsInput | null,
  { paymentMethod, apportionmentEnabled, total }: DetailsSetting,
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
  for (const name of shareNames) {
    // What was said stays as it is: an organization may have given up apportionment since.
    if (input[name] === undefined) continue
    const { called } = shareFields[name].among
    judgeShares(
      values[name],
      { by: waySaid(values[name]), total, enabled: apportionmentEnabled, called },
      `${path}/${name}`,
      faults,
    )
  }
  const nothing = readFields(detailFields, {}, path, faults)
  return isSame(values, nothing) ? null : values
}

export function isSame(one: DetailsValues | null, other: DetailsValues | null): boolean {
  if (one === null || other === null) return one === other
  return fieldNames.every(name => one[name] === other[name]) && shareNames.every(name => sameShares(one[name], other[name]))
}

const fieldNames = Object.keys(columnFields) as (keyof typeof columnFields)[] // its own keys

function sameShares(some: readonly Share[], others: readonly Share[]): boolean {
  const said = (share: Share) => [
    share.targetId,
    'percent' in share ? share.percent : null,
    'valueCents' in share ? share.valueCents : null,
    share.description,
  ]
  return JSON.stringify(some.map(said)) === JSON.stringify(others.map(said))
}

/** Values that are said of an amount which is known add up to it. Those that were judged before it was known are judged once more. */
export function judgeValues(input: DetailsInput, total: Cents, path: string, faults: Faults): void {
  for (const name of shareNames) {
    const shares = shareFields[name].read(input[name]) ?? []
    const { called } = shareFields[name].among
    judgeShares(shares, { by: waySaid(shares), total, enabled: true, called }, `${path}/${name}`, faults)
  }
}

/** Whether an amount would be divided among several. */
export function dividesAmount(input: DetailsInput): boolean {
  return shareNames.some(name => (input[name]?.length ?? 0) > 1)
}

/** What it names beyond what was named before. */
export function namedAnew(before: DetailsValues | null, after: DetailsValues, path: string): Named[] {
  return before === null ? namedByDetails(after, path) : newlyNamed(namedByDetails(before, path), namedByDetails(after, path))
}

function namedByDetails(values: DetailsValues, path: string): Named[] {
  const shared = shareNames.flatMap(name => namedByShares(shareFields[name], values[name], `${path}/${name}`))
  return [...namedIn(columnFields, values, path), ...shared]
}

import { type TSchema, Type } from 'typebox'
import { amount, type Field, flag, named, needed, oneOf, or, text, whole } from '../catalog/references/field.ts'
import { type Reference, referenceKind } from '../catalog/references/reference.ts'
import { MOST_NOTICE_DAYS } from '../contracts/readjustment/read-readjustment.ts'
import { MOST_EVERY_MONTHS } from '../contracts/readjustment/readjustment.ts'
import { MOST_CENTS_OF_A_LINE } from '../contracts/rules/line-amounts.ts'
import { type Decimal, decimal, decimalOf, isWholeCents, micros } from '../core/money.ts'
import { type PriceIndex, priceIndices } from '../indices/price-index.ts'
import { OneOf, OrNull, Quantity } from '../platform/http/fields.ts'
import { features, judgeFeatures, judgeProducts, type PlanFeature, products, servicesNamed } from './plan-product.ts'

export const chargingMethods = ['pre_paid', 'post_paid'] as const
export type ChargingMethod = (typeof chargingMethods)[number]

const MOST_TRIAL_DAYS = 365
const MOST_DUE_DAYS = 365
const MOST_INSTALLMENTS = 120
const USUAL_DUE_DAYS = 5
const ONE = decimal('1')

const price: Field<Decimal> = {
  ...(amount() as Field<Decimal>), // needed, so never null
  sent: Quantity({ description: 'Reais por período, com no máximo duas casas decimais; com produtos, a soma deles.' }),
  shown: Type.String(),
  isNeeded: true,
}

const index: Field<PriceIndex | null> = {
  sent: Type.Optional(OrNull(OneOf(priceIndices, { description: 'Índice do reajuste; sem ele, não há.' }))),
  shown: OrNull(OneOf(priceIndices)) as TSchema,
  sql: 'text',
  read: value => priceIndices.find(known => known === value) ?? null,
}

/**
 * What somebody may subscribe to. It is what is offered: a subscription takes its terms from it when it begins and when it changes to
 * it, so another price of a plan reaches no subscription that runs.
 */
export const plans = referenceKind({
  noun: 'plan',
  path: 'plans',
  called: { article: 'o', one: 'plano', many: 'planos' },
  fields: {
    name: needed(200),
    description: text(5000),
    serviceItemId: named('service_item', 'O serviço que a assinatura fatura, se o plano não tem produtos.'),
    price,
    billingMonths: or(whole(1, 12, 'De quantos em quantos meses se fatura: 1 (padrão), 2, 3, 6 ou 12.'), 1),
    chargingMethod: oneOf(chargingMethods, 'pre_paid', 'pre_paid: no começo do período; post_paid: no fim.'),
    trialDays: or(whole(0, MOST_TRIAL_DAYS, 'Dias de teste, sem cobrança, antes do primeiro período.'), 0),
    dueDays: or(whole(0, MOST_DUE_DAYS, `Dias da emissão ao vencimento; ${USUAL_DUE_DAYS} se não informado.`), USUAL_DUE_DAYS),
    products,
    features,
    allowInstallments: flag(false, 'Se o período pode ser parcelado.'),
    installmentsLimit: or(whole(0, MOST_INSTALLMENTS, 'Em quantas parcelas no máximo.'), 0),
    readjustmentIndex: index,
    readjustmentMonths: whole(1, MOST_EVERY_MONTHS, 'De quantos em quantos meses se reajusta.'),
    readjustmentNoticeDays: whole(0, MOST_NOTICE_DAYS, 'Quantos dias antes do reajuste se avisa.'),
    redirectUrl: text(2000, 'Para onde vai quem acabou de assinar.'),
    emailTemplateId: named('email_template', 'O e-mail que sai com as faturas.'),
    chargeTemplateId: named('charge_template', 'O modelo de cobrança.'),
    notificationRulerId: named('notification_ruler', 'A régua de cobrança.'),
  },
  judge(plan, faults) {
    const { price, billingMonths, allowInstallments, installmentsLimit, readjustmentIndex, readjustmentMonths } = plan
    if (plan.serviceItemId === null && plan.products.length === 0) {
      faults.add('/serviceItemId', 'blank', 'Informe o serviço que o plano fatura, ou produtos.')
    }
    judgeProducts(plan.products, price, faults)
    judgeFeatures(plan.features, faults)
    if (micros(price) > micros(decimalOf(MOST_CENTS_OF_A_LINE))) {
      faults.add('/price', 'amount_too_large', 'O preço passa de R$ 99.999.999,99, o máximo de um boleto.')
    } else if (!isWholeCents(price, ONE)) faults.add('/price', 'not_whole_cents', 'O preço tem no máximo duas casas decimais.')
    if (!isMonths(billingMonths))
      faults.add('/billingMonths', 'months_out_of_range', 'O valor deve ser 1, 2, 3, 6 ou 12 (em meses).')
    if (allowInstallments && installmentsLimit < 2) {
      faults.add('/installmentsLimit', 'installments_out_of_range', 'Para parcelar, o limite é de ao menos 2 parcelas.')
    }
    if ((readjustmentIndex === null) !== (readjustmentMonths === null)) {
      const missing = readjustmentIndex === null ? '/readjustmentIndex' : '/readjustmentMonths'
      faults.add(missing, 'required', 'Para reajustar, informe o índice e de quantos em quantos meses.')
    }
  },
  namesToo: ({ products }) => servicesNamed(products),
})

export type Plan = Reference<typeof plans.fields>

/** What of a plan's answer is read by others. */
export interface PlanAnswer {
  id: string
  name: string
  price: string
  billingMonths: number
  chargingMethod: ChargingMethod
  trialDays: number
  dueDays: number
  serviceItemId: string | null
  allowInstallments: boolean
  installmentsLimit: number
  readjustmentIndex: PriceIndex | null
  readjustmentMonths: number | null
  readjustmentNoticeDays: number | null
  products: { serviceItemId: string; description: string | null; quantity: string; unitPrice: string }[]
  features: PlanFeature[]
  archivedAt: string | null
}

const billingChoices = [1, 2, 3, 6, 12]

function isMonths(months: number): boolean {
  return billingChoices.includes(months)
}

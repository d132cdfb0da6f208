import { serviceItemsOf } from '../../../catalog/service-item-store.ts'
import { multiplyToCents } from '../../../core/money.ts'
import { organizationsOf } from '../../../organizations/organization-store.ts'
import type { Reader } from '../../../platform/db/db.ts'
import type { ChargingMethod, Plan } from '../../../subscriptions/plan.ts'
import { type Facts, factsOfMany } from '../kept.ts'
import { serviceNumber, showService } from '../rules/service-lines.ts'
import { showDecimal, showStamp, showText } from '../values.ts'
import { keptOfPlan, placesOf } from './plan-form.ts'

const rhythms: Readonly<Record<number, string>> = {
  1: 'Mensalmente',
  2: 'Bimestralmente',
  3: 'Trimestralmente',
  6: 'Semestralmente',
  12: 'Anualmente',
}

const methods: Readonly<Record<ChargingMethod, string>> = { pre_paid: 'Pré-pago', post_paid: 'Pós-pago' }

export type ShownPlan = ReturnType<typeof show>

/** Three statements, however many. */
export async function showPlans(tx: Reader, plans: readonly Plan[]): Promise<Map<number, ShownPlan>> {
  if (plans.length === 0) return new Map()
  const facts = await factsOfMany(
    tx,
    'plan',
    plans.map(({ id }) => id),
  )
  const named = plans.flatMap(({ products }) => products.map(({ serviceItemId }) => serviceItemId))
  const services = await serviceItemsOf(tx, [...new Set(named)])
  const owners = plans.flatMap(({ organizationId }) => organizationId ?? [])
  const organizations = await organizationsOf(tx, [...new Set(owners)])
  return new Map(
    plans.map(plan => {
      const timeZone = organizations.get(plan.organizationId ?? 0)?.timeZone ?? 'UTC'
      return [plan.id, show(plan, facts(plan.id), id => services.get(id)?.name, timeZone)]
    }),
  )
}

function show(plan: Plan, facts: Facts, nameOf: (serviceItemId: number) => string | undefined, timeZone: string) {
  const { said = {} } = facts
  const kept = keptOfPlan(facts)
  const isSaid = facts.hasNoMethod !== true || plan.chargingMethod !== 'pre_paid'
  return {
    id: plan.id,
    name: showText(plan.name, said.name),
    description: showText(plan.description, said.description),
    redirect_url: showText(plan.redirectUrl, said.redirect_url),
    price: showDecimal(plan.price),
    billing_period: plan.billingMonths,
    translated_billing_period: rhythms[plan.billingMonths] ?? null,
    charging_method: isSaid ? plan.chargingMethod : null,
    // What is not said is translated by all that it could be (seed).
    translated_charging_method: isSaid ? methods[plan.chargingMethod] : methods,
    has_trial: plan.trialDays > 0,
    trial_period: plan.trialDays,
    features: showFeatures(plan, facts),
    readjustment_will_be_created: plan.readjustmentIndex !== null,
    readjustment_month_quantity: plan.readjustmentMonths,
    price_index: plan.readjustmentIndex,
    readjustment_days_until_update: plan.readjustmentNoticeDays,
    billet_notification_ruler_id: plan.notificationRulerId ?? facts.billet_notification_ruler_id ?? null,
    payment_gateway_notification_ruler_id: kept.payment_gateway_notification_ruler_id,
    emites_service_values_id: kept.emites_service_values_id,
    emites_service_value_name: kept.emites_service_value_name,
    cobrato_billet_charge_config_id: kept.cobrato_billet_charge_config_id,
    cobrato_billet_charge_config_name: kept.cobrato_billet_charge_config_name,
    cobrato_billet_charge_template_id: kept.cobrato_billet_charge_template_id,
    cobrato_billet_charge_template_name: kept.cobrato_billet_charge_template_name,
    cobrato_payment_gateway_charge_config_id: kept.cobrato_payment_gateway_charge_config_id,
    cobrato_payment_gateway_charge_config_name: kept.cobrato_payment_gateway_charge_config_name,
    finance_category: kept.finance_category,
    finance_revenue_center: kept.finance_revenue_center,
    myfinance_billet_sale_account_id: kept.myfinance_billet_sale_account_id,
    myfinance_billet_sale_account_name: kept.myfinance_billet_sale_account_name,
    myfinance_payment_gateway_sale_account_id: kept.myfinance_payment_gateway_sale_account_id,
    myfinance_payment_gateway_sale_account_name: kept.myfinance_payment_gateway_sale_account_name,
    allow_installments: plan.allowInstallments,
    installments_limit: plan.installmentsLimit,
    created_at: showStamp(plan.createdAt, timeZone),
    products: showProducts(plan, facts, nameOf),
  }
}

function showFeatures({ id, features }: Plan, { featurePlaces }: Facts) {
  const places = placesOf(features, featurePlaces)
  return features.map(({ description, value, tag }, i) => ({ id: serviceNumber(id, places[i] ?? 0), description, value, tag }))
}

function showProducts({ id, products }: Plan, { productPlaces }: Facts, nameOf: (serviceItemId: number) => string | undefined) {
  const places = placesOf(products, productPlaces)
  return products.map(({ serviceItemId, description, quantity, unitPrice }, i) =>
    showService({
      id: serviceNumber(id, places[i] ?? 0),
      name: nameOf(serviceItemId) ?? '',
      description,
      unitPrice,
      quantity,
      valueCents: multiplyToCents(quantity, unitPrice),
    }),
  )
}

// What of an invoice or a rule is kept and given back: no noun of ours has it. What ours have is in details.ts.

import { parseCivilDate, parseYearMonth, type YearMonth, yearMonth } from '../../../core/dates.ts'
import type { Form } from '../form.ts'
import { type Facts, factsAfter } from '../kept.ts'
import { readDay, readText } from '../values.ts'

/** Text that is given back as it came, blank too. */
const texts = [
  'finance_category',
  'finance_revenue_center',
  'myfinance_sale_account_name',
  'cobrato_charge_config_name',
  'cobrato_charge_template_name',
  'emites_service_value_name',
] as const

const numbers = [
  'myfinance_sale_account_id',
  'cobrato_charge_config_id',
  'cobrato_charge_template_id',
  'emites_service_values_id',
] as const

/** Blank is nothing there. */
const notes = ['nfse_service', 'nfse_verification'] as const

export const paymentMethods = { billet: 'boleto', payment_gateway: 'card', transfer: 'transfer' } as const

export function billingFacts(form: Form, before: Facts): Facts {
  return factsAfter(before, form, ['description', 'nfe_body', 'comments'], {
    ...Object.fromEntries(texts.map(name => [name, form.text(name)])),
    ...Object.fromEntries(numbers.map(name => [name, form.whole(name)])),
    number: form.text('number'),
    ...Object.fromEntries(notes.map(name => [name, blankIsNull(form.text(name, 5000))])),
  })
}

function blankIsNull(text: string | null | undefined): string | null | undefined {
  return text === '' ? null : text
}

export function paymentOf({ payment_information: payment }: Facts): Facts {
  return typeof payment === 'object' && payment !== null ? (payment as Facts) : {}
}

/** 'mm/aaaa', and the days that they write in its place; null where nothing of the kind stands there. */
export function readAccrual(value: unknown): YearMonth | null {
  const text = readText(value) ?? ''
  const [, month, year] = /^(\d{2})[/-](\d{4})$/.exec(text.trim()) ?? []
  if (month !== undefined) return parseYearMonth(`${year}-${month}`)
  const day = readDay(text) ?? parseCivilDate(text)
  return day === null ? null : yearMonth(day.slice(0, 7))
}

/** Those of one kind are shown side by side. */
export function showFinance(facts: Facts) {
  return {
    finance_category: facts.finance_category ?? null,
    finance_category_id: facts.finance_category_id ?? null,
    finance_revenue_center: facts.finance_revenue_center ?? null,
    finance_revenue_center_id: facts.finance_revenue_center_id ?? null,
    myfinance_sale_account_id: facts.myfinance_sale_account_id ?? null,
    myfinance_sale_account_name: facts.myfinance_sale_account_name ?? null,
    cobrato_charge_config_id: facts.cobrato_charge_config_id ?? null,
    cobrato_charge_config_name: facts.cobrato_charge_config_name ?? null,
    cobrato_charge_template_id: facts.cobrato_charge_template_id ?? null,
    cobrato_charge_template_name: facts.cobrato_charge_template_name ?? null,
  }
}

/** What their invoices and rules say of the vendor's former note service. */
export function showEmites(facts: Facts) {
  return {
    emites_service_values_id: facts.emites_service_values_id ?? null,
    emites_service_value_name: facts.emites_service_value_name ?? null,
  }
}

export interface PaymentShown {
  id: number
  method: string
  facts: Facts
  createdAt: string
}

export function showPayment({ id, method, facts, createdAt }: PaymentShown) {
  const payment = paymentOf(facts)
  const shown = method === 'card' ? 'payment_gateway' : method === 'boleto' ? 'billet' : 'transfer'
  return {
    id,
    payment_method: shown,
    cobrato_card_id: '--',
    card_expiration_month: '--',
    card_expiration_year: '--',
    installments: shown === 'payment_gateway' ? (payment.installments ?? 1) : null,
    financial_charge_template_id: payment.financial_charge_template_id ?? null,
    financial_account_id: payment.financial_account_id ?? null,
    charging_account_id: payment.charging_account_id ?? null,
    created_at: createdAt,
  }
}

import { categories } from '../../../catalog/classification/category.ts'
import { revenueCentres } from '../../../catalog/classification/revenue-centre.ts'
import { uuidsOfChargingAccounts } from '../../../catalog/collection/charging-account-store.ts'
import { nfseTemplates } from '../../../catalog/nfse-templates/nfse-template.ts'
import { referencesOf } from '../../../catalog/references/reference-store.ts'
import { serviceItemsOf } from '../../../catalog/service-item-store.ts'
import type { DetailsValues } from '../../../contracts/details/billing-details.ts'
import { grossOf, type InvoiceTemplate } from '../../../contracts/templates/invoice-template.ts'
import { multiplyToCents } from '../../../core/money.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { accrualNames } from '../rules/rule-form.ts'
import { showService } from '../rules/service-lines.ts'
import { showCents, showIsoStamp, showStamp } from '../values.ts'

/** A template with what goes along with what is made of it. */
export interface TemplateFile {
  template: InvoiceTemplate
  details: DetailsValues | null
}

/** Five statements, however many templates; in the order in which they are given. */
export async function showTemplates(tx: Reader, files: readonly TemplateFile[], timeZone: string) {
  const services = await serviceItemsOf(
    tx,
    each(files, ({ template }) => template.lines.map(line => line.serviceItemId)),
  )
  const uuids = await uuidsOfChargingAccounts(
    tx,
    each(files, ({ details }) => details?.chargingAccountId ?? []),
  )
  const textsOf = await textsOfTemplates(
    tx,
    files.map(({ details }) => details),
  )
  return files.map(({ template, details }) => {
    const { finance_category, finance_revenue_center, emites_service_value_name, ...others } = textsOf(details)
    const isByCard = template.paymentMethod === 'card'
    const nameOf = (id: number) => services.get(id)?.name ?? ''
    return {
      id: template.id,
      name: template.name,
      gross_value: showGross(template),
      ...showRhythm(template),
      management_type: template.management === 'automatic' ? 'automatic' : 'manual',
      automatic_email_template_id: details?.emailTemplateId ?? null,
      notification_ruler_id: details?.notificationRulerId ?? null,
      accrual_month_quantity: accrualNames[template.competenceShift + 1] ?? 'same_month',
      description: template.description,
      receivables_additional_information: showDue(template),
      // Their only name for what makes the note of it.
      emites_service_values_id: details?.nfseTemplateId ?? null,
      emites_service_value_name,
      days_until_automatic_nfe_emission: details?.nfseDaysAfterReceipt ?? 0,
      nfe_body: details?.nfseBody ?? null,
      payment_method: isByCard ? 'payment_gateway' : template.paymentMethod === 'boleto' ? 'billet' : 'transfer',
      card_installments: isByCard ? (details?.cardInstallments ?? 1) : null,
      cobrato_charge_config_id: null,
      cobrato_charge_config_name: others.cobrato_charge_config_name,
      cobrato_charge_template_id: null,
      cobrato_charge_template_name: others.cobrato_charge_template_name,
      finance_category,
      finance_revenue_center,
      myfinance_sale_account_id: null,
      myfinance_sale_account_name: others.myfinance_sale_account_name,
      notify_customer: template.notifyCustomer,
      apply_negative_updates: template.allowsNegative,
      created_at: showStamp(template.createdAt, timeZone),
      issue_nfse: details?.issueNfse ?? false,
      financial_account_id: details?.financialAccountId ?? null,
      charging_account_id: uuids.get(details?.chargingAccountId ?? 0) ?? null,
      financial_charge_template_id: details?.chargeTemplateId ?? null,
      services: template.lines.map(line => showLine(line, nameOf(line.serviceItemId))),
      scheduled_updates: template.readjustments.map(one => showTemplateUpdate(one, template, timeZone)),
    }
  })
}

function each(files: readonly TemplateFile[], idsIn: (file: TemplateFile) => number | number[]): number[] {
  return [...new Set(files.flatMap(idsIn))]
}

function showGross(template: InvoiceTemplate): string | null {
  const gross = grossOf(template)
  return gross === null ? null : showCents(gross)
}

/** Of one time only, it has neither. */
function showRhythm({ recurrence }: InvoiceTemplate) {
  return {
    month_quantity: recurrence?.unit === 'month' ? recurrence.every : null,
    period_unit: recurrence === null ? null : recurrence.unit === 'week' ? 'weekly' : 'monthly',
  }
}

function showDue({ due, createParcels }: InvoiceTemplate) {
  return {
    charge_type: due?.kind ?? null,
    day_number: due?.day ?? null,
    day_quantity: due?.days ?? null,
    month_quantity: due?.months ?? null,
    parcel_number: due?.installments ?? null,
    only_business_days: due?.onlyBusinessDays ?? null,
    create_parcels: createParcels,
  }
}

function showLine({ id, description, unitPrice, quantity }: InvoiceTemplate['lines'][number], name: string) {
  const valueCents = multiplyToCents(quantity, unitPrice)
  return showService({ id, name, description: description ?? '', unitPrice, quantity, valueCents })
}

/** A readjustment in the words of those of a rule: it has no day yet. */
function showTemplateUpdate(
  { id, everyMonths, index, noticeDays, serviceItemId }: InvoiceTemplate['readjustments'][number],
  template: InvoiceTemplate,
  timeZone: string,
) {
  return {
    id,
    invoice_rule_id: null,
    execution_date: null,
    month_quantity: everyMonths,
    price_index: index,
    created_at: showIsoStamp(template.createdAt, timeZone),
    updated_at: showIsoStamp(template.updatedAt, timeZone),
    init_date: null,
    days_until_update: noticeDays,
    remind_at: null,
    notified: false,
    service_item_id: serviceItemId,
    invoice_template_id: template.id,
  }
}

/**
 * Texts that a template has in their words, and that go along into what is made of it. What it names is called as it is called now; of
 * services that are not ours it says nothing. Three statements, however many.
 */
export async function textsOfTemplates(tx: Reader, all: readonly (DetailsValues | null)[]) {
  const ids = (field: 'nfseTemplateId' | 'categoryId' | 'revenueCentreId') => [
    ...new Set(all.flatMap(details => details?.[field] ?? [])),
  ]
  const notes = await referencesOf(tx, nfseTemplates, ids('nfseTemplateId'))
  const categoriesById = await referencesOf(tx, categories, ids('categoryId'))
  const centres = await referencesOf(tx, revenueCentres, ids('revenueCentreId'))
  return (details: DetailsValues | null) => ({
    finance_category: categoriesById.get(details?.categoryId ?? 0)?.name ?? '',
    finance_revenue_center: centres.get(details?.revenueCentreId ?? 0)?.name ?? '',
    emites_service_value_name: notes.get(details?.nfseTemplateId ?? 0)?.name ?? '',
    myfinance_sale_account_name: '',
    cobrato_charge_config_name: '',
    cobrato_charge_template_name: '',
  })
}

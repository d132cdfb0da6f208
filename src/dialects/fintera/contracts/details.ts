// What goes along with an invoice or a rule and changes no amount. What ours have takes effect (`contracts/details/`); an id that nobody
// here has is kept and given back, and causes nothing.

import { chargingAccountCalled, uuidsOfChargingAccounts } from '../../../catalog/collection/charging-account-store.ts'
import { bindReferenceRows } from '../../../catalog/references/reference-store.ts'
import type { DetailsInput, DetailsValues } from '../../../contracts/details/billing-details.ts'
import { detailsOf } from '../../../contracts/details/details-store.ts'
import type { PaymentMethod } from '../../../contracts/rules/terms.ts'
import type { Noun } from '../../../core/ids.ts'
import { given } from '../../../core/text.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import type { Form } from '../form.ts'
import { paymentOf } from '../invoices/invoice-facts.ts'
import type { Facts } from '../kept.ts'
import { showText } from '../values.ts'

type IdField =
  | 'nfseTemplateId'
  | 'emailTemplateId'
  | 'notificationRulerId'
  | 'categoryId'
  | 'revenueCentreId'
  | 'chargeTemplateId'
  | 'financialAccountId'
  | 'chargingAccountId'

interface Reference {
  name: string
  field: IdField
  noun: Noun
}

const ofInvoice: readonly Reference[] = [
  { name: 'nfse_template_id', field: 'nfseTemplateId', noun: 'nfse_template' },
  { name: 'automatic_email_template_id', field: 'emailTemplateId', noun: 'email_template' },
  { name: 'notification_ruler_id', field: 'notificationRulerId', noun: 'notification_ruler' },
  { name: 'finance_category_id', field: 'categoryId', noun: 'category' },
  { name: 'finance_revenue_center_id', field: 'revenueCentreId', noun: 'revenue_centre' },
]

const ofPayment: readonly Reference[] = [
  { name: 'financial_charge_template_id', field: 'chargeTemplateId', noun: 'charge_template' },
  { name: 'financial_account_id', field: 'financialAccountId', noun: 'financial_account' },
]

const byUuid: Reference = { name: 'charging_account_id', field: 'chargingAccountId', noun: 'charging_account' }

const MOST_DAYS = 365
const MOST_INSTALLMENTS = 99

/** Where our refusals of details stand in their forms. */
export const detailFieldsOfTheirs: Readonly<Record<string, string>> = {
  ...Object.fromEntries(ofInvoice.map(({ name, field }) => [`/details/${field}`, name])),
  ...Object.fromEntries([...ofPayment, byUuid].map(({ name, field }) => [`/details/${field}`, `payment_information.${name}`])),
  '/details/cardInstallments': 'payment_information.installments',
  '/withholdingTemplateId': 'nfse_template_id',
}

// --- Reading ---

export interface DetailsAsked {
  organizationId: number
  before: DetailsValues | null
  /** By which it will be paid: by card alone are there installments of one. */
  paymentMethod: PaymentMethod
}

export interface DetailsSent {
  /** What differs from what was said before; undefined: nothing. */
  input: DetailsInput | undefined
  /** Of theirs alone. */
  kept: Facts
}

/** What it names stays in use until the transaction ends. */
export async function readDetails(tx: Tx, form: Form, asked: DetailsAsked): Promise<DetailsSent> {
  const payment = form.child('payment_information') ?? null
  const named = [
    ...idsIn(form, ofInvoice),
    ...(payment === null ? [] : [...idsIn(payment, ofPayment), ...(await uuidIn(tx, payment))]),
  ]
  const known = await knownOf(tx, asked, named)
  const ids = Object.fromEntries(named.map(({ field, id }) => [field, known.has(field) ? id : null]))
  const input: DetailsInput = { ...textsIn(form), ...ids, ...installmentsIn(payment, asked) }
  const keptOf = (those: readonly Reference[]) =>
    Object.fromEntries(
      named.flatMap(({ name, field, sent }) =>
        those.some(one => one.name === name) ? [[name, known.has(field) || isNoTemplate(name) ? null : sent]] : [],
      ),
    )
  const keptPayment = keptOf([...ofPayment, byUuid])
  return {
    input: changesIn(input, asked.before),
    kept: { ...keptOf(ofInvoice), ...(Object.keys(keptPayment).length > 0 && { payment_information: keptPayment }) },
  }
}

/** An NFS-e template that nobody has is none (seed: sent 1, answered null). */
function isNoTemplate(name: string): boolean {
  return name === 'nfse_template_id'
}

interface IdSent extends Reference {
  /** Ours, if there is such a one. */
  id: number | null
  sent: number | string | null
}

function idsIn(form: Form, references: readonly Reference[]): IdSent[] {
  return references.flatMap(reference => {
    const id = form.whole(reference.name)
    return id === undefined ? [] : [{ ...reference, id, sent: id }]
  })
}

async function uuidIn(tx: Reader, payment: Form): Promise<IdSent[]> {
  const sent = payment.text(byUuid.name, 36)
  if (sent === undefined) return []
  const uuid = given(sent)
  return [{ ...byUuid, sent: uuid, id: uuid === null ? null : await chargingAccountCalled(tx, uuid) }]
}

/** The fields whose id is one of ours, that the organization may name; what is named already stays so, archived or not. */
async function knownOf(tx: Tx, { organizationId, before }: DetailsAsked, named: readonly IdSent[]): Promise<Set<IdField>> {
  const known = new Set<IdField>()
  const asked = named.filter(({ id, field }) => id !== null && (before?.[field] !== id || !known.add(field)))
  // In order of the nouns, as everybody binds them.
  for (const { noun, field, id } of asked.toSorted((a, b) => (a.noun < b.noun ? -1 : 1))) {
    const row = id === null ? undefined : (await bindReferenceRows(tx, noun, [id])).get(id)
    if (row && !row.archived && (row.organizationId === null || row.organizationId === organizationId)) known.add(field)
  }
  return known
}

function textsIn(form: Form): DetailsInput {
  const days = form.whole('days_until_automatic_nfe_emission')
  if (days != null && (days < 0 || days > MOST_DAYS)) {
    form.fault('days_until_automatic_nfe_emission', `deve estar entre 0 e ${MOST_DAYS}`)
  }
  const body = form.text('nfe_body', 5000)
  const notes = form.text('comments', 5000)
  const issue = form.flag('issue_nfse')
  return {
    ...(body !== undefined && { nfseBody: given(body) }),
    ...(notes !== undefined && { notes: given(notes) }),
    ...(issue != null && { issueNfse: issue }),
    ...(days !== undefined && { nfseDaysAfterReceipt: days ?? 0 }),
  }
}

/** Seed: what is not paid by card has none, whatever was sent. */
function installmentsIn(payment: Form | null, { paymentMethod, before }: DetailsAsked): DetailsInput {
  const sent = payment?.whole('installments')
  if (sent === undefined || payment === null) return {}
  if (paymentMethod !== 'card') return { cardInstallments: null }
  // As it is shown where nobody said it.
  if (sent === 1 && before?.cardInstallments == null) return {}
  if (sent !== null && (sent < 1 || sent > MOST_INSTALLMENTS)) {
    payment.fault('installments', `deve estar entre 1 e ${MOST_INSTALLMENTS}`)
  }
  return { cardInstallments: sent }
}

const otherwise: DetailsInput = { issueNfse: false, nfseDaysAfterReceipt: 0 }

function changesIn(input: DetailsInput, before: DetailsValues | null): DetailsInput | undefined {
  const stands: DetailsInput = before ?? otherwise
  const names = Object.keys(input) as (keyof DetailsInput)[] // its own keys
  const changed = names.filter(name => (input[name] ?? null) !== (stands[name] ?? null))
  return changed.length === 0 ? undefined : Object.fromEntries(changed.map(name => [name, input[name]]))
}

// --- Showing ---

/** An invoice that a rule made says what its rule says, where it says nothing itself. */
export function factsOver(ofRule: Facts, own: Facts): Facts {
  return {
    ...ofRule,
    ...own,
    said: { ...ofRule.said, ...own.said },
    payment_information: { ...paymentOf(ofRule), ...paymentOf(own) },
  }
}

/** Lays what takes effect over what is kept. Two statements, however many. */
export async function detailsOver(
  tx: Reader,
  detailsIds: readonly (number | null)[],
): Promise<(facts: Facts, detailsId: number | null) => Facts> {
  const all = await detailsOf(tx, [...new Set(detailsIds.flatMap(id => id ?? []))])
  const accounts = [...all.values()].flatMap(({ chargingAccountId }) => chargingAccountId ?? [])
  const uuids = await uuidsOfChargingAccounts(tx, [...new Set(accounts)])
  return (facts, detailsId) => {
    const details = detailsId === null ? null : (all.get(detailsId) ?? null)
    const payment = paymentOf(facts)
    const idsOf = (those: readonly Reference[], kept: Facts) =>
      Object.fromEntries(those.map(({ name, field }) => [name, details?.[field] ?? kept[name] ?? null]))
    return {
      ...facts,
      ...idsOf(ofInvoice, facts),
      nfe_body: showText(details?.nfseBody ?? null, facts.said?.nfe_body),
      comments: showText(details?.notes ?? null, facts.said?.comments),
      issue_nfse: details?.issueNfse ?? false,
      days_until_automatic_nfe_emission: details?.nfseDaysAfterReceipt ?? 0,
      payment_information: {
        ...idsOf(ofPayment, payment),
        charging_account_id: uuids.get(details?.chargingAccountId ?? 0) ?? payment.charging_account_id ?? null,
        installments: details?.cardInstallments ?? null,
      },
    }
  }
}

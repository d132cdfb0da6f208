import { formatCnpj, parseCnpj } from '../../../core/brazil/cnpj.ts'
import { formatDate } from '../../../core/dates.ts'
import { given, isEmail } from '../../../core/text.ts'
import { type Customer, readCustomer } from '../../../customers/customer.ts'
import { usedCompany } from '../deleting.ts'
import type { Form } from '../form.ts'
import { type Facts, factsAfter } from '../kept.ts'
import { numberOfCustomer } from '../numbers.ts'
import { showStamp, showText } from '../values.ts'
import type { Words } from '../words.ts'
import { type CustomerForm, mainAddress, readAddresses, type ShownCustomer } from './customers.ts'
import { addressNames, readNames, showAddress, showNames } from './party.ts'

const words: Words = {
  shape: 'model',
  fields: {
    '/name': 'name',
    '/taxId': 'cnpj',
    '/billingEmails/*': 'billing_contacts',
    '/addresses/*/uf': 'state',
    '/addresses/*/zipCode': 'zipcode',
  },
}

export const companies: CustomerForm = {
  kind: 'company',
  one: 'company',
  many: 'companies',
  taxId: 'cnpj',
  words,
  used: usedCompany,
  read(form, before) {
    const { legal, trade } = readNames(form, before && { legal: before.name, trade: before.tradeName })
    const cnpj = before ? form.neededOver('cnpj', before.taxId) : form.needed('cnpj', true)
    const input = {
      kind: 'company' as const,
      name: legal,
      tradeName: trade,
      taxId: cnpj ?? before?.taxId ?? null,
      municipalRegistration: sentOr(form.text('city_inscription', 30), before?.municipalRegistration),
      billingEmails: emailsSent(form) ?? before?.billingEmails ?? [],
      addresses: readAddresses(form, before),
      contacts: before?.contacts ?? [],
      notes: sentOr(form.text('comments', 5000), before?.notes),
    }
    for (const [name, most] of keptTexts) form.text(name, most)
    form.judge(words, () => readCustomer(input))
    form.refuseIfAny(words)
    return input
  },
  factsSent(form, before) {
    return factsAfter(before, form, ['name', 'company_name', 'city_inscription', 'comments', ...addressNames], {
      ...Object.fromEntries(keptTexts.map(([name, most]) => [name, form.text(name, most)])),
      client_since: form.day('client_since'),
      myfinance_customer_id: form.whole('myfinance_customer_id'),
    })
  },
  show,
}

/** Nobody of ours has them; billing_contacts is kept as it was said beside the addresses that are found in it. */
const keptTexts = [
  ['state_inscription', 30],
  ['contacts', 2000],
  ['billing_contacts', 2000],
  ['nfse_email', 255],
] as const

export function sentOr(sent: string | null | undefined, before: string | null | undefined): string | null {
  return sent === undefined ? (before ?? null) : sent
}

/** Whatever in the text is an address: some write names beside them. */
function emailsSent(form: Form): string[] | undefined {
  const text = form.text('billing_contacts', 2000)
  return text === undefined ? undefined : emailsIn(text)
}

function emailsIn(text: string | null): string[] {
  return [...new Set((text ?? '').split(/[\s,;<>]+/).filter(isEmail))]
}

/** As it was said, as long as our addresses are those in it. */
function showEmails({ billingEmails }: Customer, said: unknown): string | null {
  const text = typeof said === 'string' ? said : null
  if (emailsIn(text).join() === billingEmails.join()) return text
  return given(billingEmails.join(', '))
}

function show({ account, customer, facts, timeZone, updatedAt }: ShownCustomer) {
  const { said = {} } = facts
  const { address, number, zipcode, district, complement, city, state } = showAddress(mainAddress(customer), facts)
  const cnpj = customer.taxId === null ? null : parseCnpj(customer.taxId)
  return {
    id: numberOfCustomer(customer.id),
    account_id: account,
    ...showNames({ legal: customer.name, trade: customer.tradeName }, facts),
    cnpj: cnpj && formatCnpj(cnpj),
    state_inscription: facts.state_inscription ?? null,
    city_inscription: showText(customer.municipalRegistration, said.city_inscription),
    address,
    number,
    zipcode,
    district,
    complement,
    city,
    state,
    contacts: facts.contacts ?? null,
    billing_contacts: showEmails(customer, facts.billing_contacts),
    kind: 'company',
    comments: showText(customer.notes, said.comments),
    client_since: showSince(facts),
    nfse_email: facts.nfse_email ?? null,
    myfinance_customer_id: facts.myfinance_customer_id ?? null,
    myfinance_errors: null,
    created_at: showStamp(customer.createdAt, timeZone),
    updated_at: showStamp(updatedAt, timeZone),
  }
}

export function showSince({ client_since: since }: Facts): string | null {
  // Kept as the day that was read of it.
  return typeof since === 'string' ? formatDate(since as Parameters<typeof formatDate>[0]) : null
}

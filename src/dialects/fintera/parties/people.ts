import { readCustomer } from '../../../customers/customer.ts'
import { usedPerson } from '../deleting.ts'
import { factsAfter } from '../kept.ts'
import { numberOfCustomer } from '../numbers.ts'
import { showStamp, showText } from '../values.ts'
import type { Words } from '../words.ts'
import { sentOr, showSince } from './companies.ts'
import { type CustomerForm, mainAddress, readAddresses, type ShownCustomer } from './customers.ts'
import { addressNames, showAddress } from './party.ts'

const words: Words = {
  shape: 'model',
  fields: {
    '/name': 'name',
    '/taxId': 'cpf',
    '/billingEmails/*': 'email',
    '/addresses/*/uf': 'state',
    '/addresses/*/zipCode': 'zipcode',
  },
}

export const people: CustomerForm = {
  kind: 'person',
  one: 'person',
  many: 'people',
  taxId: 'cpf',
  words,
  used: usedPerson,
  read(form, before) {
    const name = form.needed('name', before === null, 200)
    const cpf = before ? form.neededOver('cpf', before.taxId) : form.needed('cpf', true)
    const email = form.text('email')
    const [first, ...others] = before?.billingEmails ?? []
    const input = {
      kind: 'person' as const,
      name: name ?? before?.name ?? '',
      tradeName: before?.tradeName ?? null,
      taxId: cpf ?? before?.taxId ?? null,
      municipalRegistration: before?.municipalRegistration ?? null,
      billingEmails: [email === undefined ? (first ?? '') : (email?.trim() ?? ''), ...others].filter(text => text !== ''),
      addresses: readAddresses(form, before),
      contacts: before?.contacts ?? [],
      notes: sentOr(form.text('comments', 5000), before?.notes),
    }
    form.judge(words, () => readCustomer(input))
    form.refuseIfAny(words)
    return input
  },
  factsSent(form, before) {
    return factsAfter(before, form, ['name', 'email', 'comments', ...addressNames], {
      client_since: form.day('client_since'),
      allow_email_on_nfse: form.flag('allow_email_on_nfse'),
      myfinance_customer_id: form.whole('myfinance_customer_id'),
    })
  },
  show,
}

function show({ account, customer, facts, timeZone }: ShownCustomer) {
  const { said = {} } = facts
  const { zipcode, address, number, complement, district, city, state } = showAddress(mainAddress(customer), facts)
  return {
    id: numberOfCustomer(customer.id),
    account_id: account,
    name: showText(customer.name, said.name),
    // Digits alone, as theirs answers it; a company's has its mask.
    cpf: customer.taxId,
    email: showText(customer.billingEmails[0] ?? null, said.email),
    zipcode,
    address,
    number,
    complement,
    district,
    city,
    state,
    comments: showText(customer.notes, said.comments),
    client_since: showSince(facts),
    allow_email_on_nfse: facts.allow_email_on_nfse === true,
    myfinance_customer_id: facts.myfinance_customer_id ?? null,
    myfinance_errors: null,
    created_at: showStamp(customer.createdAt, timeZone),
  }
}

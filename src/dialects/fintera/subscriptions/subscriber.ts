import { parseCnpj } from '../../../core/brazil/cnpj.ts'
import { Refusal } from '../../../core/refusal.ts'
import { given } from '../../../core/text.ts'
import { createCustomer } from '../../../customers/create-customer.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Tx } from '../../../platform/db/db.ts'
import { Worded } from '../../worded.ts'
import { Form } from '../form.ts'
import { saveFacts } from '../kept.ts'
import { companies } from '../parties/companies.ts'
import { addressNames } from '../parties/party.ts'
import { people } from '../parties/people.ts'
import { readText } from '../values.ts'
import { tellRefusal, type Words } from '../words.ts'

const words: Words = { shape: 'nested' }
const types = { Company: companies, Person: people } as const

/** Whoever subscribes becomes a company or a person as if it had been made so; what is wrong is told within `customer`. */
export async function createSubscriber(tx: Tx, ctx: Ctx, form: Form): Promise<number> {
  const sent = form.child('customer')
  if (sent == null) {
    form.askFor('customer')
    form.refuseIfAny(words)
  }
  const customer = sent ?? form
  // Some write it beside the customer, in another spelling.
  const address = customer.child('address_information') ?? form.child('address_information') ?? form.child('addressInformation')
  const document = given(readText(customer.raw('document')))
  const type = readType(customer, document)
  form.refuseIfAny(words)
  const kind = types[type]
  const own = Form.of(
    {
      name: customer.raw('name'),
      [kind.taxId]: customer.raw('document'),
      ...(type === 'Company' ? { billing_contacts: customer.raw('email') } : { email: customer.raw('email') }),
      city_inscription: customer.raw('city_inscription'),
      state_inscription: customer.raw('state_inscription'),
      ...Object.fromEntries(addressNames.map(name => [name, address?.raw(name)])),
    },
    kind.one,
  )
  return within(kind.words, async () => {
    const { id } = await createCustomer(ctx, kind.read(own, null))
    await saveFacts(tx, 'customer', id, {}, kind.factsSent(own, {}))
    return id
  })
}

/** What is not said is told by the document. */
function readType(customer: Form, document: string | null): keyof typeof types {
  const sent = given(customer.text('type'))
  if (sent === 'Company' || sent === 'Person') return sent
  if (sent !== null) customer.fault('type', 'não está incluído na lista')
  else if (document === null) customer.fault('type', 'não pode ficar em branco')
  return document !== null && parseCnpj(document) === null ? 'Person' : 'Company'
}

/** Faults of the customer, each at its place within the subscription. */
async function within<T>(kindWords: Words, make: () => Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { status, body } = error instanceof Worded ? error.answer : tellRefusal(error, kindWords)
    const { errors }: { errors?: unknown } = body ?? {}
    if (status !== 422 || typeof errors !== 'object' || errors === null) throw error
    throw new Worded({ status, body: { errors: { customer: placed(Object.entries(errors)) } } })
  }
}

function placed(errors: readonly (readonly [name: string, texts: unknown])[]): object {
  const isOfAddress = ([name]: readonly [string, unknown]) => addressNames.some(known => known === name)
  const ofAddress = errors.filter(isOfAddress)
  const others = Object.fromEntries(errors.filter(error => !isOfAddress(error)))
  return ofAddress.length === 0 ? others : { ...others, address_information: Object.fromEntries(ofAddress) }
}

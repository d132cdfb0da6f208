import { parseTaxId } from '../../core/brazil/tax-id.ts'
import { showId } from '../../core/ids.ts'
import { createCustomer } from '../../customers/create-customer.ts'
import type { Customer, CustomerInput } from '../../customers/customer.ts'
import { customerOf, customersOf } from '../../customers/customer-store.ts'
import type { CustomerTies } from '../../customers/customer-ties.ts'
import { deleteCustomer } from '../../customers/delete-customer.ts'
import { holdLeavingCustomer } from '../../customers/read-customer.ts'
import { updateCustomer } from '../../customers/update-customer.ts'
import type { ForeignAnswer } from '../../platform/http/foreign-route.ts'
import type { Operation } from '../dialect.ts'
import { Form } from './form.ts'
import { toGuid } from './guid.ts'
import { listOf, numberOf } from './lists.ts'
import { odataQuery } from './odata/query.ts'
import { customersListed } from './resources-store.ts'
import { asText } from './schedules.ts'
import { refuseWith, type Words } from './words.ts'

const at = '/empresas/v1/customers' as const
const notFound = 'Cliente não encontrado.'
const reads = { needs: ['customers:read'], reads: true, words: { notFound } } as const
const writes = { needs: ['customers:write'], words: { notFound } } as const

export function customerOperations(ties: CustomerTies): readonly Operation<Words>[] {
  return [
    {
      ...reads,
      name: 'list-customers',
      query: odataQuery,
      says: 'Lista os clientes',
      at: [`GET ${at}`],
      run: listOf(
        () => customersListed,
        async (tx, _ctx, ids) => {
          const known = await customersOf(tx, ids)
          return ids.flatMap(id => known.get(id) ?? []).map(showCustomer)
        },
      ),
    },
    {
      ...reads,
      name: 'show-customer',
      says: 'Mostra um cliente',
      at: [`GET ${at}/:id`],
      run: (ctx, { params }) =>
        ctx.transact(async tx =>
          whole((await customerOf(tx, numberOf('customer', params.id, notFound))) ?? refuseWith(notFound)),
        ),
    },
    {
      ...writes,
      name: 'create-customer',
      says: 'Cria um cliente e responde o seu id',
      at: [`POST ${at}`],
      run: async (ctx, { body }) => {
        const { id } = await createCustomer(ctx, readCustomer(Form.of(body)))
        return asText(toGuid('customer', id), showId('customer', id))
      },
    },
    {
      ...writes,
      name: 'create-customer-whole',
      says: 'Cria um cliente e responde o cliente criado',
      at: [`POST ${at}/FormatType=json`],
      run: async (ctx, { body }) => whole(await createCustomer(ctx, readCustomer(Form.of(body)))),
    },
    {
      ...writes,
      words: { notFound, isReplacing: true },
      name: 'replace-customer',
      says: 'Substitui um cliente por inteiro',
      at: [`PUT ${at}/:id`],
      run: (ctx, { params, body }) =>
        ctx.transact(async (tx): Promise<ForeignAnswer> => {
          const before = await holdLeavingCustomer(tx, numberOf('customer', params.id, notFound))
          const { id, version } = before
          await updateCustomer(ctx, ties, id, version, beside(before, readCustomer(Form.of(body), { isReplacing: true })))
          return { status: 204, about: showId('customer', id) }
        }),
    },
    {
      ...writes,
      name: 'delete-customer',
      says: 'Exclui um cliente',
      at: [`DELETE ${at}/:id`],
      run: (ctx, { params }) =>
        ctx.transact(async (tx): Promise<ForeignAnswer> => {
          const { id, version } = await holdLeavingCustomer(tx, numberOf('customer', params.id, notFound))
          await deleteCustomer(ctx, id, version)
          return { status: 204 }
        }),
    },
  ]
}

function whole(customer: Customer): ForeignAnswer {
  return { status: 200, body: showCustomer(customer), about: showId('customer', customer.id) }
}

/** All that a customer is: what is absent is empty. Of which kind it is, its document says; without one it is a company. */
function readCustomer(form: Form, { isReplacing = false } = {}): CustomerInput {
  form.need('name')
  const name = form.text('name', 200)
  const taxId = form.inner('document')?.text('number', 30) ?? null
  const communication = form.inner('communication')
  const email = form.text('email', 200) ?? communication?.text('email', 200) ?? null
  const phone = communication?.text('phone', 40) ?? communication?.text('cellPhone', 40) ?? form.text('phone', 40)
  const contactName = communication?.text('contactName', 200) ?? null
  const company = form.inner('companyInformation')
  const address = form.inner('address')
  const addresses =
    address === null
      ? []
      : [
          {
            street: address.text('line1', 200),
            number: address.text('number', 30),
            complement: address.text('line2', 200),
            district: address.text('district', 100),
            municipio: address.text('ibgeCode', 10),
            city: address.text('city', 100),
            uf: address.text('state', 2),
            zipCode: address.text('zipCode', 20),
          },
        ]
  const tradeName = company?.text('companyName', 200) ?? null
  const municipalRegistration = company?.text('municipalInscription', 30) ?? null
  form.refuseIfAny({ isReplacing })
  const known = taxId === null ? null : parseTaxId(taxId)
  return {
    kind: known?.kind ?? 'company',
    name: form.given(name),
    tradeName,
    taxId,
    municipalRegistration,
    billingEmails: email === null ? [] : [email],
    addresses,
    contacts: phone === null && contactName === null ? [] : [{ name: contactName ?? form.given(name), phone }],
  }
}

/** What their form has no place for was not replaced by whoever filled it in: further addresses, contacts and e-mails stay. */
function beside(before: Customer, said: CustomerInput): CustomerInput {
  const shown = addressOf(before)
  return {
    ...said,
    billingEmails: [...(said.billingEmails ?? []), ...before.billingEmails.slice(1)],
    addresses: [...(said.addresses ?? []), ...before.addresses.filter(address => address !== shown)],
    contacts: [...(said.contacts ?? []), ...before.contacts.slice(1)],
  }
}

/** They have one. */
function addressOf({ addresses }: Customer) {
  return addresses.find(({ purpose }) => purpose === 'main') ?? addresses[0]
}

export function showCustomer(it: Customer) {
  const [contact] = it.contacts
  const address = addressOf(it)
  return {
    id: toGuid('customer', it.id),
    name: it.name,
    type: 'Customer',
    isDeleted: it.archivedAt !== null,
    document: it.taxId === null ? null : { number: it.taxId, type: it.kind === 'company' ? 'cnpj' : 'cpf' },
    communication: { contactName: contact?.name ?? null, email: it.billingEmails[0] ?? null, phone: contact?.phone ?? null },
    address:
      address === undefined
        ? null
        : {
            line1: address.street,
            line2: address.complement,
            number: address.number,
            district: address.district,
            city: address.city,
            state: address.uf,
            zipCode: address.zipCode,
            ibgeCode: address.municipio,
          },
    companyInformation: { companyName: it.tradeName, municipalInscription: it.municipalRegistration },
  }
}

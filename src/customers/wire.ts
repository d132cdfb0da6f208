import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import { addressAnswer, addressFields } from '../platform/http/address-fields.ts'
import { ExternalIds, ExternalIdsAnswer } from '../platform/http/external-id-fields.ts'
import { Email, Fields, IdOf, List, Money, OneOf, OrNull, Text } from '../platform/http/fields.ts'
import { addressPurposes, customerKinds } from './customer.ts'
import type { CreditBalance, CreditEntry } from './customer-credit-store.ts'
import type { KnownCustomer } from './read-customer.ts'

export const AtCustomer = Fields({ id: IdOf('customer') })

export const NewCustomer = Fields(
  {
    kind: OneOf(customerKinds, { description: 'Empresa (CNPJ) ou pessoa (CPF).' }),
    name: Text(200, { description: 'Razão social ou nome completo.' }),
    tradeName: Type.Optional(OrNull(Text(200))),
    // As text: the noun says which of the two it must be, and reads the digits again.
    taxId: Type.Optional(OrNull(Type.String({ format: 'tax-id', description: 'CNPJ ou CPF; sem ele nada é faturado.' }))),
    municipalRegistration: Type.Optional(OrNull(Text(30, { description: 'Inscrição municipal.' }))),
    billingEmails: Type.Optional(List(Email(), 20, { description: 'Para onde vão as faturas.' })),
    addresses: Type.Optional(List(Fields({ purpose: Type.Optional(OneOf(addressPurposes)), ...addressFields }), 10)),
    contacts: Type.Optional(
      List(
        Fields({
          name: Text(200),
          email: Type.Optional(OrNull(Email())),
          phone: Type.Optional(OrNull(Text(40))),
          role: Type.Optional(OrNull(Text(100))),
        }),
        50,
      ),
    ),
    notes: Type.Optional(OrNull(Text(5000))),
    externalIds: Type.Optional(ExternalIds),
  },
  { title: 'NewCustomer' },
)

export const CustomerAnswer = Type.Object(
  {
    id: Type.String(),
    kind: OneOf(customerKinds),
    name: Type.String(),
    tradeName: OrNull(Type.String()),
    taxId: OrNull(Type.String()),
    municipalRegistration: OrNull(Type.String()),
    billingEmails: Type.Array(Type.String()),
    addresses: Type.Array(Type.Object({ purpose: OneOf(addressPurposes), ...addressAnswer })),
    contacts: Type.Array(
      Type.Object({
        name: Type.String(),
        email: OrNull(Type.String()),
        phone: OrNull(Type.String()),
        role: OrNull(Type.String()),
      }),
    ),
    notes: OrNull(Type.String()),
    externalIds: ExternalIdsAnswer,
    version: Type.Integer(),
    createdAt: Type.String(),
    archivedAt: OrNull(Type.String()),
  },
  { title: 'Customer' },
)

export function showCustomer(customer: KnownCustomer) {
  return { ...customer, id: showId('customer', customer.id) }
}

export const NewCredit = Fields(
  { organizationId: IdOf('organization'), amountCents: Money({ minimum: 1 }), reason: Text(500) },
  { title: 'NewCredit' },
)

export const CreditBalanceAnswer = Type.Object(
  { organizationId: Type.String(), balanceCents: Type.Integer() },
  { title: 'CreditBalance' },
)

export function showBalance(balance: CreditBalance) {
  return { organizationId: showId('organization', balance.organizationId), balanceCents: balance.balanceCents }
}

export const CreditEntryAnswer = Type.Object(
  {
    organizationId: Type.String(),
    amountCents: Type.Integer({ description: 'Positivo entra, negativo sai.' }),
    cause: Type.String(),
    receiptId: OrNull(Type.String()),
    createdAt: Type.String(),
  },
  { title: 'CreditEntry' },
)

export const CreditPageAnswer = Type.Object({
  balances: Type.Array(CreditBalanceAnswer),
  data: Type.Array(CreditEntryAnswer),
  nextCursor: OrNull(Type.String()),
})

export function showCreditEntry(entry: CreditEntry) {
  return {
    ...entry,
    organizationId: showId('organization', entry.organizationId),
    receiptId: entry.receiptId === null ? null : showId('receipt', entry.receiptId),
  }
}

import { randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import { defineFormat } from '../../platform/http/formats.ts'
import { type Field, needed, text } from '../references/field.ts'
import { referenceKind } from '../references/reference.ts'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
defineFormat('uuid', 'um UUID, como 52aaaaaa-51ee-41dd-af55-cd0000000000', text => UUID.test(text))

/** What others call it by; brought along from them, or made here. */
const uuid: Field<string> = {
  sent: Type.Optional(Type.String({ format: 'uuid', description: 'Um novo, se não informado.' })),
  shown: Type.String(),
  sql: 'text',
  read: value => (typeof value === 'string' ? value.toLowerCase() : randomUUID()),
}

/** An agreement by which somebody else charges for the organization (*carteira de cobrança*). */
export const chargingAccounts = referenceKind({
  noun: 'charging_account',
  path: 'charging-accounts',
  area: 'organizations',
  called: { article: 'a', one: 'carteira de cobrança', many: 'carteiras de cobrança' },
  fields: {
    name: needed(200),
    uuid,
    bankCode: text(10, 'Código do banco, como 341.'),
    bankBranch: text(20, 'Agência.'),
    bankAccount: text(30, 'Número da conta, com o dígito.'),
    wallet: text(30, 'Carteira ou convênio no banco.'),
  },
  taken: {
    charging_account_uuid: { code: 'uuid_taken', path: '/uuid', message: 'Já existe uma carteira de cobrança com este UUID.' },
  },
})

import { flag, needed, oneOf, someOf, text } from '../references/field.ts'
import { referenceKind } from '../references/reference.ts'
import { chargeMethods } from './charge-method.ts'

/**
 * An account at a bank, by which an organization charges and into which it is paid out (*conta digital*). Where money goes is decided by
 * whoever may change the organization, not by whoever keeps the catalogue.
 */
export const financialAccounts = referenceKind({
  noun: 'financial_account',
  path: 'financial-accounts',
  area: 'organizations',
  called: { article: 'a', one: 'conta digital', many: 'contas digitais' },
  fields: {
    name: needed(200),
    status: oneOf(['processing', 'active', 'refused', 'closed'], 'active', 'processing: o banco ainda não confirmou a conta.'),
    bankCode: text(10, 'Código do banco, como 341.'),
    bankBranch: text(20, 'Agência.'),
    bankAccount: text(30, 'Número da conta, com o dígito.'),
    payoutBankCode: text(10, 'Para onde vai o que foi recebido.'),
    payoutBankBranch: text(20),
    payoutBankAccount: text(30),
    paymentMethods: someOf(chargeMethods, 'Meios pelos quais esta conta cobra.'),
    acceptFixedFine: flag(false, 'O banco aceita multa em valor fixo.'),
  },
})

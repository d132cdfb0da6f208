import { decimal, micros } from '../../core/money.ts'
import { amount, named, needed, oneOf, or, text } from '../references/field.ts'
import { referenceKind } from '../references/reference.ts'
import { chargeMethods } from './charge-method.ts'

const ZERO = decimal('0')
const HUNDRED = decimal('100')
const additions = ['without', 'percentage', 'fixed'] as const

/** How an invoice is charged: by what, on which account, with which fine and interest (*modelo de cobrança*). */
export const chargeTemplates = referenceKind({
  noun: 'charge_template',
  path: 'charge-templates',
  called: { article: 'o', one: 'modelo de cobrança', many: 'modelos de cobrança' },
  fields: {
    name: needed(200),
    paymentMethod: oneOf(chargeMethods, 'boleto'),
    fineType: oneOf(additions, 'without', 'Multa: sem, em por cento do valor, ou em reais.'),
    fineValue: or(amount('Por cento ou reais, conforme fineType.'), ZERO),
    interestType: oneOf(additions, 'without', 'Juros: sem, em por cento ao mês, ou em reais por dia.'),
    interestValue: or(amount('Por cento ou reais, conforme interestType.'), ZERO),
    instructions: text(1000, 'O que se imprime no boleto.'),
    financialAccountId: named('financial_account', 'A conta digital que cobra; ou esta, ou a carteira.'),
    chargingAccountId: named('charging_account', 'A carteira que cobra.'),
  },
  judge({ fineType, fineValue, interestType, interestValue, financialAccountId, chargingAccountId }, faults) {
    const [hundred, fine, interest] = [HUNDRED, fineValue, interestValue].map(micros) as [bigint, bigint, bigint] // three for three
    if (fineType === 'percentage' && fine > hundred) faults.add('/fineValue', 'percent_out_of_range', 'A multa passa de 100%.')
    if (interestType === 'percentage' && interest > hundred) {
      faults.add('/interestValue', 'percent_out_of_range', 'Os juros passam de 100% ao mês.')
    }
    if (financialAccountId !== null && chargingAccountId !== null) {
      faults.add('/chargingAccountId', 'two_accounts', 'Informe a conta digital ou a carteira de cobrança, não as duas.')
    }
  },
})

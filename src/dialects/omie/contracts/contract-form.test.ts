import { expect, test } from 'vitest'
import { civilDate } from '../../../core/dates.ts'
import { Worded } from '../../worded.ts'
import { fieldsOf } from '../fields.ts'
import { readParam } from '../read-param.ts'
import { anchorOf, readContractForm } from './contract-form.ts'

test.each([
  // The billing day still to come in the month of the first day, on it, and before it.
  ['2026-03-10', 25, 1, '2026-03-25'],
  ['2026-03-10', 10, 1, '2026-03-10'],
  ['2026-03-10', 5, 1, '2026-04-05'],
  // Every two, three, six, twelve months count from there.
  ['2026-03-10', 5, 12, '2026-04-05'],
  // 31 stays 31 although it begins in a shorter month.
  ['2026-02-01', 31, 1, '2026-01-31'],
  ['2026-02-28', 31, 1, '2026-01-31'],
  ['2026-04-30', 31, 1, '2026-03-31'],
  ['2026-04-01', 31, 3, '2026-01-31'],
])('from %s, day %i, every %i months: the first occurrence is %s', (startsOn, day, every, anchor) => {
  expect(anchorOf(civilDate(startsOn), day, every)).toBe(anchor)
})

const base = {
  cabecalho: { nCodCli: 7, dVigInicial: '01/03/2026', dVigFinal: '28/02/2027', nDiaFat: 10 },
  itensContrato: [{ itemCabecalho: { codServico: 3, valorUnit: 100 } }],
}
const read = (cadastro: object) =>
  readContractForm(readParam(fieldsOf('servicos/contrato'), 'IncluirContrato', [{ ...base, ...cadastro }]), 1)

test('a contract waits for a batch, is billed monthly, and falls due on the day of its issue unless it says more', () => {
  expect(read({})).toMatchObject({
    customerId: 7,
    state: 'active',
    startsOn: '2026-03-01',
    endsOn: '2027-02-28',
    rules: [
      {
        management: 'on_request',
        recurrence: { unit: 'month', every: 1, anchorOn: '2026-03-10' },
        due: { kind: 'day_quantity', days: 0, roll: 'none' },
        lines: [{ serviceItemId: 3, quantity: '1', unitPrice: '100' }],
      },
    ],
  })
})

test.each([
  [
    { cTpVenc: '001', nDias: 15 },
    { kind: 'day_quantity', days: 15, roll: 'none' },
  ],
  [
    { cTpVenc: '002', nDiaFixo: 20 },
    { kind: 'fixed_day', day: 20, roll: 'none' },
  ],
  [
    { nDiaFixo: 20, cAntecipar: 'S' },
    { kind: 'fixed_day', day: 20, roll: 'previous_business_day' },
  ],
  [
    { nDias: 5, cPostergar: 'S' },
    { kind: 'day_quantity', days: 5, roll: 'next_business_day' },
  ],
  [
    { cTpVenc: '002', nDiaFixo: 5, cProxMes: 'S' },
    { kind: 'fixed_day_and_month_quantity', day: 5, months: 1, roll: 'none' },
  ],
])('%j falls due by %j', (vencTextos, due) => {
  expect(read({ vencTextos }).rules?.[0]?.due).toEqual(due)
})

test.each([
  [{ cTpDesconto: 'P', aliqDesconto: 12.5 }, { discountPercent: '12.5' }],
  [{ cTpDesconto: 'V', valorDesconto: '10.005' }, { discountCents: 1001 }],
  [{ aliqDesconto: 12.5, valorDesconto: 10 }, {}],
])('%j of a line is %j', (discount, line) => {
  const [read_] = read({ itensContrato: [{ itemCabecalho: { codServico: 3, valorUnit: 100, ...discount } }] }).rules ?? []
  const { discountPercent, discountCents } = read_?.lines[0] ?? {}
  expect({ ...(discountPercent && { discountPercent }), ...(discountCents && { discountCents }) }).toEqual(line)
})

const saying = (head: object, itemImpostos: object = {}) => ({
  itensContrato: [{ itemCabecalho: { codServico: 3, valorUnit: 100, ...head }, itemImpostos }],
})

test.each([
  [{ cabecalho: { ...base.cabecalho, nDiaFat: 32 } }, '[nDiaFat]'],
  [{ cabecalho: { ...base.cabecalho, nDiaFat: 0 } }, '[nDiaFat]'],
  [{ cabecalho: { ...base.cabecalho, cTipoFat: '05' } }, '[cTipoFat]'],
  [{ cabecalho: { ...base.cabecalho, cTipoFat: 'constructor' } }, '[cTipoFat]'],
  [{ cabecalho: { ...base.cabecalho, cCodSit: '50' } }, '[cCodSit]'],
  [{ cabecalho: { ...base.cabecalho, dVigFinal: '' } }, '[dVigFinal]'],
  [{ itensContrato: [] }, '[itensContrato]'],
  [{ itensContrato: [{ itemCabecalho: { codServico: 3 } }] }, '[valorUnit]'],
  [{ itensContrato: [{ itemCabecalho: { codServico: 3, valorUnit: 1e-7 } }] }, '[valorUnit]'],
  [{ itensContrato: [{ itemCabecalho: { codServico: 3, valorUnit: '1.12345678' } }] }, '[valorUnit]'],
  // What would be read as no discount, no tax, or another amount than was meant.
  [saying({ cTpDesconto: 'P', valorDesconto: 10 }), 'é inválido: com [cTpDesconto] \\"P\\" o desconto vem nesta tag'],
  [saying({ cTpDesconto: 'V', valorDesconto: 0, aliqDesconto: 10 }), '[valorDesconto]'],
  [saying({}, { retISS: 'S' }), '[aliqISS]'],
  [saying({}, { retPIS: 'S', aliqPIS: 0 }), '[aliqPIS]'],
  [saying({}, { retISS: 'S', aliqISS: 5, valorISS: 20, cUtilizaValorImposto: 'S' }), '[cUtilizaValorImposto]'],
  [{ vencTextos: { cTpVenc: '002' } }, '[nDiaFixo]'],
  [{ vencTextos: { cTpVenc: '9' } }, '[cTpVenc]'],
])('%j is refused by its tag %s', (cadastro, tag) => {
  let told = ''
  try {
    read(cadastro)
  } catch (error) {
    if (!(error instanceof Worded)) throw error
    told = JSON.stringify(error.answer.body)
  }
  expect(told).toContain(tag)
})

import { expect, test } from 'vitest'
import { Worded } from '../worded.ts'
import { fieldsOf } from './fields.ts'
import { type Param, partIn, readParam } from './read-param.ts'

const read = (param: unknown): Param => readParam(fieldsOf('servicos/contrato'), 'AlterarContrato', param)
const headOf = (json: string): Param => partIn(read(JSON.parse(`[{"cabecalho": ${json}}]`)), 'cabecalho')

function faultOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof Worded) return JSON.stringify(error.answer.body)
    throw error
  }
  return 'none'
}

test('a code may come as a number as long as all of it arrives', () => {
  expect(headOf('{"cCodIntCtr": 9007199254740991, "cNumCtr": "90071992547409931"}')).toEqual({
    cCodIntCtr: '9007199254740991',
    cNumCtr: '90071992547409931',
  })
  for (const code of ['90071992547409931', '90071992547409932', '1.10', '1.1', '1e400', '-1e400', '9007199254740992']) {
    expect(faultOf(() => headOf(`{"cCodIntCtr": ${code}}`))).toContain('[cCodIntCtr] é inválido: envie-o como texto, entre aspas')
  }
})

test.each([
  ['1.0700000000000001', '1.07'],
  ['0.30000000000000004', '0.3'],
  ['1000', '1000'],
  ['-12.5', '-12.5'],
  ['999999999999.99', '999999999999.99'],
  ['"1.0700"', '1.0700'],
])('an amount of %s says %s', (sent, said) => {
  expect(headOf(`{"nValTotMes": ${sent}}`)).toEqual({ nValTotMes: said })
})

test.each(['0.33333333333333333', '1e21', '1e-7', '"1,50"', '"1e2"', '1e400'])('an amount of %s is refused', sent => {
  expect(faultOf(() => headOf(`{"nValTotMes": ${sent}}`))).toContain('[nValTotMes]')
})

test('two things asked for at once are refused: the second would be forgotten', () => {
  const one = { cabecalho: { nCodCtr: 1 } }
  for (const param of [
    [one, { cabecalho: { nCodCtr: 2 } }],
    [one, {}],
    [null, one],
  ]) {
    expect(faultOf(() => read(param))).toContain('[param] é inválido: cada requisição leva um só objeto')
  }
  expect(read([one])).toEqual(read(one))
  expect(faultOf(() => read([]))).toContain('Nenhum parâmetro')
})

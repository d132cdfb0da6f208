import { expect } from 'vitest'
import { instant } from '../../src/core/dates.ts'
import type { TestDatabase } from '../database/test-database.ts'
import { omieApi } from './omie-api.ts'
import { testApi } from './test-api.ts'

/** A client of Omie with one contract of 250.50 a month, billed by its methods on 28 November 2023 and due on 11 December. */
export async function billedByOmie(database: TestDatabase) {
  const api = await testApi(database, { mode: 'sandbox', now: instant('2023-11-28T15:00:00.000Z') })
  const company = { legalName: 'Prestadora Ltda', cnpj: '57757975000186', taxRegime: 'simples_nacional' }
  const organization = (await api.post('/v1/organizations', company)).body.id as string
  const { call } = omieApi(api)
  const ask = async (service: string, method: string, param: object) => {
    const { status, body } = await call(service, method, param)
    expect(status, JSON.stringify(body)).toBe(200)
    return body
  }
  await ask('servicos/servico', 'IncluirCadastroServico', {
    intIncluir: { cCodIntServ: 'SUP-01' },
    cabecalho: { cDescricao: 'Suporte', nPrecoUnit: 250.5 },
  })
  await ask('geral/clientes', 'IncluirCliente', {
    razao_social: 'Padaria Sol Ltda',
    cnpj_cpf: '11.222.333/0001-81',
    codigo_cliente_integracao: 'CLI-1',
  })
  await ask('servicos/contrato', 'IncluirContrato', {
    cabecalho: { nCodCli: 1, cNumCtr: '2023/1', cCodSit: '10', dVigInicial: '01/11/2023', nDiaFat: 28, dVigFinal: '30/11/2024' },
    vencTextos: { cTpVenc: '002', nDiaFixo: 10, cPostergar: 'S' },
    itensContrato: [{ itemCabecalho: { codServico: 1, quant: 1, valorUnit: 250.5 } }],
  })
  await ask('servicos/contratofat', 'FaturarContrato', { nCodCtr: 1 })
  return { api, call, ask, organization }
}

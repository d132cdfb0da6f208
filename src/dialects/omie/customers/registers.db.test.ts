import { expect, test } from 'vitest'
import { eachEngine } from '../../../../test/database/each-engine.ts'
import { omieApi } from '../../../../test/http/omie-api.ts'
import { billedByOmie } from '../../../../test/http/omie-billed.ts'
import { testApi } from '../../../../test/http/test-api.ts'

const services = 'servicos/servico'
const clients = 'geral/clientes'

eachEngine('the registers of services and clients', database => {
  test('a service is changed by what is sent, found by either code, and made where nobody has the code', async () => {
    const { ask, call } = await billedByOmie(database())
    const changed = await ask(services, 'AlterarCadastroServico', {
      intEditar: { cCodIntServ: 'SUP-01' },
      cabecalho: { nPrecoUnit: '275.90', cCodLC116: '1.07' },
    })
    expect(changed).toMatchObject({ cCodIntServ: 'SUP-01', nCodServ: 1, cCodStatus: '0' })
    expect(await ask(services, 'ConsultarCadastroServico', { nCodServ: 1 })).toMatchObject({
      cabecalho: { cDescricao: 'Suporte', nPrecoUnit: 275.9, cCodLC116: '1.07' },
    })
    const upsert = (code: string, cDescricao: string) =>
      ask(services, 'UpsertCadastroServico', { intEditar: { cCodIntServ: code }, cabecalho: { cDescricao } })
    expect((await upsert('SUP-01', 'Suporte remoto')).nCodServ).toBe(1)
    expect((await upsert('HOSP', 'Hospedagem')).nCodServ).toBe(2)

    expect(await ask(services, 'AssociarCodIntServico', { nCodServ: 2, cCodIntServ: 'HOSP-2' })).toMatchObject({ nCodServ: 2 })
    expect((await call(services, 'ConsultarCadastroServico', { cCodIntServ: 'HOSP' })).body.faultcode).toBe('SOAP-ENV:Client-103')
    const taken = await call(services, 'AssociarCodIntServico', { nCodServ: 2, cCodIntServ: 'SUP-01' })
    expect(taken.body).toEqual({
      faultstring: 'ERROR: O valor da tag [cCodIntServ] já foi cadastrado anteriormente.',
      faultcode: 'SOAP-ENV:Client-102',
    })
    expect((await call(services, 'ExcluirCadastroServico', { nCodServ: 1 })).body.faultstring).toContain('Há contratos')
    expect(await ask(services, 'ExcluirCadastroServico', { cCodIntServ: 'HOSP-2' })).toMatchObject({ nCodServ: 2 })
    const gone = await call(services, 'ExcluirCadastroServico', { nCodServ: 2 })
    expect(gone.body.faultstring).toBe('ERROR: Serviço não cadastrado para o Código [2] !')
    // Whoever comes with the code again is a new one, of which nothing was kept.
    expect(
      (await ask(services, 'UpsertCadastroServico', { intEditar: { cCodIntServ: 'HOSP-2' }, cabecalho: { cDescricao: 'X' } }))
        .nCodServ,
    ).toBe(3)
  })

  test('services and clients are listed by the days on which they came, or were changed', async () => {
    const { api, ask, call } = await billedByOmie(database())
    await api.moveClock('2023-12-10T15:00:00.000Z')
    await ask(services, 'UpsertCadastroServico', { intEditar: { cCodIntServ: 'B' }, cabecalho: { cDescricao: 'Backup' } })
    await ask(clients, 'IncluirCliente', { razao_social: 'Oficina Boa Ltda', codigo_cliente_integracao: 'CLI-2' })
    const servicesOf = async (param: object) => {
      const { body } = await call(services, 'ListarCadastroServico', { nPagina: 1, ...param })
      return (body.cadastros ?? []).map(({ intListar }: { intListar: { nCodServ: number } }) => intListar.nCodServ)
    }
    const clientsOf = async (param: object) => {
      const { body } = await call(clients, 'ListarClientesResumido', { pagina: 1, ...param })
      return (body.clientes_cadastro_resumido ?? []).map(({ codigo_cliente }: { codigo_cliente: number }) => codigo_cliente)
    }
    expect(await servicesOf({})).toEqual([1, 2])
    expect(await servicesOf({ cOrdemDecrescente: 'S' })).toEqual([2, 1])
    expect(await servicesOf({ dInclusaoInicial: '10/12/2023' })).toEqual([2])
    expect(await servicesOf({ dInclusaoFinal: '09/12/2023' })).toEqual([1])
    expect(await servicesOf({ dAlteracaoInicial: '10/12/2023' })).toEqual([])
    expect(await clientsOf({ filtrar_por_data_de: '10/12/2023' })).toEqual([2])
    await ask(services, 'AlterarCadastroServico', { intEditar: { nCodServ: 1 }, cabecalho: { nPrecoUnit: 1 } })
    await ask(clients, 'AlterarCliente', { codigo_cliente_omie: 1, nome_fantasia: 'Sol' })
    expect(await servicesOf({ dAlteracaoInicial: '10/12/2023' })).toEqual([1])
    expect(await clientsOf({ filtrar_por_data_de: '10/12/2023' })).toEqual([1, 2])
    expect(await clientsOf({ filtrar_por_data_de: '10/12/2023', filtrar_apenas_alteracao: 'S' })).toEqual([1])
    expect(await clientsOf({ filtrar_por_data_de: '10/12/2023', filtrar_apenas_inclusao: 'S' })).toEqual([2])
    expect((await ask(clients, 'ConsultarCliente', { codigo_cliente_omie: 1 })).info).toMatchObject({
      dInc: '28/11/2023',
      dAlt: '10/12/2023',
    })
  })

  test('a client is found by its CNPJ, given another code, and deleted while nothing hangs on it', async () => {
    const { ask, call } = await billedByOmie(database())
    const byTaxId = (cnpj_cpf: string, razao_social: string) => ask(clients, 'UpsertClienteCpfCnpj', { cnpj_cpf, razao_social })
    expect(await byTaxId('11222333000181', 'Padaria Lua Ltda')).toMatchObject({ codigo_cliente_omie: 1 })
    expect(await byTaxId('55.391.268/0001-93', 'Oficina Boa Ltda')).toMatchObject({ codigo_cliente_omie: 2 })
    for (const [param, code] of [
      [{ razao_social: 'X' }, 1000],
      [{ razao_social: 'X', cnpj_cpf: '11222333000100' }, 1003],
    ] as const) {
      expect((await call(clients, 'UpsertClienteCpfCnpj', param)).body.faultcode).toBe(`SOAP-ENV:Client-${code}`)
    }
    const give = (codigo_cliente_omie: number, codigo_cliente_integracao: string) =>
      call(clients, 'AssociarCodIntCliente', { codigo_cliente_omie, codigo_cliente_integracao })
    expect((await give(2, 'CLI-1')).body.faultcode).toBe('SOAP-ENV:Client-102')
    expect((await give(2, 'ERP-2')).body).toMatchObject({ codigo_cliente_omie: 2, codigo_status: '0' })
    expect((await give(9, 'ERP-9')).body.faultcode).toBe('SOAP-ENV:Client-105')
    expect((await give(0, 'ERP-9')).body.faultcode).toBe('SOAP-ENV:Client-1000')

    expect((await call(clients, 'ExcluirCliente', { codigo_cliente_omie: 1 })).body.faultstring).toContain('Há contratos')
    expect(await ask(clients, 'ExcluirCliente', { codigo_cliente_integracao: 'ERP-2' })).toMatchObject({ codigo_cliente_omie: 2 })
    expect((await call(clients, 'ConsultarCliente', { codigo_cliente_omie: 2 })).body.faultcode).toBe('SOAP-ENV:Client-105')
  })

  test('nothing of another account is changed or deleted', async () => {
    await billedByOmie(database())
    const other = omieApi(await testApi(database(), { mode: 'sandbox' }))
    for (const [service, method, param] of [
      [services, 'AlterarCadastroServico', { intEditar: { nCodServ: 1 }, cabecalho: { nPrecoUnit: 1 } }],
      [services, 'ExcluirCadastroServico', { nCodServ: 1 }],
      [services, 'AssociarCodIntServico', { nCodServ: 1, cCodIntServ: 'X' }],
      [clients, 'ExcluirCliente', { codigo_cliente_omie: 1 }],
      [clients, 'AssociarCodIntCliente', { codigo_cliente_omie: 1, codigo_cliente_integracao: 'X' }],
    ] as const) {
      expect(await other.call(service, method, param)).toMatchObject({ status: 500, body: { faultcode: 'SOAP-ENV:Client-105' } })
    }
  })
})

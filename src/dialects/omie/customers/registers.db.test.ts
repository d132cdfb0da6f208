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

  test('a client that came through here says so, one of our own does not', async () => {
    const { api, ask } = await billedByOmie(database())
    const { id } = (await api.post('/v1/customers', { kind: 'company', name: 'Oficina Boa Ltda', taxId: '55391268000193' })).body
    const own = await ask(clients, 'ConsultarCliente', { codigo_cliente_omie: Number(id.slice(4)) })
    expect(own).toMatchObject({ importado_api: 'N', info: { cImpAPI: 'N' } })
    expect(await ask(clients, 'ConsultarCliente', { codigo_cliente_omie: 1 })).toMatchObject({
      importado_api: 'S',
      info: { cImpAPI: 'S' },
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

  test('a client is made inactive, found by its number and code, and used again; not while its contracts live', async () => {
    const { ask, call } = await billedByOmie(database())
    const become = (codigo_cliente_omie: number, inativo: string) =>
      call(clients, 'AlterarCliente', { codigo_cliente_omie, inativo })
    await ask(clients, 'IncluirCliente', { razao_social: 'Oficina', codigo_cliente_integracao: 'CLI-2', inativo: 'S' })
    expect(await ask(clients, 'ConsultarCliente', { codigo_cliente_omie: 2 })).toMatchObject({ inativo: 'S' })
    expect(await ask(clients, 'ConsultarCliente', { codigo_cliente_integracao: 'CLI-2' })).toMatchObject({ inativo: 'S' })
    const named = async (clientesFiltro: object) => {
      const { body } = await call(clients, 'ListarClientes', { clientesFiltro })
      return (body.clientes_cadastro ?? []).map((each: { codigo_cliente_omie: number }) => each.codigo_cliente_omie)
    }
    expect([await named({}), await named({ inativo: 'S' })]).toEqual([[1], [2]])
    const contract = { nCodCli: 2, dVigInicial: '01/12/2023', dVigFinal: '30/11/2024', nDiaFat: 1 }
    const include = () =>
      call('servicos/contrato', 'IncluirContrato', {
        cabecalho: contract,
        itensContrato: [{ itemCabecalho: { codServico: 1, valorUnit: 1 } }],
      })
    expect((await include()).body.faultstring).toBe(
      'ERROR: O valor da tag [nCodCli] é inválido: O cliente está inativo; reative-o com AlterarCliente, com a tag [inativo] igual a "N".',
    )
    expect((await become(2, 'N')).body.codigo_status).toBe('0')
    expect(
      await ask(clients, 'UpsertCliente', { codigo_cliente_integracao: 'CLI-2', razao_social: 'Oficina Boa' }),
    ).toMatchObject({
      codigo_cliente_omie: 2,
    })
    expect((await include()).body.nCodCtr).toBe(2)
    expect((await become(2, 'S')).body).toMatchObject({
      faultstring: expect.stringContaining('cancele-os, os contratos com CancelarContrato, antes de torná-lo inativo'),
    })
    // Nobody is sent to what these clients have no method for.
    const texts = [
      await call(clients, 'ExcluirCliente', { codigo_cliente_omie: 2 }),
      await call(services, 'ExcluirCadastroServico', { nCodServ: 1 }),
    ].map(({ body }) => body.faultstring)
    expect(texts).toEqual([
      'ERROR: Há contratos, faturas ou crédito deste cliente. Torne-o inativo com AlterarCliente, com a tag [inativo] igual a "S".',
      'ERROR: Há contratos com este serviço: ele não é excluído. Para tirá-lo de uso, arquive-o no Bordero.',
    ])
  })

  test('a lot of clients is kept as a whole, or not at all: what is refused names its client', async () => {
    const { ask, call } = await billedByOmie(database())
    const client = (n: number, more: object = {}) => ({
      codigo_cliente_integracao: `L-${n}`,
      razao_social: `Cliente ${n}`,
      ...more,
    })
    const lot = (method: string, ...clientes_cadastro: object[]) => call(clients, method, { lote: 7, clientes_cadastro })
    const status = async (n: number) => {
      const { body } = await call(clients, 'ConsultarCliente', { codigo_cliente_integracao: `L-${n}` })
      return body.razao_social ?? body.faultcode
    }
    expect(
      (await lot('IncluirClientesPorLote', client(1), client(2, { cnpj_cpf: '11.222.333/0001-00' }), client(3))).body,
    ).toMatchObject({
      faultstring: expect.stringMatching(/^ERROR: Cliente 2 do lote: O valor da tag \[cnpj_cpf\] é inválido/),
      faultcode: 'SOAP-ENV:Client-1003',
    })
    expect(await status(1)).toBe('SOAP-ENV:Client-103')
    expect((await lot('IncluirClientesPorLote', client(1), client(2), client(3))).body).toEqual({
      lote: 7,
      codigo_status: '0',
      descricao_status: 'Lote de clientes processado com sucesso!',
    })
    expect((await lot('IncluirClientesPorLote', client(4), client(2))).body.faultcode).toBe('SOAP-ENV:Client-102')
    expect(await status(4)).toBe('SOAP-ENV:Client-103')
    await ask(clients, 'UpsertClientesPorLote', {
      lote: 8,
      clientes_cadastro: [client(2, { razao_social: 'Outro nome', inativo: 'S' }), client(4, { nome_fantasia: 'Quatro' })],
    })
    expect([await status(1), await status(2), await status(4)]).toEqual(['Cliente 1', 'Outro nome', 'Cliente 4'])
    // The same client twice in one lot is made, and then changed.
    await ask(clients, 'UpsertClientesPorLote', { lote: 9, clientes_cadastro: [client(5), client(5, { razao_social: 'Cinco' })] })
    expect(await status(5)).toBe('Cinco')
    for (const [param, code] of [
      [{ clientes_cadastro: [client(6)] }, 1000],
      [{ lote: 1 }, 1000],
      [{ lote: 1, clientes_cadastro: [] }, 1000],
      [{ lote: 1, clientes_cadastro: [{ razao_social: '' }] }, 1000],
      [{ lote: 1, clientes_cadastro: Array.from({ length: 501 }, (_, n) => client(n)) }, 1003],
      [{ lote: 1, clientes_cadastro: [{ razaoSocial: 'X' }] }, 5001],
    ] as const) {
      expect((await call(clients, 'IncluirClientesPorLote', param)).body.faultcode).toBe(`SOAP-ENV:Client-${code}`)
    }
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

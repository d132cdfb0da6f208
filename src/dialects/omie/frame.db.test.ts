import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { omieApi } from '../../../test/http/omie-api.ts'
import { billedByOmie } from '../../../test/http/omie-billed.ts'
import { testApi } from '../../../test/http/test-api.ts'

eachEngine("the frame of Omie's methods", database => {
  const open = async () => omieApi(await testApi(database()))
  const fault = (faultstring: string, faultcode: string) => ({ status: 500, body: { faultstring, faultcode } })

  test('is found with and without the last slash, whatever the order of the keys', async () => {
    const { raw, key } = await open()
    const param = [{ razao_social: 'Padaria Sol Ltda', cnpj_cpf: '11.222.333/0001-81', nome_fantasia: 'Sol' }]
    const first = await raw('/api/v1/geral/clientes/', { call: 'IncluirCliente', app_key: 1, app_secret: key, param })
    expect(first).toMatchObject({ status: 200, body: { codigo_cliente_omie: 1, codigo_status: '0' } })
    const again = { param: [{ codigo_cliente_omie: '1' }], app_secret: key, app_key: '1', call: 'ConsultarCliente' }
    expect(await raw('/api/v1/geral/clientes', again)).toMatchObject({
      status: 200,
      body: { razao_social: 'Padaria Sol Ltda', cnpj_cpf: '11.222.333/0001-81' },
    })
  })

  test('opens with a number and its secret, and with nothing else', async () => {
    const { api, raw } = await open()
    const made = await api.post('/v1/api-keys', { name: 'Omie', scopes: ['*'], for: 'omie' })
    const { app_key, app_secret } = made.body.credentials ?? {}
    const call = { call: 'ListarTipoFatContrato', param: [{ pagina: 1 }] }
    expect((await raw('/api/v1/servicos/contratotpfat/', { ...call, app_key: Number(app_key), app_secret })).status).toBe(200)
    const refused = fault(
      'ERROR: A chave de acesso (app_key e app_secret) não está preenchida ou não é válida.',
      'SOAP-ENV:Client-101',
    )
    expect(await raw('/api/v1/servicos/contratotpfat/', { ...call, app_key, app_secret: 'errado' })).toMatchObject(refused)
    expect(await raw('/api/v1/servicos/contratotpfat/', { ...call, app_key: 1, app_secret })).toMatchObject(refused)
    expect(await raw('/api/v1/servicos/contratotpfat/', call)).toMatchObject(refused)
  })

  test('refuses an unknown tag by name, in capitals, with the type that lacks it; its case counts', async () => {
    const { call } = await open()
    expect(
      await call('servicos/contratolote', 'FaturarLoteContrato', { cCodIntLote: '1', cOutra: 'x', cMais: 'y' }),
    ).toMatchObject(
      fault(
        'ERROR: Tag [COUTRA] não faz parte da estrutura do tipo complexo [FaturarLoteContratoRequest]!',
        'SOAP-ENV:Client-5001',
      ),
    )
    expect(await call('servicos/contratofat', 'FaturarContrato', { ncodctr: 1 })).toMatchObject({
      body: { faultstring: 'ERROR: Tag [NCODCTR] não faz parte da estrutura do tipo complexo [ctrFaturarRequest]!' },
    })
    const nested = { cabecalho: { nCodCli: 1, constructor: 1 } }
    expect(await call('servicos/contrato', 'IncluirContrato', nested)).toMatchObject({
      body: { faultstring: 'ERROR: Tag [CONSTRUCTOR] não faz parte da estrutura do tipo complexo [cabecalho]!' },
    })
  })

  test.each([
    ['servicos/contratofat', 'FaturarContrato', { nCodCtr: 'abc' }, 'nCodCtr'],
    ['servicos/contratofat', 'FaturarContrato', { nCodCtr: 1.5 }, 'nCodCtr'],
    ['servicos/contratofat', 'FaturarContrato', { nCodCtr: {} }, 'nCodCtr'],
    ['servicos/contratolote', 'ListarLotesContrato', { dDtIncDe: '31/02/2026' }, 'dDtIncDe'],
    ['servicos/contratolote', 'ListarLotesContrato', { dDtIncDe: '01/13/2026' }, 'dDtIncDe'],
    ['servicos/contratolote', 'ListarLotesContrato', { dDtIncDe: '2026-01-31' }, 'dDtIncDe'],
    ['servicos/contratolote', 'ListarLotesContrato', { cExibirDetalhes: 's' }, 'cExibirDetalhes'],
    ['servicos/contrato', 'IncluirContrato', { itensContrato: {} }, 'itensContrato'],
    ['servicos/contrato', 'IncluirContrato', { cabecalho: [] }, 'cabecalho'],
    ['geral/clientes', 'IncluirCliente', { razao_social: true }, 'razao_social'],
  ] as const)('%s %s refuses %j by the tag', async (service, method, param, tag) => {
    const { call } = await open()
    const reply = await call(service, method, param)
    expect(reply.status).toBe(500)
    expect(reply.body.faultstring).toContain(`[${tag}]`)
    expect(reply.body.faultcode).toBe('SOAP-ENV:Client-1003')
  })

  test('an empty parameter, an unknown method and what is no JSON have their own faults', async () => {
    const { call, raw, key } = await open()
    for (const param of [undefined, [], {}, [{}], ['x'], null]) {
      expect(
        await raw('/api/v1/servicos/contratolote/', { call: 'ListarLotesContrato', app_key: 1, app_secret: key, param }),
      ).toMatchObject(fault('ERROR: Nenhum parâmetro foi recebido em WS_PARAMS!', 'SOAP-ENV:Client-71'))
    }
    expect((await call('servicos/contratolote', 'FaturarTudo', { x: 1 })).body.faultstring).toBe(
      'Method "FaturarTudo" not exists',
    )
    expect((await call('servicos/contratotpfat', 'FaturarTudo', { x: 1 })).body.faultstring).toBe(
      'Method "FaturarTudo" not exists',
    )
    expect((await raw('/api/v1/servicos/nada/', { call: 'Nada' })).status).toBe(500)
    const broken = await raw('/api/v1/servicos/contratolote/', '{"call":')
    expect(broken).toMatchObject({ status: 500, body: { faultstring: expect.stringContaining('JSON request with SyntaxError') } })
  })

  test('writes what is not ASCII escaped, in faults and in answers, the text before the code', async () => {
    const { call } = await open()
    const empty = await call('geral/clientes', 'ListarClientes', { pagina: 1 })
    expect(empty.text).toBe(
      '{"faultstring":"ERROR: N\\u00e3o existem registros para a p\\u00e1gina [1]!","faultcode":"SOAP-ENV:Client-5113"}',
    )
    const made = await call('geral/clientes', 'IncluirCliente', { razao_social: 'João & Irmãos 🌞' })
    const { text } = await call('geral/clientes', 'ConsultarCliente', { codigo_cliente_omie: made.body.codigo_cliente_omie })
    expect(text).toContain('"Jo\\u00e3o & Irm\\u00e3os \\ud83c\\udf1e"')
  })

  test('pages both ways, takes page 0 for the first, and caps what is asked for', async () => {
    const { call } = await open()
    for (const n of [1, 2, 3]) await call('geral/clientes', 'IncluirCliente', { razao_social: `Cliente ${n}` })
    expect((await call('geral/clientes', 'ListarClientes', { pagina: 0, registros_por_pagina: 2 })).body).toMatchObject({
      pagina: 1,
      total_de_paginas: 2,
      registros: 2,
      total_de_registros: 3,
    })
    expect((await call('geral/clientes', 'ListarClientes', { pagina: 1, registros_por_pagina: 9999 })).body.registros).toBe(3)
    const past = await call('geral/clientes', 'ListarClientes', { pagina: 3, registros_por_pagina: 2 })
    expect(past).toMatchObject(fault('ERROR: Não existem registros para a página [3]!', 'SOAP-ENV:Client-5113'))
    await call('servicos/servico', 'IncluirCadastroServico', { cabecalho: { cDescricao: 'Suporte', nPrecoUnit: 10.5 } })
    expect((await call('servicos/servico', 'ListarCadastroServico', { nPagina: 1, nRegPorPagina: 1 })).body).toMatchObject({
      nPagina: 1,
      nTotPaginas: 1,
      nRegistros: 1,
      nTotRegistros: 1,
      cadastros: [{ intListar: { nCodServ: 1 }, cabecalho: { cDescricao: 'Suporte', nPrecoUnit: 10.5 } }],
    })
  })

  test('gives every field of a client back, and changes only what was sent', async () => {
    const { call } = await open()
    const sent = {
      codigo_cliente_integracao: 'CLI-1',
      razao_social: 'Oficina Boa Ltda',
      cnpj_cpf: '11222333000181',
      endereco: 'Rua A',
      endereco_numero: '10',
      cidade: 'SÃO PAULO (SP)',
      estado: 'SP',
      cep: '01310-100',
      telefone1_ddd: '11',
      telefone1_numero: '4002-8922',
      contribuinte: 'N',
      tags: [{ tag: 'Cliente' }],
      dadosBancarios: { codigo_banco: '001' },
    }
    expect((await call('geral/clientes', 'UpsertCliente', sent)).body.descricao_status).toBe('Cliente cadastrado com sucesso.')
    const changed = await call('geral/clientes', 'UpsertCliente', { codigo_cliente_integracao: 'CLI-1', email: 'a@b.com.br' })
    expect(changed.body).toMatchObject({ codigo_cliente_omie: 1, descricao_status: 'Cliente alterado com sucesso.' })
    const { body } = await call('geral/clientes', 'ConsultarCliente', { codigo_cliente_integracao: 'CLI-1' })
    expect(body).toMatchObject({
      ...sent,
      cnpj_cpf: '11.222.333/0001-81',
      cep: '01310100',
      cidade: 'São Paulo',
      cidade_ibge: '3550308',
      email: 'a@b.com.br',
    })
    const twice = await call('geral/clientes', 'IncluirCliente', { razao_social: 'Outra', cnpj_cpf: '11222333000181' })
    expect(twice.body.faultstring).toBe('ERROR: O valor da tag [cnpj_cpf] já foi cadastrado anteriormente.')
    expect((await call('geral/clientes', 'ConsultarCliente', { codigo_cliente_omie: 99 })).body.faultstring).toBe(
      'ERROR: Cliente não cadastrado para o Código [99] !',
    )
  })

  test('refuses the same call again within a minute to a live account', async () => {
    const { call } = omieApi(await testApi(database(), { mode: 'live' }))
    const list = () => call('servicos/contratotpfat', 'ListarTipoFatContrato', { pagina: 1 })
    expect((await list()).status).toBe(200)
    expect(await list()).toMatchObject({ status: 500, body: { faultcode: 'SOAP-ENV:Client-6' } })
    // One that was refused is no call that was accepted.
    const unknown = () => call('geral/clientes', 'ConsultarCliente', { codigo_cliente_omie: 9 })
    expect((await unknown()).body.faultcode).toBe('SOAP-ENV:Client-105')
    expect((await unknown()).body.faultcode).toBe('SOAP-ENV:Client-105')
  })

  test('a last day alone is from today until then, in every list', async () => {
    const { api, ask, call } = await billedByOmie(database())
    await api.moveClock('2023-12-28T15:00:00.000Z')
    await ask('servicos/contratofat', 'FaturarContrato', { nCodCtr: 1 })
    await ask('geral/clientes', 'IncluirCliente', { razao_social: 'Oficina' })
    await ask('servicos/contrato', 'IncluirContrato', {
      cabecalho: { nCodCli: 2, dVigInicial: '01/01/2024', nDiaFat: 28, dVigFinal: '30/11/2024' },
      itensContrato: [{ itemCabecalho: { codServico: 1, valorUnit: 1 } }],
    })
    const lists = [
      ['geral/clientes', 'ListarClientes', 'clientes_cadastro'],
      ['geral/clientes', 'ListarClientesResumido', 'clientes_cadastro_resumido'],
      ['servicos/contrato', 'ListarContratos', 'contratoCadastro'],
      ['servicos/os', 'ListarOS', 'osCadastro'],
      ['financas/contareceber', 'ListarContasReceber', 'conta_receber_cadastro'],
    ] as const
    const counts = async (filtrar_por_data_ate: string) => {
      const found: number[] = []
      for (const [service, method, tag] of lists) {
        const { body } = await call(service, method, { filtrar_por_data_ate, filtrar_apenas_inclusao: 'S' })
        found.push(body[tag]?.length ?? 0)
      }
      return found
    }
    expect(await counts('27/12/2023')).toEqual([0, 0, 0, 0, 0])
    expect(await counts('28/12/2023')).toEqual([1, 1, 1, 1, 1])
  })

  test('an account without a company has nothing to bill, and says what it lacks', async () => {
    const { api, call } = await open()
    expect((await api.get('/v1/contracts/kanban')).body).toMatchObject({ elsewhere: 0 })
    expect((await call('servicos/contratofat', 'ObterContratos', { cEtapa: '20' })).body).toEqual({
      cEtapa: '20',
      listaContratos: [],
    })
    const batch = await call('servicos/contratolote', 'FaturarLoteContrato', { cCodIntLote: '1' })
    expect(batch).toMatchObject({ status: 500, body: { faultstring: expect.stringContaining('ainda não tem organização') } })
  })

  test('a key that may not bill is refused in their form', async () => {
    const { api, raw } = await open()
    const app_secret = await api.keyWith(['contracts:read'])
    const param = [{ cCodIntLote: '1' }]
    const reply = await raw('/api/v1/servicos/contratolote/', { call: 'FaturarLoteContrato', app_key: 1, app_secret, param })
    expect(reply).toMatchObject({ status: 500, body: { faultstring: 'ERROR: A chave não tem a permissão billing:write.' } })
  })
})

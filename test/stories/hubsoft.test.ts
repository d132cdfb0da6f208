import { describe, expect, test } from 'vitest'
import { instant } from '../../src/core/dates.ts'
import { eachEngine } from '../database/each-engine.ts'
import { aCnpj } from '../fixtures/contracts.ts'
import { verifiedAfterwards } from '../fixtures/verified.ts'
import { type TestApi, testApi } from '../http/test-api.ts'
import { vendorApi } from '../http/vendor-api.ts'

// An internet provider whose programs spoke to HubSoft, and speak to Bordero after a change of host.

const at = '/api/v1/integracao'
const events = `POST ${at}/financeiro/evento_faturamento`

eachEngine('a client of HubSoft', database => {
  const toVerify = verifiedAfterwards(database)

  /** A provider with one client, who pays R$ 119,90 for internet and R$ 20,00 for a fixed IP on the tenth of each month. */
  async function provider(rule: object = {}) {
    const api = await testApi(database(), { now: instant('2026-06-01T15:00:00.000Z') })
    toVerify(api.account)
    const made = async (path: string, body: object) => {
      const { status, body: answer } = await api.post(path, body)
      expect(status, JSON.stringify(answer)).toBeLessThan(300)
      return answer
    }
    const organization = await made('/v1/organizations', {
      legalName: 'Provedor Ltda',
      cnpj: aCnpj(),
      taxRegime: 'simples_nacional',
    })
    const customer = await made('/v1/customers', { kind: 'person', name: 'Guilherme da Silva', taxId: '52998224725' })
    const internet = await made('/v1/service-items', { name: 'Internet 400M', unitPrice: '119.90' })
    const ip = await made('/v1/service-items', { name: 'IP fixo', unitPrice: '20' })
    const contract = await made('/v1/contracts', {
      name: 'Internet',
      organizationId: organization.id,
      customerId: customer.id,
      startsOn: '2026-06-10',
      rules: [
        {
          recurrence: { unit: 'month', anchorOn: '2026-06-10' },
          due: { kind: 'day_quantity', days: 10 },
          lines: [{ serviceItemId: internet.id }, { serviceItemId: ip.id }],
          ...rule,
        },
      ],
    })
    const account = await made('/v1/financial-accounts', {
      organizationId: organization.id,
      name: 'Caixa',
      status: 'active',
      paymentMethods: [],
    })
    const type = await made('/v1/service-types', { name: 'Adicional' })
    const credentials = (await made('/v1/api-keys', { name: 'App do assinante', scopes: ['*'], for: 'hubsoft' })).credentials
    const login = await vendorApi(api, {})('POST /oauth/token', { grant_type: 'password', ...credentials })
    const theirs = vendorApi(api, { authorization: `Bearer ${login.body.access_token}` })
    return { api, theirs, contract, customer, organization, caixa: Number(account.id.slice(4)), tipo: Number(type.id.slice(4)) }
  }

  const until = async (api: TestApi, day: string) => {
    await api.moveClock(`${day}T15:00:00.000Z`)
    await api.settle()
  }

  test('an event in three parts comes over three billings, and what is paid is settled, through its own addresses alone', async () => {
    const { api, theirs, caixa } = await provider()
    const found = (await theirs(`GET ${at}/cliente?busca=nome_razaosocial&termo_busca=guilherme`)).body
    expect(found).toMatchObject({ status: 'success', clientes: [{ cpf_cnpj: '52998224725', tipo_pessoa: 'pf' }] })
    const [{ servicos }] = found.clientes
    expect(servicos).toMatchObject([
      { nome: 'Internet 400M', valor: 119.9, status_prefixo: 'servico_habilitado', numero_plano: 1 },
      { nome: 'IP fixo', valor: 20, numero_plano: 2 },
    ])
    const [tipo] = (await theirs(`GET ${at}/configuracao/tipo_servico`)).body.tipos_servico

    const event = await theirs(events, {
      id_cliente_servico: String(servicos[0].id_cliente_servico),
      id_tipo_servico: String(tipo.id_tipo_servico),
      tipo: 'acrescimo',
      descricao: 'Taxa de instalação',
      valor: '100.00',
      parcelado: true,
      numero_total_parcelas: 3,
      mes_primeira_parcela: 6,
      ano_primeira_parcela: 2026,
    })
    expect(event).toMatchObject({
      status: 200,
      body: {
        status: 'success',
        msg: '3 Evento(s) de Farturamento de acréscimo cadastrados com sucesso. VALOR TOTAL: R$ 100.00',
        eventos_faturamento: [{ valor: 33.33 }, { valor: 33.33 }, { valor: 33.34 }],
      },
    })

    const billed: number[] = []
    const asked: number[] = []
    for (const [day, month] of [
      ['2026-06-12', '06'],
      ['2026-07-12', '07'],
      ['2026-08-12', '08'],
      ['2026-09-12', '09'],
    ] as const) {
      await until(api, day)
      const list = (
        await theirs(
          `GET ${at}/financeiro/fatura?tipo_resultado=detalhado&data_inicio=2026-${month}-01&data_fim=2026-${month}-30`,
        )
      ).body
      expect(list.paginacao).toEqual({ primeira_pagina: 0, ultima_pagina: 0, pagina_atual: 0, total_registros: 1 })
      const [fatura] = list.faturas
      expect(fatura).toMatchObject({ id_cliente_servico: servicos[0].id_cliente_servico, data_pagamento: null })
      asked.push(fatura.valor)
      billed.push(fatura.id_fatura)
    }
    expect(asked).toEqual([173.23, 173.23, 173.24, 139.9])

    const [first = 0] = billed
    const payment = { id_fatura: first, id_caixa_financeiro: caixa, data_pagamento: '2026-09-12', valor_pago: 173.23 }
    const settled = await theirs(`POST ${at}/financeiro/fatura/liquidar`, { ...payment, meio_pagamento: 'pix' })
    expect(settled.body).toMatchObject({
      status: 'success',
      msg: 'Liquidação efetuada com sucesso',
      recibo: { valor_pago: 173.23, tarifa: 0, data_credito: '2026-09-12', cliente: { cpf_cnpj: '52998224725' } },
    })
    expect(await theirs(`POST ${at}/financeiro/fatura/liquidar`, payment)).toMatchObject({
      status: 200,
      body: {
        status: 'error',
        msg: `A fatura de ID ${first} já encontra-se quitada com data de pagamento em 12/09/2026`,
        errors: [],
      },
    })
    const paid = (await theirs(`GET ${at}/financeiro/fatura?apenas_quitado=sim&data_inicio=2026-06-01`)).body.faturas
    expect(paid).toMatchObject([{ id_fatura: first, valor: '173.23', valor_pago: '173.23' }])
    const pending = (await theirs(`GET ${at}/cliente/financeiro?busca=cpf_cnpj&termo_busca=529.982.247-25`)).body.faturas
    expect(pending.map(({ id_fatura }: { id_fatura: number }) => id_fatura)).toEqual(billed.slice(1))
    expect(pending[0]).toMatchObject({ data_vencimento: '20/07/2026', valor: 173.23, data_pagamento: null })
    expect(pending[0].detalhamento.descricao).toContain('Taxa de instalação')
  })

  test('a discount waits for the next billing; one for a month that is billed names the next one', async () => {
    const { api, theirs, contract } = await provider()
    const service = serviceOf(contract, 1)
    await until(api, '2026-06-12')
    const told = { id_cliente_servico: service, id_tipo_servico: 1, descricao: 'Desconto', valor: 10.3, tipo: 'desconto' }
    expect((await theirs(events, { ...told, parcelado: false, proximo_faturamento: true })).body.msg).toBe(
      '1 Evento(s) de Farturamento de desconto cadastrados com sucesso. VALOR TOTAL: R$ 10.30',
    )
    const late = await theirs(events, {
      ...told,
      parcelado: false,
      proximo_faturamento: false,
      mes_processar: 6,
      ano_processar: 2026,
    })
    expect(late).toMatchObject({ status: 200, body: { status: 'error' } })
    expect(late.body.msg).toContain('10/07/2026')
    await until(api, '2026-07-12')
    const { faturas } = (await theirs(`GET ${at}/financeiro/fatura?data_inicio=2026-07-01&data_fim=2026-07-31`)).body
    expect(faturas).toMatchObject([{ valor: '129.6' }])
  })

  test('the number of a service stays what it is when its lines are ordered, priced and described anew', async () => {
    const { api, theirs, contract } = await provider()
    const [rule] = contract.rules
    const [internet, ip] = rule.terms.lines
    const link = (await api.post('/v1/service-items', { name: 'Link', unitPrice: '300' })).body.id
    const changed = await api.post(`/v1/invoice-rules/${rule.id}/terms`, {
      lines: [
        { serviceItemId: link },
        { serviceItemId: ip.serviceItemId, unitPrice: '25', description: 'IP fixo novo' },
        { serviceItemId: internet.serviceItemId },
      ],
    })
    expect(changed.status).toBe(201)
    const [client] = (await theirs(`GET ${at}/cliente?busca=cpf_cnpj&termo_busca=52998224725`)).body.clientes
    expect(client.servicos).toMatchObject([
      { id_cliente_servico: serviceOf(contract, 1), nome: 'Internet 400M', valor: 119.9 },
      { id_cliente_servico: serviceOf(contract, 2), nome: 'IP fixo novo', valor: 25 },
      { id_cliente_servico: serviceOf(contract, 3), nome: 'Link', valor: 300 },
    ])
    const event = await theirs(events, {
      id_cliente_servico: serviceOf(contract, 2),
      id_tipo_servico: 1,
      tipo: 'acrescimo',
      descricao: 'Troca de IP',
      valor: 15,
      parcelado: false,
      proximo_faturamento: true,
    })
    expect(event.body.status).toBe('success')
    const [shown] = (await api.get('/v1/billing-events')).body.data
    expect(shown).toMatchObject({ lineNumber: 2, serviceTypeId: 'sty_1', serviceItemId: ip.serviceItemId })
  })

  test('two who settle the same at once settle it once', async () => {
    const { api, theirs, caixa } = await provider()
    await until(api, '2026-06-12')
    const body = { id_fatura: 1, id_caixa_financeiro: caixa, data_pagamento: '2026-06-12', valor_pago: 139.9 }
    const both = await Promise.all([1, 2].map(() => theirs(`POST ${at}/financeiro/fatura/liquidar`, body)))
    expect(both.map(({ body }) => body.status).sort()).toEqual(['error', 'success'])
    expect((await api.get('/v1/receivables/rec_1')).body.receipts).toHaveLength(1)
  })

  describe('what cannot be done', () => {
    const whole = {
      id_tipo_servico: 1,
      tipo: 'acrescimo',
      descricao: 'ADICIONAL',
      valor: 10.3,
      parcelado: false,
      proximo_faturamento: true,
    }
    const notFilledIn = 'Favor preencher os campos obrigatórios de acordo com as especificações'

    test('says everything at once, in HTTP 200, in the words that clients know', async () => {
      const { theirs } = await provider()
      expect(await theirs(events, {})).toMatchObject({
        status: 200,
        body: {
          status: 'error',
          msg: notFilledIn,
          errors: ['id_cliente_servico', 'id_tipo_servico', 'tipo', 'descricao', 'valor', 'parcelado'].map(
            field => `O campo ${field} é obrigatório.`,
          ),
        },
      })
      const wrong = {
        id_cliente_servico: 'abc',
        id_tipo_servico: 0,
        tipo: 'ACRESCIMO',
        descricao: ' ',
        valor: '10,30',
        parcelado: 'talvez',
      }
      expect((await theirs(events, wrong)).body.errors.sort()).toEqual(
        [
          'O campo descricao é obrigatório.',
          'O campo id_cliente_servico deve ser do tipo integer',
          'O campo id_tipo_servico deve ser maior que 0.',
          'O campo tipo deve ser um destes: acrescimo, desconto.',
          'O campo valor deve ser do tipo numeric',
          'O campo parcelado deve ser do tipo boolean',
        ].sort(),
      )
    })

    test('month 13, no month, no parts, fractions of a cent, nothing and less than nothing', async () => {
      const { api, theirs, contract } = await provider()
      const event = { ...whole, id_cliente_servico: serviceOf(contract, 1) }
      const split = { ...event, parcelado: true, numero_total_parcelas: 2, mes_primeira_parcela: 7, ano_primeira_parcela: 2026 }
      const later = { ...event, proximo_faturamento: false, mes_processar: 7, ano_processar: 2026 }
      const cases: [object, string][] = [
        [{ ...split, mes_primeira_parcela: 13 }, 'O campo mes_primeira_parcela deve ser de 1 a 12.'],
        [{ ...split, mes_primeira_parcela: 0 }, 'O campo mes_primeira_parcela deve ser de 1 a 12.'],
        [{ ...split, numero_total_parcelas: 0 }, 'O campo numero_total_parcelas deve ser de 1 a 120.'],
        [{ ...split, numero_total_parcelas: 1.5 }, 'O campo numero_total_parcelas deve ser do tipo integer'],
        [{ ...split, ano_primeira_parcela: undefined }, 'O campo ano_primeira_parcela é obrigatório.'],
        [{ ...event, proximo_faturamento: undefined }, 'O campo proximo_faturamento é obrigatório.'],
        [{ ...later, mes_processar: '13' }, 'O campo mes_processar deve ser de 1 a 12.'],
        [{ ...later, ano_processar: null }, 'O campo ano_processar é obrigatório.'],
        [{ ...event, valor: 10.305 }, 'O campo valor deve ter no máximo duas casas decimais.'],
        [{ ...event, valor: 0 }, 'O campo valor deve ser maior que 0.'],
        [{ ...event, valor: -1 }, 'O campo valor deve ser maior que 0.'],
        [{ ...event, valor: '9'.repeat(30) }, 'O campo valor é grande demais.'],
        [{ ...event, valor: [1] }, 'O campo valor deve ser do tipo numeric'],
        [{ ...event, descricao: 'x'.repeat(1001) }, 'O campo descricao deve ter no máximo 1000 caracteres.'],
        [{ ...event, descricao: { a: 1 } }, 'O campo descricao deve ser do tipo string'],
        [{ ...event, id_cliente_servico: 999_001 }, 'O id_cliente_servico informado não pertence a nenhum serviço de cliente.'],
        [{ ...event, id_cliente_servico: 12 }, 'O id_cliente_servico informado não pertence a nenhum serviço de cliente.'],
      ]
      for (const [body, error] of cases) {
        expect(await theirs(events, body), error).toMatchObject({
          status: 200,
          body: { status: 'error', msg: notFilledIn, errors: [error] },
        })
      }
      const line = await theirs(events, { ...event, id_cliente_servico: serviceOf(contract, 9), id_tipo_servico: 99 })
      expect(line.body.errors).toHaveLength(2)
      expect((await theirs(events, { ...split, valor: 0.01 })).body.errors).toHaveLength(1)
      expect((await theirs(events, { ...later, ano_processar: 2025 })).body.msg).toContain('07/2025 já passou')
      // None of it was done.
      expect((await api.get('/v1/billing-events')).body.data).toEqual([])
    })

    test('numbers as text, a form, and a token without its word are taken', async () => {
      const { api, theirs, contract } = await provider()
      const sent = { ...whole, id_cliente_servico: String(serviceOf(contract, 1)), id_tipo_servico: '1', valor: '10.3' }
      expect((await theirs(events, sent)).body.status).toBe('success')
      const form = new URLSearchParams({ ...sent, parcelado: 'false', proximo_faturamento: 'true' }).toString()
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      expect((await theirs(events, form, type)).body.status).toBe('success')
      expect((await theirs(events, sent, { authorization: api.key })).body.status).toBe('success')
    })

    test('who has no bearer, or one without the permission, is told so', async () => {
      const { api, contract } = await provider()
      const body = { ...whole, id_cliente_servico: serviceOf(contract, 1) }
      for (const headers of [
        {},
        { authorization: 'Bearer bdb_nada' },
        { authorization: 'Bearer' },
        { authorization: 'Token a=b' },
      ]) {
        const { status, body: told } = await vendorApi(api, headers)(events, body)
        expect(status).toBe(401)
        expect(told).toMatchObject({
          error: 'unauthenticated',
          message: expect.any(String),
          error_description: expect.any(String),
        })
      }
      const key = await api.keyWith(['contracts:read'])
      expect(await vendorApi(api, { authorization: `Bearer ${key}` })(events, body)).toMatchObject({
        status: 403,
        body: { status: 'error' },
      })
    })

    test('addresses that are not there, and bodies that are none', async () => {
      const { theirs } = await provider()
      expect(await theirs(`GET ${at}/nada`)).toMatchObject({ status: 404, body: { status: 'error', errors: [] } })
      expect((await theirs(`GET ${at}/financeiro/evento_faturamento`)).status).toBe(404)
      expect((await theirs(events, '{"a":')).body).toMatchObject({ status: 'error' })
      expect((await theirs(events, '[]')).body.errors).toHaveLength(6)
    })

    test('queries that cannot be read', async () => {
      const { theirs } = await provider()
      const errorsOf = async (query: string) => (await theirs(`GET ${at}${query}`)).body.errors
      expect(await errorsOf('/cliente')).toEqual(['O campo busca é obrigatório.', 'O campo termo_busca é obrigatório.'])
      expect(await errorsOf('/cliente?busca=rg&termo_busca=1')).toHaveLength(1)
      expect(await errorsOf('/cliente?busca=cpf_cnpj&termo_busca=1&limit=101')).toEqual(['O campo limit deve ser de 1 a 100.'])
      expect(await errorsOf('/cliente/todos')).toEqual([
        'O campo pagina é obrigatório.',
        'O campo itens_por_pagina é obrigatório.',
      ])
      expect(await errorsOf('/financeiro/fatura?itens_por_pagina=501')).toEqual(['O campo itens_por_pagina deve ser de 1 a 500.'])
      expect(
        await errorsOf('/financeiro/fatura?pagina=-1&data_inicio=31/02/2026&tipo_data=x&apenas_quitado=talvez'),
      ).toHaveLength(4)
      expect(await errorsOf('/financeiro/fatura?data_inicio=2026-06-10&data_fim=2026-06-01')).toHaveLength(1)
      expect(await errorsOf('/financeiro/fatura?busca=tipo_pessoa&termo_busca=xx')).toHaveLength(1)
      // A bare one is not looked at, as theirs does.
      expect((await theirs(`GET ${at}/financeiro/fatura?id_cliente_servico=&pagina=7`)).body).toMatchObject({
        status: 'success',
        paginacao: { pagina_atual: 7, ultima_pagina: 0, total_registros: 0 },
        faturas: [],
      })
    })
  })

  test('a settlement that cannot be is refused, one that is short closes the rest as a loss, and interest is no credit', async () => {
    const { api, theirs, caixa } = await provider()
    for (const day of ['2026-06-12', '2026-07-12']) await until(api, day)
    const faturas = (await theirs(`GET ${at}/financeiro/fatura?data_inicio=2026-06-01&data_fim=2026-12-31`)).body.faturas
    const [first, second] = faturas.map(({ id_fatura }: { id_fatura: number }) => id_fatura)
    const settle = (body: object) => theirs(`POST ${at}/financeiro/fatura/liquidar`, body)
    const payment = { id_fatura: first, id_caixa_financeiro: caixa, data_pagamento: '2026-07-12', valor_pago: 139.9 }
    const refused: [object, RegExp][] = [
      [{}, /Favor preencher/],
      [{ ...payment, id_fatura: 999 }, /A fatura de ID 999 não foi encontrada/],
      [{ ...payment, data_pagamento: '2026-07-13' }, /futuro/],
      [{ ...payment, id_caixa_financeiro: 99 }, /Favor preencher/],
      [{ ...payment, valor_pago: 0 }, /Favor preencher/],
      [{ ...payment, juros: 139.9 }, /Favor preencher/],
      [{ ...payment, meio_pagamento: 'escambo' }, /Favor preencher/],
    ]
    for (const [body, msg] of refused) {
      expect(await settle(body)).toMatchObject({ status: 200, body: { status: 'error', msg: expect.stringMatching(msg) } })
    }
    expect((await settle({ ...payment, valor_pago: 142.7, juros: 2.8 })).body.recibo).toMatchObject({ valor_pago: 142.7 })
    expect(
      (await settle({ ...payment, id_fatura: second, valor_pago: 129.9, desconto: 10, tarifa: 2.1 })).body.recibo.tarifa,
    ).toBe(2.1)
    const { faturas: closed } = (
      await theirs(`GET ${at}/financeiro/fatura?tipo_resultado=completo&data_inicio=2026-06-01&data_fim=2026-12-31`)
    ).body
    expect(closed).toMatchObject([
      { valor: 139.9, valor_pago: 139.9, valor_desconto: 0, status: 'quitado' },
      { valor: 139.9, valor_pago: 129.9, valor_desconto: 10, status: 'quitado' },
    ])
    const [customer] = (await api.get('/v1/customers')).body.data
    expect((await api.get(`/v1/customers/${customer.id}/credit`)).body.balances).toMatchObject([{ balanceCents: 0 }])
  })

  test('what falls due on a Sunday is past due from Tuesday on, of a renegotiation as of anything', async () => {
    const { api, theirs, customer } = await provider()
    for (const day of ['2026-06-12', '2026-07-12', '2026-08-12']) await until(api, day)
    const who = { tipo_dados_cliente: 'id_cliente', dados_cliente: Number(customer.id.slice(4)) }
    const wish = { ...who, vencimento: '2026-08-16', faturas: 'todas_faturas_vencidas', quantidade_parcelas: 1 }
    expect((await theirs(`POST ${at}/financeiro/renegociacao/efetivar`, wish)).body.status).toBe('success')
    const told = async () => {
      const [{ status, valor_vencido, valor_aguardando }] = (await theirs(`GET ${at}/financeiro/renegociacao`)).body.renegociacoes
      const late = (await theirs(`GET ${at}/financeiro/renegociacao?status=vencido`)).body.paginacao.total_registros
      return { status, valor_vencido, valor_aguardando, late }
    }
    await until(api, '2026-08-17')
    expect(await told()).toEqual({ status: 'aguardando', valor_vencido: 0, valor_aguardando: 279.8, late: 0 })
    await until(api, '2026-08-18')
    expect(await told()).toEqual({ status: 'vencido', valor_vencido: 279.8, valor_aguardando: 0, late: 1 })
  })

  test('what is late is simulated, renegotiated in three parts, listed, and shown by what replaced it', async () => {
    const { api, theirs, customer } = await provider()
    for (const day of ['2026-06-12', '2026-07-12', '2026-08-12']) await until(api, day)
    const who = { tipo_dados_cliente: 'id_cliente', dados_cliente: Number(customer.id.slice(4)) }
    const wish = { ...who, vencimento: '2026-08-20', faturas: 'todas_faturas_vencidas', quantidade_parcelas: 3 }
    const simulated = (await theirs(`POST ${at}/financeiro/renegociacao/simular`, wish)).body
    expect(simulated).toMatchObject({
      status: 'success',
      msg: 'Renegociação efetuada com sucesso, no valor de R$ 279,80',
      faturas_que_foram_geradas: [
        { parcela: 1, totalParcelas: 3, valor: 93.26, data_vencimento: '2026-08-20', data_base: '2026-08-12' },
        { parcela: 2, valor: 93.26, data_vencimento: '2026-09-20' },
        { parcela: 3, valor: 93.28, data_vencimento: '2026-10-20', descricao: 'Ref. Negociação em 12/08/2026. Parcela (3/3)' },
      ],
    })
    const list = `GET ${at}/financeiro/fatura?data_inicio=2026-06-01&data_fim=2026-12-31`
    const before = (await theirs(list)).body.faturas.map(({ id_fatura }: { id_fatura: number }) => id_fatura)
    expect(before).toHaveLength(3)
    const some = { ...wish, faturas: 'definir_faturas', ids_faturas: before.slice(0, 2), encargos: 41.24, descontos: '1.04' }
    const performed = (await theirs(`POST ${at}/financeiro/renegociacao/efetivar`, some)).body
    expect(performed).toMatchObject({ status: 'success', msg: 'Renegociação efetuada com sucesso, no valor de R$ 320,00' })
    expect(performed.faturas_que_foram_geradas.map(({ valor }: { valor: number }) => valor)).toEqual([106.66, 106.66, 106.68])
    const { renegociacoes, paginacao } = (await theirs(`GET ${at}/financeiro/renegociacao`)).body
    expect(paginacao.total_registros).toBe(1)
    expect(renegociacoes).toMatchObject([
      {
        codigo: '1',
        tipo: 'parcelado',
        parcelas: 3,
        valor_total: '279.8',
        valor_descontos: '1.04',
        valor_encargos: '41.24',
        valor_final: '320',
        status: 'aguardando',
        valor_aguardando: 320,
        cliente: { documento: '52998224725' },
      },
    ])
    const count = async (query: string) =>
      (await theirs(`GET ${at}/financeiro/renegociacao?${query}`)).body.paginacao.total_registros
    expect(await count('status=vencido,pago')).toBe(0)
    expect(await count('status=todos&documento_cliente=529.982.247-25,11122233344')).toBe(1)
    expect(await count('documento_cliente=11122233344')).toBe(0)
    expect(await count('usuario=bianca@hubsoft.com.br')).toBe(0)
    // Those that were replaced are not asked for any more; the new ones are, unless nobody wants to see them.
    expect((await theirs(list)).body.faturas).toHaveLength(4)
    expect((await theirs(`${list}&exibir_faturas_renegociacao=nao`)).body.faturas).toHaveLength(1)
    expect((await theirs(`${list}&exibir_fatura_inativa=sim`)).body.faturas).toHaveLength(6)

    const perform = (body: object) => theirs(`POST ${at}/financeiro/renegociacao/efetivar`, body)
    const refused: [object, RegExp][] = [
      [{}, /Favor preencher/],
      [{ ...some, ids_faturas: undefined }, /Favor preencher/],
      [{ ...some, ids_faturas: ['x'] }, /Favor preencher/],
      [{ ...some, vencimento: '2026-08-11' }, /Favor preencher/],
      [{ ...some, quantidade_parcelas: 0 }, /Favor preencher/],
      [some, /Favor preencher/],
      [{ ...some, dados_cliente: 99 }, /Não são faturas do cliente informado/],
      [wish, /não possui faturas vencidas/],
      [{ ...some, ids_faturas: before.slice(2), encargos: 0, descontos: 139.9 }, /Favor preencher/],
    ]
    for (const [body, msg] of refused) {
      expect(await perform(body)).toMatchObject({ status: 200, body: { status: 'error', msg: expect.stringMatching(msg) } })
    }
  })

  test('all clients come page by page, each once, with the services that are cancelled when asked', async () => {
    const { api, theirs, contract } = await provider()
    for (let i = 0; i < 4; i++) await api.post('/v1/customers', { kind: 'company', name: `Empresa ${i}`, taxId: aCnpj() })
    const seen: string[] = []
    for (let page = 0; page < 3; page++) {
      const { body } = await theirs(`GET ${at}/cliente/todos?pagina=${page}&itens_por_pagina=2`)
      expect(body.paginacao).toEqual({ primeira_pagina: 0, ultima_pagina: 2, pagina_atual: page, total_registros: 5 })
      seen.push(...body.clientes.map((client: { nome_razaosocial: string }) => client.nome_razaosocial))
    }
    expect(new Set(seen).size).toBe(5)
    await until(api, '2026-06-12')
    const [{ version }] = (await api.get('/v1/contracts')).body.data
    const cancelled = await api.post(`/v1/contracts/${contract.id}/cancel`, { reason: 'Mudou-se' }, { version })
    expect(cancelled.status, JSON.stringify(cancelled.body)).toBe(200)
    await until(api, '2026-06-13')
    const services = async (query: string) =>
      (await theirs(`GET ${at}/cliente?busca=id_cliente_servico&termo_busca=${serviceOf(contract, 2)}${query}`)).body.clientes[0]
        .servicos
    expect(await services('')).toEqual([])
    expect(await services('&cancelado=sim')).toMatchObject([{ status_prefixo: 'cancelado' }, { status_prefixo: 'cancelado' }])
    for (const search of ['busca=login_radius&termo_busca=x', 'busca=cpf_cnpj&termo_busca=123', 'busca=telefone&termo_busca=x']) {
      expect((await theirs(`GET ${at}/cliente?${search}`)).body).toMatchObject({ status: 'success', clientes: [] })
    }
  })
})

/** As the dialect numbers the line of the contract's only rule. */
function serviceOf(contract: { rules: { id: string }[] }, line: number): number {
  return Number(contract.rules[0]?.id.slice(4)) * 1000 + line
}

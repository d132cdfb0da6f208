import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { verifiedAfterwards } from '../../../test/fixtures/verified.ts'
import { billedByOmie } from '../../../test/http/omie-billed.ts'

eachEngine('what a client of Omie could be understood in two ways', database => {
  const verified = verifiedAfterwards(database)

  async function open() {
    const it = await billedByOmie(database())
    verified(it.api.account)
    const faultOf = async (service: string, method: string, param: object) => {
      const { status, body } = await it.call(service, method, param)
      return [status, body.faultcode, body.faultstring].join(' ')
    }
    return { ...it, faultOf }
  }
  const contract = (cCodIntCtr: string) => ({
    cabecalho: { nCodCli: 1, cCodIntCtr, dVigInicial: '01/11/2023', nDiaFat: 28, dVigFinal: '30/11/2024' },
    itensContrato: [{ itemCabecalho: { codServico: 1, valorUnit: 10 } }],
  })

  test('two names of two things: neither is meant', async () => {
    const { ask, faultOf } = await open()
    await ask('servicos/contrato', 'IncluirContrato', contract('A'))
    await ask('servicos/contrato', 'IncluirContrato', contract('B'))
    const both = { contratoChave: { nCodCtr: 2, cCodIntCtr: 'B' } }
    const other = 'ele é de outro cadastro que não o de'
    expect(await faultOf('servicos/contrato', 'ConsultarContrato', both)).toContain(`[cCodIntCtr] é inválido: ${other} [nCodCtr]`)
    expect(await faultOf('servicos/contrato', 'ExcluirItem', { ...both, ItensExclusao: [{ codItem: 200_001 }] })).toContain(other)
    await ask('servicos/contrato', 'ConsultarContrato', { contratoChave: { nCodCtr: 2, cCodIntCtr: 'A' } })

    const receive = (codigo_baixa_integracao: string) =>
      ask('financas/contareceber', 'LancarRecebimento', {
        codigo_lancamento: 1,
        valor: 10,
        data: '28/11/2023',
        codigo_baixa_integracao,
      })
    const first = await receive('X1')
    await receive('X2')
    const undo = { codigo_baixa: first.codigo_baixa, codigo_baixa_integracao: 'X2' }
    expect(await faultOf('financas/contareceber', 'CancelarRecebimento', undo)).toContain(`${other} [codigo_baixa]`)
    // Whoever names the receipt that there is would have written the title off twice.
    const again = { codigo_lancamento: 1, valor: 10, data: '28/11/2023', codigo_baixa: first.codigo_baixa }
    expect(await faultOf('financas/contareceber', 'LancarRecebimento', again)).toContain('102 ERROR: Baixa com o Código')

    await ask('geral/clientes', 'IncluirCliente', { razao_social: 'Oficina', codigo_cliente_integracao: 'CLI-2' })
    const clients = { codigo_cliente_omie: 1, codigo_cliente_integracao: 'CLI-2' }
    expect(await faultOf('geral/clientes', 'ExcluirCliente', clients)).toContain(`${other} [codigo_cliente_omie]`)
    const services = { nCodServ: 1, cCodIntServ: 'SUP-02' }
    await ask('servicos/servico', 'IncluirCadastroServico', {
      intIncluir: { cCodIntServ: 'SUP-02' },
      cabecalho: { cDescricao: 'X' },
    })
    expect(await faultOf('servicos/servico', 'ConsultarCadastroServico', services)).toContain(`${other} [nCodServ]`)
  })

  test('a client that is to be blocked is refused, for nothing would be', async () => {
    const { faultOf } = await open()
    const block = { codigo_cliente_omie: 1, bloquear_faturamento: 'S' }
    expect(await faultOf('geral/clientes', 'AlterarCliente', block)).toContain('[bloquear_faturamento] é inválido')
    expect(await faultOf('geral/clientes', 'AlterarCliente', { ...block, bloquear_faturamento: 'N' })).toContain('200')
  })

  test('one new contract that comes several times at once is included once, and changed by the others', async () => {
    const { call, ask } = await open()
    const prices = [11, 12, 13, 14, 15, 16, 17, 18]
    const all = await Promise.all(
      prices.map(valorUnit =>
        call('servicos/contrato', 'UpsertContrato', {
          ...contract('NOVO'),
          itensContrato: [{ itemCabecalho: { codServico: 1, valorUnit } }],
        }),
      ),
    )
    expect(all.map(({ status, body }) => [status, body.nCodCtr])).toEqual(prices.map(() => [200, 2]))
    expect(all.filter(({ body }) => body.cDescStatus.includes('cadastrado'))).toHaveLength(1)
    const { contratoCadastro } = await ask('servicos/contrato', 'ConsultarContrato', { contratoChave: { cCodIntCtr: 'NOVO' } })
    expect(contratoCadastro.itensContrato).toHaveLength(1)
  })

  test('a batch list with details has ten batches a page at most', async () => {
    const { ask } = await open()
    for (let i = 0; i < 12; i++) await ask('servicos/contratolote', 'FaturarLoteContrato', { cCodIntLote: `${i}` })
    const page = (nPagina: number, cExibirDetalhes: string) =>
      ask('servicos/contratolote', 'ListarLotesContrato', { nPagina, nRegistros: 500, cExibirDetalhes })
    expect(await page(1, 'N')).toMatchObject({ nTotPaginas: 1, nRegistros: 12, nTotRegistros: 12 })
    expect(await page(1, 'S')).toMatchObject({ nTotPaginas: 2, nRegistros: 10, nTotRegistros: 12 })
    const { lotes } = await page(2, 'S')
    expect(lotes).toMatchObject([{ detalhes: [] }, { detalhes: [] }])
  })
})

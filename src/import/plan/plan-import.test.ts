import { describe, expect, test } from 'vitest'
import { parseCnpj } from '../../core/brazil/cnpj.ts'
import { civilDate } from '../../core/dates.ts'
import { atOnce } from '../../core/slices.ts'
import { type FileFaults, MOST_LISTED, rankOf } from '../file/fault.ts'
import { groupRows } from '../file/group-rows.ts'
import { readFile } from '../file/read-file.ts'
import type { Known } from './known.ts'
import { planImport } from './plan-import.ts'

const nothing: Known = {
  accountMark: '7f3a9c2e',
  byKey: new Map(),
  customersByTaxId: new Map(),
  customersByName: new Map(),
  servicesByCode: new Map(),
  servicesByName: new Map(),
  services: new Map(),
  contractOfExternalId: new Map(),
  deletedOwnerOf: new Map(),
  standing: { ledgers: new Map(), receivables: new Map() },
  bystanders: [],
}

const cnpj = parseCnpj('11222333000181')
if (cnpj === null) throw new Error('a CNPJ of the tests')
const organizations = [{ id: 1, cnpj, today: civilDate('2027-01-31') }]

/** What an empty account would make of a file. */
function plan(text: string) {
  const { heading, rows, faults } = atOnce(readFile(new TextEncoder().encode(text)))
  const planned =
    heading &&
    planImport(atOnce(groupRows(rows, heading, organizations, faults)), nothing, organizations, heading, faults, {
      update: false,
    })
  return { faults, planned }
}

/** One good row, with columns in place of others or beside them. */
function fileWith(...rows: Record<string, string>[]): string {
  const base: Record<string, string> = {
    codigo: '',
    cliente: 'Ana Souza',
    cpf_cnpj: '529.982.247-25',
    servico: 'Suporte',
    valor: '100,00',
    dia_faturamento: '10',
    inicio: '10/01/2027',
    vencimento: 'dia 20',
  }
  const heading = [...new Set([...Object.keys(base), ...rows.flatMap(row => Object.keys(row))])]
  const lines = rows.map(row => heading.map(key => row[key] ?? base[key] ?? '').join(';'))
  return [heading.join(';'), ...lines].join('\n')
}

const shown = (faults: FileFaults | undefined) => faults?.list.map(({ line, column, code }) => `${line} ${column} ${code}`)
const faultsOf = (text: string) => shown(plan(text).faults)
/** Of what is worth a look; that the past is left out is told by tests of its own. */
const warningsOf = ({ planned }: Pick<ReturnType<typeof plan>, 'planned'>) =>
  shown(planned?.warnings)?.filter(warning => !warning.endsWith('past_not_billed'))
const ruleOf = (row: Record<string, string>) => {
  const { faults, planned } = plan(fileWith(row))
  expect(shown(faults)).toEqual([])
  return planned?.creations[0]?.draft.contract.rules?.[0]
}

const told = (text: string, code: string) => {
  const { faults, planned } = plan(text)
  expect(shown(faults)).toEqual([])
  return planned?.warnings.list.filter(warning => warning.code === code).map(({ message }) => message)
}

describe('the heading', () => {
  test('may be written as people do', () => {
    const text =
      'Cliente;CPF/CNPJ;Serviço;Valor (R$);Dia de Faturamento;Início;Vencimento\nAna;;Suporte;1,00;10;10/01/2027;dia 20'
    expect(faultsOf(text)).toEqual([])
  })

  test('names nothing that we do not know, nor anything twice', () => {
    const { faults } = plan(fileWith({ desconta: '10%', Preço: '2,00' }))
    expect(shown(faults)).toEqual(['1 desconta unknown_column', '1 Preço repeated_column'])
    expect(faults.list[0]?.expected).toBe('uma coluna conhecida (talvez "desconto"), ou "#desconta" para ignorá-la')
  })

  test.each([
    ['dia', 'talvez "dia_faturamento"'],
    ['Dt. Faturado até', 'talvez "faturado_ate"'],
    ['mensalidad', 'talvez "valor"'],
    ['data', 'talvez "inicio" ou "fim" ou "ancora"'],
    ['xyz', 'uma coluna conhecida, ou'],
  ])('that is unknown is told with the names that are near it: %s', (heading, expected) => {
    expect(plan(fileWith({ [heading]: '1' })).faults.list[0]?.expected).toContain(expected)
  })

  test('may hold columns that are to be ignored, or empty', () => {
    expect(faultsOf(fileWith({ '#vendedor': 'Rui', Coluna1: '' }))).toEqual([])
  })

  test('says at least who, what, how much, since when and until when to pay', () => {
    expect(faultsOf('cliente;cpf_cnpj\nAna;')).toEqual([
      '1 servico missing_column',
      '1 valor missing_column',
      '1 inicio missing_column',
      '1 vencimento missing_column',
    ])
  })
})

describe('a row', () => {
  test.each([
    [{ cliente: '' }, '2 cliente required'],
    [{ servico: '' }, '2 servico required'],
    [{ inicio: '' }, '2 inicio required'],
    [{ valor: '' }, '2 valor required'],
    [{ vencimento: '' }, '2 vencimento required'],
    [{ dia_faturamento: '' }, '2 dia_faturamento billing_day_required'],
    [{ dia_faturamento: 'segunda' }, '2 dia_faturamento billing_day_unfit'],
    [{ recorrencia: 'semanal' }, '2 dia_faturamento billing_day_unfit'],
    [{ ancora: '15/01/2027' }, '2 ancora anchor_unfit'],
    [{ fim: '09/01/2027' }, '2 fim ends_before_start'],
    [{ faturado_ate: '31/12/2072' }, '2 faturado_ate invalid_billed_through'],
    [{ situacao: 'encerrado' }, '2 situacao situation_unfit'],
    [{ situacao: 'suspenso', fim: '30/01/2027' }, '2 situacao situation_unfit'],
    [{ desconto: 'R$ 100,01' }, '2 desconto discount_above_line'],
    [{ item_inicio: '01/02/2027', item_fim: '31/01/2027' }, '2 item_fim ends_before_start'],
    [{ empresa_cnpj: '12.ABC.345/01DE-35' }, '2 empresa_cnpj unknown_organization'],
    [{ cpf_cnpj: '11.222.333/0001-81' }, '2 cpf_cnpj customer_is_supplier'],
    [{ id_externo: '1' }, '2 sistema required'],
    [{ id_externo: 'bordero:import=1' }, '2 id_externo reserved_system'],
    [{ cliente: 'x'.repeat(201) }, '2 cliente too_long'],
    [{ observacoes: 'a\u0007b' }, '2 observacoes control_character'],
  ])('%j is refused: %s', (row, fault) => {
    expect(faultsOf(fileWith(row))).toEqual([fault])
  })

  test('tells all that it lacks, and what belongs there', () => {
    const { faults } = plan(fileWith({ cliente: '', servico: '' }))
    expect(faults.list.map(({ message }) => message)).toEqual([
      'Linha 2, coluna "cliente": Campo obrigatório vazio. Esperado: o nome do cliente.',
      'Linha 2, coluna "servico": Campo obrigatório vazio. Esperado: o nome do serviço.',
    ])
  })

  test('with the code of another is told that it is its contract, and the way out', () => {
    const { faults } = plan(fileWith({ codigo: 'A' }, { codigo: 'A', cliente: 'Rui' }))
    expect(faults.list.map(({ message }) => message)).toContain(
      'Linha 3, coluna "cliente": Linhas com o mesmo código são um só contrato, e esta diz outra coisa. Esperado: Ana Souza, como na linha 2, ou outro "codigo". Encontrado: Rui.',
    )
  })

  test('tells all that is wrong with it at once', () => {
    expect(faultsOf(fileWith({ valor: 'x', inicio: '31/02/2026', parcelas: '0' }))).toEqual([
      '2 valor invalid_number',
      '2 inicio impossible_date',
      '2 parcelas out_of_bounds',
    ])
  })

  test('becomes a contract with the usual terms', () => {
    expect(plan(fileWith({})).planned?.creations[0]?.draft.contract).toMatchObject({
      name: 'Suporte',
      state: 'active',
      billWhileOverdue: true,
    })
    expect(ruleOf({})).toEqual({
      title: null,
      billedThrough: null,
      recurrence: { unit: 'month', every: 1, anchorOn: '2027-01-10' },
      due: { kind: 'fixed_day', day: 20, roll: 'none', installments: 1 },
      lines: [
        {
          serviceItemId: -1,
          description: null,
          unitPrice: '100',
          discountPercent: null,
          discountCents: null,
          validFrom: null,
          validUntil: null,
          categoryId: null,
          withholdings: null,
          withheldCents: null,
        },
      ],
    })
  })

  test('keeps the billing day 31 of a contract that began in April', () => {
    expect(ruleOf({ inicio: '30/04/2026', dia_faturamento: '31' })?.recurrence.anchorOn).toBe('2026-03-31')
  })

  test('of a week without a day is billed on the weekday of its start', () => {
    expect(ruleOf({ recorrencia: 'quinzenal', dia_faturamento: '' })?.recurrence).toEqual({
      unit: 'week',
      every: 2,
      anchorOn: '2027-01-10',
    })
  })
})

describe('rows of one file', () => {
  test('share a customer, and whoever says it otherwise is told', () => {
    const { faults, planned } = plan(
      fileWith(
        { email: 'a@x.com.br' },
        { cliente: 'Ana S. Souza', email: '', telefone: '41 5555-0100' },
        { cpf_cnpj: '', email: 'b@x.com.br' },
      ),
    )
    expect(shown(faults)).toEqual([])
    expect(planned?.freshCustomers.map(({ data }) => data)).toMatchObject([
      { name: 'Ana Souza', billingEmails: ['a@x.com.br'], contacts: [{ phone: '41 5555-0100' }] },
    ])
    expect(warningsOf({ planned })).toEqual([
      '3 cliente customer_differs_in_file',
      '3 null similar_row',
      '4 email customer_differs_in_file',
    ])
  })

  test('may not give one external id to two contracts', () => {
    const given = { sistema: 'omie', id_externo: '1' }
    expect(faultsOf(fileWith({ codigo: 'A', ...given }, { codigo: 'B', ...given }))).toEqual(['3 id_externo external_id_taken'])
    expect(faultsOf(fileWith({ codigo: 'A', ...given }, { codigo: 'A', ...given, servico: 'Outro' }))).toEqual([])
  })

  test('are known by customer, service, start and their place among equal ones', () => {
    const keys = plan(fileWith({}, {}, { servico: 'SUPORTE ' }, { inicio: '10/02/2027' })).planned?.creations.flatMap(
      ({ externalIds }) => externalIds,
    )
    expect(keys?.map(({ system, id }) => `${system} ${id}`)).toEqual([
      'bordero:import 1|52998224725|suporte|2027-01-10|1',
      'bordero:import 1|52998224725|suporte|2027-01-10|2',
      'bordero:import 1|52998224725|suporte|2027-01-10|3',
      'bordero:import 1|52998224725|suporte|2027-02-10|1',
    ])
  })

  test('name cities, and unknown ones are kept as a text', () => {
    const { planned } = plan(
      fileWith({ cidade: 'curitiba', uf: 'pr' }, { cpf_cnpj: '111.444.777-35', cidade: 'Curitibanópolis', uf: 'PR' }),
    )
    expect(planned?.freshCustomers.map(({ data }) => data.addresses[0])).toMatchObject([
      { city: 'Curitiba', municipio: '4106902' },
      { city: 'Curitibanópolis', municipio: null },
    ])
    expect(warningsOf({ planned })).toEqual(['3 cidade unknown_city'])
  })

  test('are all told of, and a report of very many is cut short', () => {
    const { faults } = plan(fileWith(...Array.from({ length: 3_000 }, () => ({ valor: 'x' }))))
    expect(faults.count).toBe(3_000)
    expect(faults.list).toHaveLength(MOST_LISTED)
  })
})

describe('rows that are right, and may be meant otherwise', () => {
  const both = (lines: string) =>
    `${lines}, e não têm código: serão dois contratos. Se é engano, apague uma; se é de propósito, dê a cada uma um código.`

  test('twice the same row without a code is two contracts, and both lines are named', () => {
    const file = fileWith({}, { servico: 'Outro' }, {}, {})
    expect(told(file, 'repeated_row')).toEqual([
      `Linha 4: ${both('As linhas 2 e 4 são iguais')}`,
      `Linha 5: ${both('As linhas 2 e 5 são iguais')}`,
    ])
    expect(told(file, 'similar_row')).toEqual([])
    expect(plan(file).planned?.tally.created).toBe(4)
  })

  test('rows that only their order tells apart are named, rather by one that is equal', () => {
    const file = fileWith({}, { valor: '70,00' }, { valor: '70,00' })
    expect(told(file, 'similar_row')).toEqual([`Linha 3: ${both('As linhas 2 e 3 têm o mesmo cliente, serviço e início')}`])
    expect(told(file, 'repeated_row')).toEqual([`Linha 4: ${both('As linhas 3 e 4 são iguais')}`])
  })

  test('rows with codes of their own, and rows of an export, are no twins, and rows with one code are one contract', () => {
    const coded = fileWith({ codigo: 'A' }, { codigo: 'B' }, { codigo: 'B', servico: 'Outro' }, {})
    const exported = fileWith({ id_bordero: 'ctr_1' }, { id_bordero: 'ctr_2' })
    for (const file of [coded, exported])
      expect(plan(file).planned?.warnings.list.filter(({ code }) => code.endsWith('_row'))).toEqual([])
  })

  test('the same row twice with its code is charged twice, and the sum is told', () => {
    const forty = { codigo: 'SV-040', valor: '449,50' }
    expect(told(fileWith(forty, { codigo: 'SV-041' }, forty), 'repeated_row')).toEqual([
      'Linha 4: As linhas 2 e 4 são iguais e têm o mesmo código: o contrato SV-040 será cobrado duas vezes (2 × R$ 449,50 = R$ 899,00 em cada fatura). Se é engano, apague uma; se é de propósito, escreva uma linha só com a quantidade, ou dê a cada uma uma descrição.',
    ])
    // What belongs to contract and customer may stand on the first row alone.
    const shorter = { ...forty, cliente: '', cpf_cnpj: '', dia_faturamento: '', inicio: '', vencimento: '' }
    const thrice = fileWith(
      { ...forty, quantidade: '2', desconto: '10%' },
      ...Array(2).fill({ ...shorter, quantidade: '2', desconto: '10%' }),
    )
    expect(told(thrice, 'repeated_row')?.[0]).toContain(
      'As linhas 2, 3 e 4 são iguais e têm o mesmo código: o contrato SV-040 será cobrado 3 vezes (3 × R$ 809,10 = R$ 2.427,30',
    )
  })

  test.each([[{ descricao: 'Filial' }], [{ valor: '10,00' }], [{ servico: 'Outro' }], [{ item_inicio: '01/02/2028' }]])(
    'rows of one contract that say something else of what is charged are its lines: %j',
    other => {
      expect(told(fileWith({ codigo: 'A' }, { codigo: 'A', ...other }), 'repeated_row')).toEqual([])
    },
  )

  test('an old price and a new one of a service in one contract are both charged, and the sum is told', () => {
    const service = (...rows: Record<string, string>[]) =>
      told(fileWith(...rows.map(row => ({ codigo: 'Z-1', servico: 'Internet', ...row }))), 'repeated_service')
    expect(service({ valor: '100,00' }, { valor: '120,00' })).toEqual([
      'Linha 3: As linhas 2 e 3 são do mesmo contrato, Z-1, e do mesmo serviço, com preços diferentes: todas serão cobradas (R$ 100,00 + R$ 120,00 = R$ 220,00 em cada fatura). Se uma é o preço antigo, apague-a; se são itens diferentes, dê a cada uma uma descrição.',
    ])
    expect(service({}, {}, { valor: '120,00' })?.[0]).toContain('R$ 100,00 + R$ 100,00 + R$ 120,00 = R$ 320,00')
    // Of equal rows something else is said, and so does whoever says until when the old price is charged.
    for (const other of [{}, { valor: '120,00', descricao: 'Filial' }, { valor: '9,00', servico: 'Outro' }, { codigo: 'Z-2' }])
      expect(service({}, other)).toEqual([])
    expect(service({ item_fim: '31/03/2027' }, { valor: '120,00', item_inicio: '01/04/2027' })).toEqual([])
    expect(service({ item_fim: '01/04/2027' }, { valor: '120,00', item_inicio: '01/04/2027' })).toHaveLength(1)
  })

  test('the same charge under two codes is told with both', () => {
    const told2 = (...rows: Record<string, string>[]) => told(fileWith(...rows), 'repeated_with_other_code')
    expect(told2({ codigo: 'SV-040' }, { codigo: 'SV-041', cliente: 'ANA SOUZA', observacoes: 'x' })).toEqual([
      'Linha 3: As linhas 2 (SV-040) e 3 (SV-041) têm o mesmo cliente, serviço, início e preço: são dois contratos, e o cliente será cobrado pelos dois. Se é engano, apague uma; se são dois mesmo, nada a fazer.',
    ])
    expect(told2({ codigo: 'SV-040' }, {})?.[0]).toContain('As linhas 2 (SV-040) e 3 (sem código)')
    for (const other of [{ valor: '90,00' }, { servico: 'Outro' }, { inicio: '10/02/2027' }, { cpf_cnpj: '111.444.777-35' }])
      expect(told2({ codigo: 'A' }, { codigo: 'B', ...other })).toEqual([])
    expect(
      told2(
        { codigo: 'A', inicio: '10/01/2026' },
        { codigo: 'B', inicio: '10/01/2026', fim: '31/12/2026', situacao: 'encerrado' },
      ),
    ).toEqual([])
  })

  test('a bare discount is told as what it was read, where a percentage may have been meant', () => {
    expect(told(fileWith({ desconto: '5' }), 'discount_in_reais')).toEqual([
      'Linha 2, coluna "desconto": 5 foi lido como R$ 5,00; para 5 por cento escreva 5%, e para reais, R$ 5,00.',
    ])
    for (const desconto of ['5%', '5,00', 'R$ 5', '', '101'])
      expect(told(fileWith({ desconto, valor: '500,00' }), 'discount_in_reais')).toEqual([])
  })

  test('an end or a start that leaves nothing to be billed is told', () => {
    const past = { inicio: '10/01/2026', faturado_ate: '09/12/2026' }
    expect(told(fileWith({ ...past, fim: '31/12/2026' }), 'ended_already')?.[0]).toContain(
      'O fim 31/12/2026 já passou: só se fatura',
    )
    expect(told(fileWith({ ...past, faturado_ate: '31/12/2026', fim: '31/12/2026' }), 'nothing_to_bill')).toEqual([
      'Linha 2, coluna "fim": O fim 31/12/2026 já passou: não há mais nada a faturar. Se é engano, corrija o dia.',
    ])
    expect(told(fileWith({ ...past, faturado_ate: '09/02/2027', fim: '05/02/2027' }), 'nothing_to_bill')?.[0]).toContain(
      'vem antes do primeiro período a faturar, que começaria em 10/02/2027',
    )
    const over = { ...past, faturado_ate: '31/12/2026', fim: '31/12/2026', situacao: 'encerrado' }
    expect(told(fileWith(over), 'nothing_to_bill')).toEqual([])
    expect(told(fileWith({ ...past, fim: '31/12/2027' }), 'ended_already')).toEqual([])

    expect(told(fileWith({ inicio: '10/01/2072' }), 'starts_far_ahead')?.[0]).toContain('só começa em 10/01/2072')
    expect(told(fileWith({ inicio: '31/01/2028' }), 'starts_far_ahead')).toEqual([])
  })

  test('what was billed elsewhere far ahead is told with the day until which nothing is billed', () => {
    const far = (faturado_ate: string) => told(fileWith({ inicio: '10/01/2026', faturado_ate }), 'billed_far_ahead')
    expect(far('09/04/2027')).toEqual([
      'Linha 2, coluna "faturado_ate": 09/04/2027 está longe no futuro: nada será faturado até 10/04/2027, quando sai a fatura do período que começa em 10/04/2027. Confira o dia e o ano.',
    ])
    // The period of today and the next one may well have been billed.
    expect(far('09/03/2027')).toEqual([])
  })

  test('what an export could not carry is told once, with the contracts', () => {
    const file = fileWith(
      { codigo: 'SV-005', '#fica_de_fora': 'o cliente tem R$ 10,00 de crédito' },
      { codigo: 'SV-006', servico: 'B' },
      { codigo: 'SV-015', servico: 'C', '#fica_de_fora': 'algo' },
    )
    expect(told(file, 'left_out')).toEqual([
      'Linha 2, coluna "#fica_de_fora": 2 contratos têm algo que o arquivo não leva: SV-005, SV-015 (veja a última coluna, #fica_de_fora).',
    ])
    expect(told(fileWith({ '#fica_de_fora': '' }), 'left_out')).toEqual([])
  })

  test('a price of nothing is told', () => {
    expect(told(fileWith({ valor: '0,00' }), 'price_zero')).toEqual([
      'Linha 2, coluna "valor": O preço é zero: nada será cobrado por este item. Se não é de propósito, escreva o preço.',
    ])
    expect(told(fileWith({}), 'price_zero')).toEqual([])
  })

  test('a price beyond cents is told with what it rounds to, where it does', () => {
    expect(told(fileWith({ valor: '10,005' }), 'price_rounded')).toEqual([
      'Linha 2, coluna "valor": O preço 10,005 tem mais de duas casas: cada fatura cobra R$ 10,01. Se não é de propósito, escreva o preço com duas casas.',
    ])
    // A price of two decimals is none that could be written with fewer.
    expect(told(fileWith({ valor: '99,99', quantidade: '1,5' }), 'price_rounded')).toEqual([
      'Linha 2, coluna "valor": 1,5 × 99,99 = 149,985, que não são centavos inteiros: cada fatura cobra R$ 149,99. Se deve ser outro valor, escreva quantidade 1 e o preço a cobrar.',
    ])
    expect(told(fileWith({ valor: '0,0375', quantidade: '1.001,5' }), 'price_rounded')?.[0]).toContain(
      '1.001,5 × 0,0375 = 37,55625, que não são centavos inteiros: cada fatura cobra R$ 37,56',
    )
    expect(told(fileWith({ valor: '0,0375', quantidade: '1000' }), 'price_rounded')).toEqual([])
  })

  test('one tax id under two names is charged to the first, and each row of another name says so', () => {
    const file = fileWith({}, { codigo: 'B', cliente: 'Rui' }, { codigo: 'C', cliente: 'Rita' }, { codigo: 'D' })
    const charged = 'O CPF/CNPJ 529.982.247-25 já é de "Ana Souza", da linha 2: a fatura sairá em nome de Ana Souza'
    expect(told(file, 'customer_differs_in_file')).toEqual([
      expect.stringContaining(`Linha 3, coluna "cliente": ${charged}`),
      expect.stringContaining(`Linha 4, coluna "cliente": ${charged}`),
    ])
  })

  test('a period that is yet to be billed and is said to have been is told, with the day that would leave it open', () => {
    const ahead = (row: Record<string, string>) => told(fileWith({ inicio: '20/01/2026', ...row }), 'billed_ahead')
    // On 31 January: the period of 5 February begins before the end of February.
    expect(ahead({ dia_faturamento: '5', inicio: '05/01/2026', faturado_ate: '28/02/2027' })).toEqual([
      'Linha 2, coluna "faturado_ate": 28/02/2027 fica dentro do período de 05/02/2027 a 04/03/2027: ele conta como faturado inteiro; a primeira fatura daqui começa em 05/03/2027. Se esse período ainda não foi faturado, escreva 04/02/2027; se foi, 04/03/2027 diz o mesmo sem esta observação.',
    ])
    const arrears = { dia_faturamento: '20', cobranca: 'postecipada', faturado_ate: '31/01/2027' }
    expect(ahead(arrears)?.[0]).toContain(
      'período de 20/01/2027 a 19/02/2027: ele conta como faturado inteiro; a primeira fatura daqui começa em 20/02/2027 e sai em 20/03/2027',
    )
    // The day before is what the sentence asks for, and the period's last day means the period.
    expect(ahead({ ...arrears, faturado_ate: '19/01/2027' })).toEqual([])
    expect(ahead({ ...arrears, faturado_ate: '19/02/2027' })).toEqual([])
    // Its billing day has come: it may have been billed, or not.
    const onItsDay = { dia_faturamento: '31', inicio: '31/01/2026', faturado_ate: '31/01/2027' }
    expect(ahead(onItsDay)).toEqual([])
    expect(told(fileWith(onItsDay), 'billed_part_way')?.[0]).toContain(
      '31/01/2027 fica dentro do período de 31/01/2027 a 27/02/2027: ele conta como faturado inteiro; a primeira fatura daqui começa em 28/02/2027. Se esse período ainda não foi faturado, escreva 30/01/2027',
    )
    expect(told(fileWith({ ...onItsDay, faturado_ate: '30/01/2027' }), 'billed_part_way')).toEqual([])
    expect(ahead({ dia_faturamento: '20', faturado_ate: '28/02/2027', fim: '31/01/2027' })).toEqual([])
  })
})

describe('a row that is no contract', () => {
  test.each([
    [{ cliente: 'Total' }],
    [{ codigo: 'TOTAL GERAL:' }],
    [{ servico: 'Subtotal' }],
    [{ cliente: 'Soma', quantidade: '12' }],
    [{ cliente: 'Total', quantidade: '200', valor: 'R$ 20.000,00' }],
    [{}],
  ])('but a sum below the others is told once, and to be deleted: %j', total => {
    const nobody = Object.fromEntries(
      ['cliente', 'cpf_cnpj', 'servico', 'dia_faturamento', 'inicio', 'vencimento'].map(key => [key, '']),
    )
    const { faults, planned } = plan(fileWith({}, { quantidade: '', ...nobody, valor: '19.980,00', ...total }))
    expect(shown(faults)).toEqual(['3 null looks_like_total'])
    expect(faults.list[0]?.message).toContain('Linha 3: A linha parece ser um total, e não um contrato: apague-a.')
    expect(planned?.tally.created).toBe(1)
  })

  test.each([
    // A customer may be called so, and a row without its dates is one that is not finished.
    [{ cliente: 'Total Energia Ltda' }, []],
    [{ cliente: 'Total Energia Ltda', inicio: '' }, ['2 inicio required']],
    [{ codigo: '7', servico: 'Total', cliente: '', cpf_cnpj: '', inicio: '', dia_faturamento: '', vencimento: '' }, null],
  ])('is not every row that names a total: %j', (row, faults) => {
    const found = faultsOf(fileWith(row))
    expect(found).not.toContain('2 null looks_like_total')
    if (faults !== null) expect(found).toEqual(faults)
  })

  test('cut short is a total all the same', () => {
    expect(faultsOf(`${fileWith({})}\nTotal;100,00`)).toEqual(['3 null looks_like_total'])
  })
})

describe('what is wrong with all rows alike', () => {
  const faultsOfRows = (text: string, known: typeof organizations) => {
    const { heading, rows, faults } = atOnce(readFile(new TextEncoder().encode(text)))
    if (heading !== null) atOnce(groupRows(rows, heading, known, faults))
    return faults.list.map(({ message }) => message)
  }
  const another = { id: 2, cnpj, today: civilDate('2027-01-31') }

  test('is said once: that nobody bills them', () => {
    expect(faultsOfRows(fileWith({}, {}, {}), [])).toEqual([
      'Linha 2: A conta ainda não tem organização: cadastre a empresa que fatura (npx bordero init) e importe de novo.',
    ])
  })

  test('or that nobody says who of several bills them', () => {
    expect(faultsOfRows(fileWith({}, {}, {}), [...organizations, another])).toEqual([
      'Linha 2, coluna "empresa_cnpj": A conta tem mais de uma organização: diga qual. Esperado: a coluna "empresa_cnpj", com o CNPJ de quem fatura cada linha.',
    ])
    const empty = faultsOfRows(fileWith({ empresa_cnpj: '' }, {}, { empresa_cnpj: '11.222.333/0001-81' }), [
      ...organizations,
      another,
    ])
    expect(empty).toHaveLength(2)
  })
})

describe('where the ledger of a rule begins', () => {
  const pastOf = (row: Record<string, string>) => {
    const { faults, planned } = plan(fileWith(row))
    expect(shown(faults)).toEqual([])
    return planned?.warnings.list.map(({ line, column, message }) => [line, column, message])
  }

  test('is told with its day, where periods lie before it that nobody is said to have billed', () => {
    const [[line, column, message] = []] = pastOf({ inicio: '10/11/2026' }) ?? []
    expect([line, column]).toEqual([2, 'inicio'])
    expect(message).toContain('O primeiro período cobrado começa em 10/02/2027 e é faturado em 10/02/2027')
    expect(message).toContain('preencha "faturar_desde" com 10/11/2026')
    expect(pastOf({ inicio: '01/01/2026', fim: '31/12/2026' })?.[0]?.[2]).toContain('Nada será cobrado')
  })

  test('is told of a first period that began before today, too, and of none that is cut away or comes', () => {
    expect(pastOf({ inicio: '10/01/2027' })?.[0]?.[2]).toContain('preencha "faturar_desde" com 10/01/2027')
    expect(pastOf({ inicio: '31/01/2027', dia_faturamento: '31' })).toEqual([])
    expect(pastOf({ inicio: '15/01/2027' })).toEqual([])
    expect(pastOf({ inicio: '10/11/2026', faturado_ate: '09/01/2027' })).toEqual([])
    expect(pastOf({ inicio: '10/11/2026', faturar_desde: '10/11/2026' })).toEqual([])
    expect(pastOf({ inicio: '10/11/2026', situacao: 'rascunho' })).toEqual([])
  })

  test('is told where days lie between what was billed elsewhere and what is to be billed here, which nobody bills', () => {
    const gapOf = (row: Record<string, string>) =>
      pastOf({ inicio: '01/01/2026', dia_faturamento: '1', faturar_desde: '01/02/2027', ...row })
    expect(gapOf({ faturado_ate: '31/10/2026' })).toEqual([
      [
        2,
        'faturar_desde',
        'Linha 2, coluna "faturar_desde": Ninguém vai faturar 01/11/2026 a 31/01/2027, entre o "faturado_ate" (31/10/2026) e o "faturar_desde" (01/02/2027). Para faturar esses dias aqui, escreva 01/11/2026 em "faturar_desde", ou diga quais períodos em "periodos_em_aberto"; se outro sistema os faturou, escreva 31/01/2027 em "faturado_ate".',
      ],
    ])
    // What follows without a day in between, as every export says it; and what the sentence asks for.
    expect(gapOf({ faturado_ate: '31/01/2027' })).toEqual([])
    expect(gapOf({ faturado_ate: '31/10/2026', faturar_desde: '01/11/2026' })).toEqual([])
    const daysOf = (row: Record<string, string>) =>
      gapOf(row)?.map(([, , message]) => /faturar (.*), entre/.exec(`${message}`)?.[1])
    expect(daysOf({ faturado_ate: '31/10/2026', periodos_em_aberto: '01/12/2026 a 31/12/2026' })).toEqual([
      '01/11/2026 a 30/11/2026, 01/01/2027 a 31/01/2027',
    ])
    // Part of a period is no less lost.
    expect(daysOf({ faturado_ate: '15/01/2027' })).toEqual(['16/01/2027 a 31/01/2027'])
    expect(daysOf({ faturado_ate: '10/01/2027', faturar_desde: '20/01/2027' })).toEqual(['11/01/2027 a 19/01/2027'])
    // Days on which nothing was to be charged are nobody's loss.
    expect(gapOf({ faturado_ate: '31/10/2026', suspensoes: '01/11/2026 a 31/01/2027' })).toEqual([])
    expect(gapOf({ faturado_ate: '31/10/2025' })?.[0]?.[2]).toContain('Ninguém vai faturar 01/01/2026 a 31/01/2027')
    expect(daysOf({ faturado_ate: '31/10/2026', fim: '31/12/2026', situacao: 'encerrado' })).toEqual(['01/11/2026 a 31/12/2026'])
  })

  test('is told of a line that has ended before it, or by today', () => {
    const endOf = (row: Record<string, string>) => {
      const { planned } = plan(fileWith({ inicio: '10/01/2026', faturado_ate: '09/01/2027', ...row }))
      return planned?.warnings.list.filter(({ code }) => code === 'line_ended').map(({ column, message }) => [column, message])
    }
    expect(endOf({ item_fim: '31/12/2026' })).toEqual([
      [
        'item_fim',
        'Linha 2, coluna "item_fim": O item terminou em 31/12/2026, antes do primeiro período a faturar, que começa em 10/01/2027: nada será cobrado por ele. Se é engano, corrija o dia.',
      ],
    ])
    expect(endOf({ item_fim: '15/01/2027' })?.[0]?.[1]).toContain('só se cobra o que ainda está em aberto até esse dia')
    expect(endOf({ item_fim: '05/02/2027', faturado_ate: '09/02/2027' })?.[0]?.[1]).toContain(
      'O item termina em 05/02/2027, antes',
    )
    expect(endOf({ item_fim: '31/01/2027' })).toEqual([])
    // What ends with its contract was said of that one.
    expect(endOf({ item_fim: '31/12/2026', fim: '31/12/2026' })).toEqual([])
    expect(endOf({ item_fim: '31/12/2025', fim: '31/12/2026', situacao: 'encerrado' })).toEqual([])
    expect(endOf({ item_fim: '31/12/2026', situacao: 'rascunho', faturado_ate: '' })).toEqual([])
  })

  test('is told where an end in the middle of a period is charged with all of it, and nobody said so', () => {
    const endOf = (row: Record<string, string>) => told(fileWith({ fim: '20/03/2028', ...row }), 'last_period_whole')
    expect(endOf({})).toEqual([
      'Linha 2, coluna "fim": O fim 20/03/2028 fica dentro do período de 10/03/2028 a 09/04/2028, que é cobrado inteiro. Para cobrar só os dias até o fim, escreva "proporcional" na coluna "fim_parcial"; "integral" diz o mesmo sem esta observação.',
    ])
    expect(endOf({ fim: '', regra_fim: '20/03/2028' })?.[0]).toContain('coluna "regra_fim"')
    for (const other of [
      { fim: '09/04/2028' },
      { fim_parcial: 'integral' },
      { fim_parcial: 'proporcional' },
      { cobranca: 'postecipada' },
    ])
      expect(endOf(other)).toEqual([])
    // Somebody else billed that period, or nobody bills it.
    expect(endOf({ faturado_ate: '09/04/2028' })).toEqual([])
    expect(endOf({ fim: '20/01/2027', inicio: '10/01/2026' })).toEqual([])
  })

  test('comes first of what costs money', () => {
    const row = {
      inicio: '01/01/2026',
      dia_faturamento: '1',
      valor: '0',
      faturado_ate: '31/10/2026',
      faturar_desde: '01/02/2027',
    }
    const codes = plan(fileWith(row)).planned?.warnings.list ?? []
    expect(codes.sort((a, b) => rankOf(a) - rankOf(b)).map(({ code }) => code)).toEqual(['gap_not_billed', 'price_zero'])
  })

  test('may be said to the day, with what is open before it', () => {
    const said = { faturado_ate: '09/01/2027', faturar_desde: '10/01/2027' }
    const open = { periodos_em_aberto: '10/11/2026 a 09/12/2026' }
    expect(ruleOf({ inicio: '10/10/2026', ...said, ...open })?.takenOver).toEqual({
      billFrom: '2027-01-10',
      isClosedBefore: true,
      open: [{ startsOn: '2026-11-10', endsOn: '2026-12-10' }],
    })
    expect(ruleOf({ inicio: '10/10/2026', faturar_desde: '10/11/2026' })?.takenOver).toMatchObject({
      isClosedBefore: false,
      open: [],
    })
    const wrong = (row: Record<string, string>) => faultsOf(fileWith({ inicio: '10/10/2026', ...row }))
    expect(wrong({ faturado_ate: '10/01/2027', faturar_desde: '10/01/2027' })).toEqual(['2 faturar_desde bill_from_unfit'])
    expect(wrong({ faturar_desde: '10/01/2040' })).toEqual(['2 faturar_desde invalid_bill_from'])
    expect(wrong({ faturar_desde: '10/01/2027', situacao: 'rascunho' })).toEqual(['2 faturar_desde bill_from_unfit'])
    expect(wrong(open)).toEqual(['2 periodos_em_aberto open_period_unfit'])
    const late = { periodos_em_aberto: '10/12/2026 a 09/01/2027' }
    expect(wrong({ ...said, ...late })).toEqual(['2 periodos_em_aberto open_period_unfit'])
    const long = { periodos_em_aberto: '10/11/2026 a 11/12/2026' }
    expect(wrong({ ...said, ...long })).toEqual(['2 periodos_em_aberto open_period_unfit'])
    expect(wrong({ ...said, periodos_em_aberto: '10/11/2026' })).toEqual(['2 periodos_em_aberto invalid_period'])
  })
})

describe('what readjusts the prices of a rule', () => {
  const clauseOf = (row: Record<string, string>) => {
    const { faults, planned } = plan(fileWith({ inicio: '10/02/2026', faturado_ate: '09/02/2027', ...row }))
    expect(shown(faults)).toEqual([])
    const [clause] = planned?.creations[0]?.draft.clauses ?? []
    return { clause, told: planned?.warnings.list.map(({ column, code }) => `${column} ${code}`) }
  }
  const index = { indice_reajuste: 'IPCA' }

  test.each([
    ['IGP-M', 'igpm'],
    ['igpm/fgv', 'igpm'],
    ['IPCA', 'ipca'],
    ['IGP DI', 'igpdi'],
    ['inpc', 'inpc'],
    ['IPC-FIPE', 'ipcfipe'],
    ['fipe', 'ipcfipe'],
  ])('the index may be written as people do: %s', (indice_reajuste, known) => {
    expect(clauseOf({ indice_reajuste, data_base_reajuste: '10/02/2026' }).clause?.data.index).toBe(known)
  })

  test('counts its dates from the base date, or from the last one', () => {
    expect(clauseOf({}).clause).toBeNull()
    expect(clauseOf({ ...index, data_base_reajuste: '31/01/2026' }).clause).toMatchObject({
      data: { index: 'ipca', startsOn: '2026-01-31', everyMonths: 12, lagMonths: 2, allowsNegative: false, serviceItemId: null },
      from: '2027-01-31',
    })
    for (const [written, everyMonths] of [
      ['18', 18],
      ['4 meses', 4],
      ['1 mês', 1],
      ['bienal', 24],
    ] as const) {
      const said = { ...index, data_base_reajuste: '01/01/2027', meses_reajuste: written }
      expect(clauseOf(said).clause).toMatchObject({ data: { everyMonths } })
    }
    expect(clauseOf({ ...index, ultimo_reajuste: '31/08/2026', meses_reajuste: '6' }).clause).toMatchObject({
      data: { startsOn: '2027-02-28', everyMonths: 6 },
    })
    // Today's was done already.
    expect(clauseOf({ ...index, data_base_reajuste: '31/01/2026', ultimo_reajuste: '31/01/2027' }).clause?.from).toBe(
      '2027-02-01',
    )
    // No price is readjusted on the day on which it was agreed.
    const future = { inicio: '10/03/2027', faturado_ate: '', data_base_reajuste: '10/03/2027' }
    expect(clauseOf({ ...index, ...future }).clause?.from).toBe('2027-03-11')
  })

  test('is refused where it says too little, or what no clause may', () => {
    expect(faultsOf(fileWith({ data_base_reajuste: '01/01/2027' }))).toEqual(['2 indice_reajuste required'])
    expect(faultsOf(fileWith({ ultimo_reajuste: '01/01/2027', indice_reajuste: '' }))).toEqual(['2 indice_reajuste required'])
    expect(faultsOf(fileWith(index))).toEqual(['2 data_base_reajuste required'])
    expect(faultsOf(fileWith({ ...index, data_base_reajuste: '01/01/2027', meses_reajuste: '121' }))).toEqual([
      '2 meses_reajuste out_of_bounds',
    ])
    expect(faultsOf(fileWith({ indice_reajuste: 'IPCA-15', data_base_reajuste: '01/01/2027' }))).toEqual([
      '2 indice_reajuste unknown_word',
    ])
    const published = { metodo_reajuste: 'acumulado publicado', meses_reajuste: '6' }
    expect(faultsOf(fileWith({ ...index, ...published, data_base_reajuste: '01/01/2027' }))).toEqual([
      '2 metodo_reajuste method_needs_twelve_months',
    ])
    expect(faultsOf(fileWith({ ...index, ultimo_reajuste: '31/12/2099' }))).toEqual(['2 ultimo_reajuste date_out_of_range'])
    expect(faultsOf(fileWith({ ...index, data_base_reajuste: '01/01/2027', defasagem_reajuste: '13' }))).toEqual([
      '2 defasagem_reajuste out_of_bounds',
    ])
    // Columns that every row fills in alike ask nothing of one without an index.
    expect(faultsOf(fileWith({ meses_reajuste: '12', reajuste_negativo: 'não' }))).toEqual([])
  })

  test('is worth a look where the law may not stand behind it, where one was missed, and where the next is far', () => {
    expect(clauseOf({ ...index, data_base_reajuste: '10/02/2027', meses_reajuste: '6' }).told).toEqual([
      'meses_reajuste readjustment_under_12_months',
    ])
    const missed = fileWith({ ...index, ultimo_reajuste: '01/10/2025' })
    expect(plan(missed).planned?.warnings.list.find(({ code }) => code === 'readjustment_missed')?.message).toBe(
      'Linha 2, coluna "ultimo_reajuste": Depois do último reajuste, de 01/10/2025, o de 01/10/2026 já passou, e não é feito: o próximo é o de 01/10/2027. Se o preço desta linha ainda não tem esse reajuste, escreva o preço reajustado.',
    )
    expect(clauseOf({ ...index, ultimo_reajuste: '01/10/2062' }).told).toEqual(['ultimo_reajuste readjustment_far_ahead'])
    expect(clauseOf({ ...index, data_base_reajuste: '01/10/2025' }).told).toEqual([])
  })
})

describe('a row with a cell that cannot be read', () => {
  test('is told of all that is wrong with its others', () => {
    const own = { cpf_cnpj: '11.222.333/0001-81' }
    expect(faultsOf(fileWith({ ...own, inicio: '31/02/2027', vencimento: '', retencoes: 'x' }))).toEqual([
      '2 inicio impossible_date',
      '2 retencoes invalid_withholding',
      '2 cpf_cnpj customer_is_supplier',
      '2 vencimento required',
    ])
    expect(faultsOf(fileWith({ ...own, valor: 'x', dia_faturamento: 'segunda' }))).toEqual([
      '2 valor invalid_number',
      '2 cpf_cnpj customer_is_supplier',
      '2 dia_faturamento billing_day_unfit',
    ])
  })

  test('is told of nothing that rests on that cell', () => {
    expect(faultsOf(fileWith({ recorrencia: 'x', dia_faturamento: 'segunda' }))).toEqual(['2 recorrencia unknown_word'])
    expect(faultsOf(fileWith({ valor: 'x', desconto: 'R$ 500,00' }))).toEqual(['2 valor invalid_number'])
    expect(faultsOf(fileWith({ inicio: 'x', fim: '01/01/2020' }))).toEqual(['2 inicio invalid_date'])
    expect(faultsOf(fileWith({ cpf_cnpj: '1' }, { cpf_cnpj: '529.982.247-25' }))).toEqual(['2 cpf_cnpj invalid_tax_id'])
  })

  test('leaves the other rows what they are', () => {
    const { planned } = plan(fileWith({ valor: 'x', servico: 'Outro' }, { codigo: 'B' }))
    expect(planned?.tally.created).toBe(1)
    expect(planned?.creations).toHaveLength(1)
    expect(planned?.freshServices.map(({ name }) => name)).toEqual(['Suporte'])
  })
})

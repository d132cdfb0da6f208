import { describe, expect, test } from 'vitest'
import { parseCnpj } from '../../core/brazil/cnpj.ts'
import { civilDate } from '../../core/dates.ts'
import { atOnce } from '../../core/slices.ts'
import { type FileFaults, MOST_LISTED } from '../file/fault.ts'
import { groupRows } from '../file/group-rows.ts'
import { readFile } from '../file/read-file.ts'
import type { Known } from './known.ts'
import { planImport } from './plan-import.ts'

const nothing: Known = {
  byKey: new Map(),
  customersByTaxId: new Map(),
  customersByName: new Map(),
  servicesByCode: new Map(),
  servicesByName: new Map(),
  services: new Map(),
  contractOfExternalId: new Map(),
  deletedOwnerOf: new Map(),
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
    expect(warningsOf({ planned })).toEqual(['3 cliente customer_differs_in_file', '4 email customer_differs_in_file'])
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
    expect(pastOf({ inicio: '10/11/2026', faturado_ate: '31/12/2026' })).toEqual([])
    expect(pastOf({ inicio: '10/11/2026', faturar_desde: '10/11/2026' })).toEqual([])
    expect(pastOf({ inicio: '10/11/2026', situacao: 'rascunho' })).toEqual([])
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

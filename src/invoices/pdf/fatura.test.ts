import { describe, expect, test } from 'vitest'
import { address, draftInvoice, type FaturaOptions, faturaFacts } from '../../../test/fixtures/faturas.ts'
import { civilDate, instant } from '../../core/dates.ts'
import { cents, decimal } from '../../core/money.ts'
import { type Fatura, faturaOf } from './fatura.ts'

const fatura = (options: FaturaOptions = {}): Fatura => faturaOf(faturaFacts(options))
const highlight = (of: Fatura, label: string) => of.highlights.find(one => one.label === label)
const fact = (of: Fatura, label: string) => of.facts.find(one => one.label === label)?.value

describe('an invoice on paper', () => {
  test('says what of it was renegotiated, what was received of that before, and when the rest was', () => {
    const facts = faturaFacts({ installments: 2, receipts: [{ amountCents: cents(10_000) }] })
    const [first, second] = facts.receivables
    if (first === undefined || second === undefined) throw new Error('two installments were asked for')
    const renegotiated = { state: 'renegotiated', renegotiatedBy: 1 } as const
    const waiting = faturaOf({ ...facts, receivables: [{ ...first, ...renegotiated }, second] })
    expect(waiting.installments.rows).toMatchObject([
      { state: 'Renegociada', received: '100,00', open: '–' },
      { state: 'A receber', open: '617,28' },
    ])
    expect(highlight(waiting, 'Valor líquido')?.aside).toBe('em aberto aqui: 617,28; o resto, renegociado')
    const all = facts.receivables.map(one => ({ ...one, ...renegotiated }))
    expect(highlight(faturaOf({ ...facts, receivables: all }), 'Valor líquido')?.aside).toBe('renegociado')
    const paid = faturaOf({ ...facts, receivables: all.map(one => ({ ...one, settledOn: civilDate('2026-06-10') })) })
    expect(paid.installments.rows).toMatchObject([{ state: 'Renegociada e recebida em 10/06/2026' }, {}])
  })

  test('says who bills whom, for what, how much and until when', () => {
    const it = fatura()
    expect(it.issuer).toEqual({
      name: 'Horizonte Telecomunicações Ltda.',
      details: [
        'Horizonte Telecom',
        'CNPJ 12.ABC.345/01DE-35',
        'Inscrição municipal 4.567.890-1',
        'Avenida Paulista, 1000 – conjunto 142',
        'Bela Vista – São Paulo/SP – CEP\u00a001310-100',
      ],
    })
    expect(it.customer.details.slice(0, 2)).toEqual(['Pão & Cia.', 'CNPJ 45.723.174/0001-10'])
    expect(it).toMatchObject({ number: 'nº\u00a0123', filename: 'fatura-123.pdf', state: { word: 'A receber' }, notice: null })
    expect(it.title).toBe('Fatura nº\u00a0123 – Horizonte Telecomunicações Ltda.')
    expect(it.highlights.map(({ value }) => value)).toEqual(['31/01/2026', '10/02/2026', 'janeiro de 2026', 'R$\u00a01.234,56'])
    expect(it.facts).toEqual([
      { label: 'Contrato', value: 'HZ-0042 – Link dedicado e telefonia' },
      { label: 'Período', value: '1º a 31 de janeiro de 2026' },
      { label: 'Forma de pagamento', value: 'Boleto' },
    ])
    expect(it.disclaimer).toContain('não é nota fiscal de serviço (NFS-e) nem recibo')
  })

  test('never says what is only for the house: notes, comments, reasons of a cancellation', () => {
    const text = JSON.stringify([
      fatura({ receipts: [{}] }),
      fatura({ invoice: { state: 'cancelled', cancelReason: 'não imprimir', cancelledAt: instant('2026-02-01T12:00:00.000Z') } }),
    ])
    expect(text).not.toContain('não imprimir')
  })

  test('a person has a CPF, and whoever has no tax id yet has none', () => {
    const { customer } = faturaFacts()
    const of = (changes: Partial<typeof customer>) => fatura({ facts: { customer: { ...customer, ...changes } } }).customer
    expect(of({ kind: 'person', taxId: '52998224725' as never, tradeName: null }).details[0]).toBe('CPF 529.982.247-25')
    expect(of({ taxId: null, tradeName: null, addresses: [] }).details).toEqual([])
  })

  test('is addressed to where bills go', () => {
    const { customer } = faturaFacts()
    const billing = { purpose: 'billing' as const, ...address({ street: 'Caixa postal 9', city: 'Santos', uf: 'SP' }) }
    const it = fatura({ facts: { customer: { ...customer, addresses: [...customer.addresses, billing] } } })
    expect(it.customer.details.slice(-2)).toEqual(['Caixa postal 9', 'Santos/SP'])
  })

  test('a hyphen that stands for nothing in an address is left out', () => {
    const { customer } = faturaFacts()
    const written = address({ street: 'Rua do Sol', number: '390', complement: '-', district: ' – ', city: 'Santos', uf: 'SP' })
    const addresses = [{ purpose: 'main' as const, ...written }]
    expect(fatura({ facts: { customer: { ...customer, addresses } } }).customer.details.slice(-2)).toEqual([
      'Rua do Sol, 390',
      'Santos/SP',
    ])
  })

  test('a name that nobody can see leaves a dash, one of pictures alone a sign, and none nothing', () => {
    const { customer } = faturaFacts()
    const nameOf = (name: string) => fatura({ facts: { customer: { ...customer, name } } }).customer.name
    expect([nameOf('\u200b'), nameOf('😀'), nameOf('شركة')]).toEqual(['–', '□', '□'])
  })
})

describe('where it stands cannot be overlooked', () => {
  test('not issued: no number, planned dates, and that it is not to be paid', () => {
    const it = fatura({ invoice: draftInvoice, installments: 2 })
    expect(it).toMatchObject({
      number: 'sem número',
      filename: 'fatura-inv_77.pdf',
      state: { word: 'Ainda não emitida', tone: 'warning' },
    })
    expect(it.notice).toMatchObject({ title: 'Fatura ainda não emitida', tone: 'warning' })
    expect(it.notice?.text).toContain('não deve ser paga')
    expect(it.notice?.text).toContain('prevista para 31/01/2026')
    expect(highlight(it, 'Emissão')).toMatchObject({ value: 'não emitida', aside: 'prevista para 31/01/2026' })
    expect(highlight(it, 'Vencimento previsto')).toMatchObject({ value: '2 parcelas' })
    expect(it.installments).toMatchObject({ title: 'Parcelas previstas', isIssued: false, rows: [{ state: 'Prevista' }, {}] })
  })

  test('blocked', () => {
    const it = fatura({ invoice: { ...draftInvoice, approval: 'blocked' } })
    expect(it).toMatchObject({ state: { word: 'Bloqueada' }, notice: { title: 'Fatura bloqueada' } })
    expect(it.notice?.text).toContain('Aguarda aprovação')
  })

  test('cancelled, on the day that it was where the issuer is; an issued one keeps its number', () => {
    const it = fatura({ invoice: { state: 'cancelled', cancelledAt: instant('2026-02-02T02:30:00.000Z') } })
    expect(it).toMatchObject({
      number: 'nº\u00a0123',
      state: { word: 'Cancelada', tone: 'bad' },
      notice: { title: 'Fatura cancelada em 01/02/2026', text: 'Não deve ser paga.' },
      installments: { rows: [{ state: 'Cancelada', open: '–', received: '–' }] },
    })
    const never = fatura({ invoice: { ...draftInvoice, state: 'cancelled', cancelledAt: instant('2026-02-02T12:00:00.000Z') } })
    expect(highlight(never, 'Emissão')).toEqual({ label: 'Emissão', value: 'não emitida', aside: null })
  })

  test('received', () => {
    const it = fatura({ invoice: { state: 'received' }, receipts: [{ amountCents: cents(123_456), surplusCents: cents(544) }] })
    expect(it).toMatchObject({ state: { word: 'Recebida', tone: 'good' }, notice: null })
    expect(it.installments.rows).toEqual([
      {
        part: 'única',
        dueOn: '10/02/2026',
        amount: '1.234,56',
        received: '1.234,56',
        open: '0,00',
        state: 'Recebida em 09/02/2026',
        details: ['Pagamento de 1.234,56 em 09/02/2026, por Pix; mais 5,44, que ficaram como crédito do cliente'],
      },
    ])
  })

  test('late or not depends on the day of reading: the same invoice is the same document', () => {
    const facts = faturaFacts()
    const late = { ...facts, receivables: facts.receivables.map(one => ({ ...one, isLate: true })) }
    expect(faturaOf(late)).toEqual(faturaOf(facts))
  })
})

describe('what is asked for', () => {
  test('lines, events, adjustments with their reason, and what lowers the sum with a real minus sign', () => {
    const { invoice } = faturaFacts()
    const reason = { madeBy: 'x', createdAt: invoice.createdAt, id: 1, amountCents: cents(5_000) }
    const it = fatura({
      lines: [
        { discountCents: cents(10_000) },
        {
          description: 'Plano de voz',
          serviceItemId: 2,
          quantity: decimal('2.5'),
          unitPrice: decimal('0.0375'),
          grossCents: cents(9),
        },
        {
          source: 'event',
          serviceItemId: null,
          description: 'Visita técnica',
          unitPrice: decimal('150'),
          grossCents: cents(15_000),
        },
        { source: 'adjustment', serviceItemId: null, description: 'Abono', grossCents: cents(0), discountCents: cents(5_000) },
      ],
      facts: { adjustments: [{ ...reason, linePosition: 4, kind: 'discount', reason: 'Link parado' }] },
    })
    expect(it.hasDiscounts).toBe(true)
    expect(it.lines).toEqual([
      {
        title: 'Link dedicado 500 Mbps',
        details: [],
        quantity: '1',
        unitPrice: '1.234,56',
        discount: '100,00',
        amount: '1.134,56',
      },
      { title: 'Telefonia', details: ['Plano de voz'], quantity: '2,5', unitPrice: '0,0375', discount: '–', amount: '0,09' },
      { title: 'Visita técnica', details: ['Acréscimo'], quantity: '1', unitPrice: '150,00', discount: '–', amount: '150,00' },
      {
        title: 'Abono',
        details: ['Desconto por ajuste: Link parado'],
        quantity: '–',
        unitPrice: '–',
        discount: '50,00',
        amount: '−50,00',
      },
    ])
    expect(it.totals.map(({ label, value }) => `${label} ${value}`)).toEqual([
      'Valor bruto 1.384,65',
      'Descontos −150,00',
      'Valor líquido R$\u00a01.234,65',
    ])
  })

  test('each tax that is withheld, with its rate and what it is reckoned on', () => {
    const rates = [
      { tax: 'irrf', rateMicros: 15_000 },
      { tax: 'iss', rateMicros: 50_000 },
    ] as const
    expect(fatura({ rates }).totals).toEqual([
      { label: 'Valor bruto', value: '1.234,56', isResult: false },
      { label: 'IRRF retido na fonte (1,5% de 1.234,56)', value: '−18,52', isResult: false },
      { label: 'ISS retido na fonte (5% de 1.234,56)', value: '−61,73', isResult: false },
      { label: 'Total retido na fonte', value: '−80,25', isResult: false },
      { label: 'Valor líquido', value: 'R$\u00a01.154,31', isResult: true },
    ])
  })

  test('a readjustment stands below the line whose price it made', () => {
    const text = 'Preço reajustado em 01/01/2026 pelo IPCA.'
    const it = fatura({ lines: [{}, {}], facts: { readjustments: [{ linePosition: 2, text }] } })
    expect(it.lines.map(({ details }) => details)).toEqual([[], [text]])
  })

  test('the days in words, and how many of them are charged', () => {
    const of = (startsOn: string, endsOn: string, proration: { days: number; of: number } | null = null) =>
      fact(fatura({ invoice: { period: { startsOn: civilDate(startsOn), endsOn: civilDate(endsOn) }, proration } }), 'Período')
    expect(of('2026-01-31', '2026-02-28')).toBe('31 de janeiro a 27 de fevereiro de 2026')
    expect(of('2025-12-15', '2026-01-15')).toBe('15 de dezembro de 2025 a 14 de janeiro de 2026')
    expect(of('2026-03-01', '2026-03-02')).toBe('1º de março de 2026')
    expect(of('2026-01-15', '2026-02-01', { days: 17, of: 31 })).toBe('15 a 31 de janeiro de 2026, proporcional a 17 de 31 dias')
    expect(fact(fatura({ invoice: { period: null } }), 'Período')).toBeUndefined()
  })
})

describe('what is owed', () => {
  test('each installment, what came of it and how, and the sum', () => {
    const undone = instant('2026-02-10T12:00:00.000Z')
    const it = fatura({
      installments: 3,
      receipts: [
        { amountCents: cents(20_000), method: 'boleto' },
        { kind: 'abatement', amountCents: cents(1_000), method: null },
        { kind: 'credit', amountCents: cents(152), method: null },
        { amountCents: cents(777), undoneAt: undone },
      ],
    })
    expect(it.installments.rows[0]).toEqual({
      part: '1 de 3',
      dueOn: '10/02/2026',
      amount: '411,52',
      received: '201,52',
      open: '200,00',
      state: 'Recebida em parte',
      details: [
        'Pagamento de 200,00 em 09/02/2026, por boleto',
        'Abatimento de 10,00 em 09/02/2026',
        'Crédito do cliente usado: 1,52 em 09/02/2026',
      ],
    })
    expect(it.installments.total).toEqual({ amount: '1.234,56', received: '201,52', open: '1.023,04' })
    expect(highlight(it, 'Vencimento')).toMatchObject({ value: '3 parcelas', aside: '10/02/2026 a 10/04/2026' })
    expect(highlight(it, 'Valor líquido')).toMatchObject({ aside: 'em aberto: 1.023,04' })
  })

  test('an invoice of zero asks for nothing', () => {
    const zero = { unitPrice: decimal('0'), grossCents: cents(0) }
    const it = fatura({ lines: [zero], invoice: { state: 'received' } })
    expect(it.installments.rows).toMatchObject([{ amount: '0,00', open: '0,00', state: 'Sem valor a pagar' }])
  })
})

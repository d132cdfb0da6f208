import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ColumnKey, kindOf } from './columns.ts'
import { isMisread } from './reading.ts'

/** What a cell of a column is read as: its value, or the code of what is wrong. */
function read(key: ColumnKey, text: string): unknown {
  const reading = kindOf(key).parse(text)
  return isMisread(reading) ? reading.code : reading.value
}

/** What is told of a cell that cannot be read. */
function expectedOf(key: ColumnKey, text: string): string {
  const reading = kindOf(key).parse(text)
  return isMisread(reading) ? reading.expected : 'nothing: it is right'
}

describe('dates', () => {
  test('are Brazilian, or ISO', () => {
    expect(read('startsOn', '31/01/2026')).toBe('2026-01-31')
    expect(read('startsOn', '2026-01-31')).toBe('2026-01-31')
  })

  test.each([
    ['31/02/2026', 'impossible_date'],
    ['29/02/2026', 'impossible_date'],
    ['2026-13-01', 'impossible_date'],
    ['1/2/2026', 'ambiguous_date'],
    ['01/02/26', 'ambiguous_date'],
    ['01-02-2026', 'ambiguous_date'],
    ['janeiro', 'invalid_date'],
    ['46053', 'invalid_date'],
    ['31/01/0206', 'impossible_date'],
    ['31/01/2126', 'out_of_bounds'],
  ])('%s is refused as %s', (text, code) => {
    expect(read('startsOn', text)).toBe(code)
  })
})

test('a date without its zeros is read where no month has its first number, and otherwise both days are told to choose from', () => {
  expect(read('startsOn', '15/8/2023')).toBe('2023-08-15')
  expect(read('startsOn', '8/8/2023')).toBe('2023-08-08')
  expect(read('startsOn', '31/2/2023')).toBe('impossible_date')
  expect(read('startsOn', '1/8/2023')).toBe('ambiguous_date')
  expect(expectedOf('startsOn', '1/8/2023')).toContain(
    '01/08/2023, se o dia vem primeiro, ou 08/01/2023, se o mês vem primeiro (sem os zeros não se sabe',
  )
  expect(expectedOf('startsOn', '8/15/2023')).toMatch(/^15\/08\/2023, se o mês vem primeiro/)
  expect(read('startsOn', '8/15/2023')).toBe('ambiguous_date')
})

test('a date that a spreadsheet has turned into its number says how to turn it back', () => {
  expect(expectedOf('startsOn', '46053')).toContain('a coluna formatada como data')
})

describe('numbers', () => {
  test.each([
    ['unitPrice', '1.234,56', '1234.56'],
    ['unitPrice', 'R$ 1.234,56', '1234.56'],
    ['unitPrice', '99', '99'],
    ['unitPrice', '0,0375', '0.0375'],
    ['unitPrice', '0,00', '0'],
    ['quantity', '2,5', '2.5'],
    ['maxAmountCents', '1.890,00', 189_000],
    ['maxGrowthPercent', '30%', '30'],
    ['maxGrowthPercent', '12,5 %', '12.5'],
    ['installments', '12', 12],
  ] as const)('%s %s is %s', (key, text, value) => {
    expect(read(key, text)).toBe(value)
  })

  test.each([
    ['unitPrice', '1,234.56', 'ambiguous_number'],
    ['unitPrice', '1.234', 'ambiguous_number'],
    ['unitPrice', '99.90', 'ambiguous_number'],
    ['unitPrice', '-10,00', 'negative_number'],
    ['unitPrice', 'grátis', 'invalid_number'],
    ['unitPrice', '99.999.999.999,00', 'out_of_bounds'],
    ['unitPrice', '0,1234567', 'invalid_number'],
    ['quantity', '0', 'out_of_bounds'],
    ['quantity', '-1', 'negative_number'],
    ['maxAmountCents', '0,00', 'out_of_bounds'],
    ['installments', '0', 'out_of_bounds'],
    ['installments', '1000', 'out_of_bounds'],
    ['installments', 'duas', 'invalid_number'],
  ] as const)('%s %s is refused as %s', (key, text, code) => {
    expect(read(key, text)).toBe(code)
  })
})

describe('a number that two people read in two ways', () => {
  test.each([
    ['unitPrice', '1.250', '1250,00 ou 1,25'],
    ['unitPrice', 'R$ 12.345', '12345,00 ou 12,345'],
    ['unitPrice', '99.90', '99,90'],
    ['unitPrice', '1,234.56', '1234,56'],
    ['unitPrice', '1.23.45', 'um valor como 1.234,56'],
    ['maxAmountCents', '1.250', '1250,00 ou 1,25'],
    // An amount has no thousandths: only one reading is left.
    ['maxAmountCents', '1.234', '1234,00'],
    ['quantity', '1.250', '1250 ou 1,25'],
    ['quantity', '1.5', '1,5'],
    ['discount', '1.250', '1250,00 ou 1,25'],
    // Without its sign it would be an amount.
    ['discount', '12.5%', '12,5%'],
    ['maxGrowthPercent', '12.5%', '12,5%'],
  ] as const)('%s %s is shown as both would be written: %s', (key, text, expected) => {
    expect(read(key, text)).toBe('ambiguous_number')
    expect(expectedOf(key, text)).toBe(expected)
  })

  test.each([
    ['maxAmountCents', '10,005', 'um valor como 1.234,56, com até 2 casas depois da vírgula'],
    ['unitPrice', '0,1234567', 'um valor como 1.234,56, com até 6 casas depois da vírgula'],
    ['maxGrowthPercent', '1,2345%', 'um percentual como 30%, com até 3 casas depois da vírgula'],
  ] as const)('%s %s is told how many digits there may be', (key, text, expected) => {
    expect(expectedOf(key, text)).toBe(expected)
  })
})

describe('discounts', () => {
  test('are a percentage or an amount', () => {
    expect(read('discount', '10%')).toEqual({ percent: '10' })
    expect(read('discount', '12,5%')).toEqual({ percent: '12.5' })
    expect(read('discount', 'R$ 50,00')).toEqual({ cents: 5_000 })
    expect(read('discount', '50,00')).toEqual({ cents: 5_000 })
    expect(read('discount', '100,01%')).toBe('out_of_bounds')
    expect(read('discount', '0%')).toBe('out_of_bounds')
    expect(read('discount', '-5%')).toBe('negative_number')
  })
})

describe('due rules', () => {
  test.each([
    ['dia 10', { kind: 'fixed_day', day: 10, roll: 'none' }],
    ['Todo dia 5', { kind: 'fixed_day', day: 5, roll: 'none' }],
    ['10 dias', { kind: 'day_quantity', days: 10, onlyBusinessDays: false, roll: 'none' }],
    ['10 dias úteis', { kind: 'day_quantity', days: 10, onlyBusinessDays: true, roll: 'none' }],
    ['1 dia útil', { kind: 'day_quantity', days: 1, onlyBusinessDays: true, roll: 'none' }],
    ['à vista', { kind: 'day_quantity', days: 0, onlyBusinessDays: false, roll: 'none' }],
    ['último dia do mês', { kind: 'last_day_of_month', onlyBusinessDays: false, roll: 'none' }],
    ['ULTIMO DIA UTIL', { kind: 'last_day_of_month', onlyBusinessDays: true, roll: 'none' }],
    ['dia 5 do mês seguinte', { kind: 'fixed_day_and_month_quantity', day: 5, months: 1, roll: 'none' }],
    ['dia 5 do próximo mês', { kind: 'fixed_day_and_month_quantity', day: 5, months: 1, roll: 'none' }],
    ['dia 5 após 2 meses', { kind: 'fixed_day_and_month_quantity', day: 5, months: 2, roll: 'none' }],
    ['dia 20 do mesmo mês', { kind: 'fixed_day_and_month_quantity', day: 20, months: 0, roll: 'none' }],
    ['dia 10, adiado para dia útil', { kind: 'fixed_day', day: 10, roll: 'next_business_day' }],
    ['dia 10, antecipado para dia útil', { kind: 'fixed_day', day: 10, roll: 'previous_business_day' }],
  ])('%s', (text, rule) => {
    expect(read('due', text)).toEqual(rule)
  })

  test.each([
    ['10', 'ambiguous_due_rule'],
    ['dia 32', 'out_of_bounds'],
    ['dia 0', 'out_of_bounds'],
    ['1000 dias', 'out_of_bounds'],
    ['dia 5 após 121 meses', 'out_of_bounds'],
    ['quando der', 'invalid_due_rule'],
  ])('%s is refused as %s', (text, code) => {
    expect(read('due', text)).toBe(code)
  })
})

describe('words', () => {
  test.each([
    ['rhythm', 'Mensal', { unit: 'month', every: 1 }],
    ['rhythm', 'quinzenal', { unit: 'week', every: 2 }],
    ['rhythm', 'a cada 5 meses', { unit: 'month', every: 5 }],
    ['rhythm', 'diária', 'unknown_word'],
    ['rhythm', 'a cada 0 meses', 'out_of_bounds'],
    ['timing', 'Postecipada', 'arrears'],
    ['timing', 'pré', 'advance'],
    ['competenceShift', 'mês anterior', -1],
    ['paymentMethod', 'Cartão', 'card'],
    ['paymentMethod', 'TED', 'transfer'],
    ['paymentMethod', 'cheque', 'unknown_word'],
    ['management', 'sob demanda', 'on_request'],
    ['approvalWanted', 'NÃO', false],
    ['billWhileOverdue', 's', true],
    ['billingDay', '31', { day: 31 }],
    ['billingDay', 'último dia', { day: 31 }],
    ['billingDay', 'terça-feira', { weekday: 2 }],
    ['billingDay', '32', 'out_of_bounds'],
    ['billingDay', 'cedo', 'invalid_number'],
    ['uf', 'sp', 'SP'],
    ['uf', 'São Paulo', 'invalid_uf'],
    ['zipCode', '01310-100', '01310100'],
    ['zipCode', '0131', 'invalid_zip_code'],
  ] as const)('%s: %s', (key, text, value) => {
    expect(read(key, text)).toEqual(value)
  })
})

describe('tax ids', () => {
  test('are checked by their digits, letters allowed', () => {
    expect(read('taxId', '12.ABC.345/01DE-35')).toEqual({ kind: 'company', taxId: '12ABC34501DE35' })
    expect(read('taxId', '529.982.247-25')).toEqual({ kind: 'person', taxId: '52998224725' })
    expect(read('taxId', '529.982.247-26')).toBe('invalid_tax_id')
    for (const lost of ['1.23457E+13', '9,01E+13', '9E13']) expect(read('taxId', lost)).toBe('scientific_notation')
    expect(read('organization', '9,01E+13')).toBe('scientific_notation')
    expect(read('organization', '529.982.247-25')).toBe('invalid_cnpj')
  })
})

describe('a tax id whose zeros a spreadsheet has eaten', () => {
  test.each([
    ['taxId', '1234567000195', '01.234.567/0001-95'],
    ['taxId', '1.234.567/0001-95', '01.234.567/0001-95'],
    ['taxId', '1234567890', '012.345.678-90'],
    // So short that it is right as either.
    ['taxId', '191', '00.000.000/0001-91 ou 000.000.001-91'],
    ['organization', '1234567000195', '01.234.567/0001-95'],
  ] as const)('%s %s is refused, and told in full: %s', (key, text, whole) => {
    expect(read(key, text)).toBe('lost_zeros')
    expect(expectedOf(key, text)).toBe(`${whole} (confira se é este), com a coluna formatada como texto`)
  })

  test('is another one where zeros do not make it valid', () => {
    expect(read('taxId', '1234567000196')).toBe('invalid_tax_id')
    expect(read('taxId', '123456798')).toBe('invalid_tax_id')
    expect(read('organization', '1234567890')).toBe('invalid_cnpj')
    expect(read('taxId', '0')).toBe('invalid_tax_id')
  })
})

describe('lists in a cell', () => {
  test('tell which of several items was not read', () => {
    expect(expectedOf('openReceivables', '31/01/2026=150,00|31/02/2026=10,00')).toContain('; não foi lido "31/02/2026=10,00"')
    expect(expectedOf('openReceivables', '31/02/2026=10,00')).not.toContain('não foi lido')
    expect(expectedOf('externalIds', `a=1|b=${'x'.repeat(10_000)}`).length).toBeLessThan(200)
  })

  test('withholdings', () => {
    const rates = [
      { tax: 'irrf', rateMicros: 15_000 },
      { tax: 'iss', rateMicros: 20_000 },
    ]
    expect(read('withholdings', 'ISS 2%; IRRF 1,5%')).toEqual(rates)
    expect(read('withholdings', 'IRRF: 1,50% | ISS=2%')).toEqual(rates)
    expect(read('withholdings', 'CSLL 0,65%')).toEqual([{ tax: 'csll', rateMicros: 6_500 }])
    for (const text of ['IRRF', 'ICMS 18%', 'ISS 2% | ISS 3%', 'ISS 101%', 'ISS 100%', 'ISS 60% | IRRF 40%']) {
      expect(read('withholdings', text)).toBe('invalid_withholding')
    }
  })

  test('open receivables, in order of their due dates', () => {
    expect(read('openReceivables', '28/02/2026=150,00|31/01/2026 = R$ 1.150,00')).toEqual([
      { dueOn: '2026-01-31', amountCents: 115_000 },
      { dueOn: '2026-02-28', amountCents: 15_000 },
    ])
    for (const text of ['31/02/2026=150,00', '31/01/2026', '31/01/2026=0,00', '31/01/2026=1.5']) {
      expect(read('openReceivables', text)).toBe('invalid_open_receivable')
    }
  })

  test('external ids, each with its system or of the one that a column names', () => {
    expect(read('externalIds', 'omie=123 | hubsoft=55')).toEqual([
      { system: 'omie', id: '123' },
      { system: 'hubsoft', id: '55' },
    ])
    expect(read('externalIds', '123')).toEqual([{ system: null, id: '123' }])
    expect(read('externalIds', 'omie=')).toBe('invalid_external_id')
    const text = fc.string({ minLength: 1, maxLength: 20 }).filter(it => it.trim() === it && !/[\n\r]/.test(it))
    const ids = fc.array(fc.record({ system: text, id: text }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(ids, list => {
        expect(read('externalIds', kindOf('externalIds').format(list))).toEqual(list)
      }),
    )
  })
})

describe('e-mail addresses', () => {
  test('are parted by what people write between them', () => {
    const two = ['a@x.com.br', 'b@y.com.br']
    for (const between of ['|', ' | ', ', ', ';', ' ', ' |', '| ']) expect(read('emails', two.join(between))).toEqual(two)
    expect(read('emails', 'a@x.com.br|')).toEqual(['a@x.com.br'])
    expect(read('emails', 'a|b')).toBe('invalid_email')
  })

  test('come back as they were exported, a bar within one included', () => {
    expect(read('emails', 'contas|filial@x.com.br')).toEqual(['contas|filial@x.com.br'])
    const local = fc.string({ unit: fc.constantFrom('a', 'b', '|', '-', '+', '='), minLength: 1, maxLength: 6 })
    const list = fc.uniqueArray(
      local.map(text => `${text}@x.com.br`),
      { minLength: 1, maxLength: 4 },
    )
    fc.assert(
      fc.property(list, each => {
        expect(read('emails', kindOf('emails').format(each))).toEqual(each)
      }),
    )
  })
})

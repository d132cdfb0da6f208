import { describe, expect, test } from 'vitest'
import { civilDate } from '../../core/dates.ts'
import { cents, decimal } from '../../core/money.ts'
import type { Recurrence } from './recurrence.ts'
import { linePhrase, managementPhrase, recurrencePhrase, termsSentence } from './rule-sentence.ts'
import { defaultCuts, type Line } from './terms.ts'

describe('a recurrence in words', () => {
  test.each([
    ['month', 1, '2026-01-10', 'todo mês no dia 10'],
    ['month', 1, '2026-01-31', 'todo mês no dia 31 (ou no último dia do mês)'],
    ['month', 3, '2026-01-05', 'a cada 3 meses no dia 5'],
    ['month', 12, '2026-03-01', 'todo ano em 1º de março'],
    ['month', 24, '2026-03-10', 'a cada 2 anos em 10 de março'],
    ['week', 1, '2026-06-15', 'toda segunda-feira'],
    ['week', 2, '2026-06-20', 'a cada 2 semanas, no sábado'],
  ] satisfies [Recurrence['unit'], number, string, string][])('%s %i %s: %s', (unit, every, anchor, words) => {
    expect(recurrencePhrase({ unit, every, anchor: civilDate(anchor) })).toBe(words)
  })
})

const line: Line = {
  position: 1,
  serviceItemId: 1,
  description: 'Hospedagem',
  quantity: decimal('2.5'),
  unitPrice: decimal('5.75'),
  discountPercent: null,
  discountCents: null,
  categoryId: null,
  withholdings: null,
  withheldCents: null,
  validFrom: null,
  validUntil: null,
}

test('a line says its amount, its discount and its own validity', () => {
  expect(linePhrase(line)).toBe('2,5 × Hospedagem: R$ 14,38')
  expect(linePhrase({ ...line, discountPercent: decimal('10') })).toBe('2,5 × Hospedagem: R$ 14,38, menos 10% (R$ 1,44)')
  expect(linePhrase({ ...line, discountCents: cents(100), validFrom: civilDate('2026-02-01') })).toBe(
    '2,5 × Hospedagem: R$ 14,38, menos R$ 1,00, a partir de 01/02/2026',
  )
})

test('what comes by itself is told from what a run that somebody asks for does', () => {
  expect(managementPhrase.draft).toBe(
    'a execução diária só faz o rascunho; ele é emitido por uma pessoa ou por uma execução pedida (bordero bill)',
  )
  expect(managementPhrase.on_request).toBe('a execução diária não fatura; só uma execução pedida (bordero bill) fatura, e emite')
})

test('a version says in one sentence what it does', () => {
  const sentence = termsSentence({
    version: 1,
    validFrom: civilDate('2026-01-10'),
    recurrence: { unit: 'month', every: 1, anchor: civilDate('2026-01-10') },
    timing: 'advance',
    competenceShift: -1,
    due: { kind: 'fixed_day', day: 20, installments: 3 },
    paymentMethod: 'boleto',
    management: 'automatic',
    approvalWanted: true,
    ...defaultCuts('advance'),
    priceChange: 'next_period',
    endsOn: null,
    maxAmountCents: null,
    maxGrowthPercent: null,
    withholdings: [],
    description: null,
    lines: [line],
  })
  expect(sentence).toBe(
    'Fatura todo mês no dia 10, adiantado; vence no dia 20 após o faturamento, em 3 parcelas; boleto; competência do mês anterior ao faturamento; faturado e emitido automaticamente; precisa de aprovação.',
  )
})

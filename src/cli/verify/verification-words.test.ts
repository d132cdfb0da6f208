import { expect, test } from 'vitest'
import type { Verification } from '../answers.ts'
import { verificationSentence, verificationWords } from './verification-words.ts'

const checked = {
  contracts: 2,
  rules: 2,
  periods: 5,
  invoices: 1,
  receivables: 3,
  events: 0,
  customers: 1,
  credits: 0,
  entries: 40,
  seals: 1,
}

function verification(result: Partial<NonNullable<Verification['result']>>): Verification {
  return {
    id: 'ver_1',
    state: 'done',
    full: true,
    since: null,
    createdAt: '2027-01-31T15:00:00.000Z',
    finishedAt: '2027-01-31T15:00:00.000Z',
    result: { mode: 'full', clean: true, head: null, checked, found: {}, findings: [], due: {}, information: [], ...result },
  }
}

test('nothing wrong is said with what was looked at', () => {
  expect(verificationSentence(verification({}))).toBe(
    'limpo: 1 fatura, 5 períodos, 3 parcelas e 40 registros do histórico; tudo conferido de novo',
  )
})

test('what is wrong is told with its code, and what is not listed is counted', () => {
  const finding = { code: 'gap', subject: 'rul_1', period: null, sentence: 'rul_1: há dias sem nenhum período.', details: {} }
  const words = verificationWords(
    verification({ clean: false, found: { gap: 120 }, findings: [finding], due: { needs_catch_up: 2 }, head: 'ab' }),
  )
  expect(
    words,
  ).toBe(`Verificação ver_1: 120 achados: 1 fatura, 5 períodos, 3 parcelas e 40 registros do histórico; tudo conferido de novo.

Está errado:
  rul_1: há dias sem nenhum período. (gap)
  … e mais 119 (veja --json).

Vencido e não faturado, com o motivo: needs_catch_up 2.

Ponto do histórico, para anotar e conferir depois com --since:
  ab`)
})

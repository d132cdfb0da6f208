import { expect, test } from 'vitest'
import { noEmissions } from '../../../test/cli/command.ts'
import type { Run } from '../answers.ts'
import { emissionLines } from './emission-words.ts'
import { outcomeSentence, previewSentence, tallyTable } from './run-words.ts'

const run: Run = {
  id: 'run_1',
  state: 'previewed',
  cause: 'person',
  day: '2027-01-31',
  organization: null,
  preview: true,
  forecast: false,
  pauseReason: null,
  error: null,
  planHash: 'abc',
  counters: { due: 161, pending: 160, billed: 0, notBilled: 1, parked: 0 },
  totals: { plannedCents: 37_072_753, pendingCents: 37_072_753, billedCents: 0, notBilledCents: 1_890_000 },
  emissions: noEmissions,
  outcomes: [
    {
      kind: 'bill',
      outcome: 'above_safety_bound',
      class: 'not_billed',
      items: 1,
      netCents: 1_890_000,
      sentence: 'O valor passa do limite.',
    },
  ],
  createdAt: '2027-01-31T15:00:00.000Z',
  expiresAt: null,
  finishedAt: null,
  version: 1,
}

const emitted = {
  kind: 'bill',
  outcome: 'emitted',
  class: 'billed',
  items: 100,
  netCents: 30_000_000,
  sentence: 'Fatura emitida.',
} as const

test('a preview counts in its sentence what its table counts', () => {
  expect(tallyTable(run)).toMatch(/^Total +161 +389\.627,53$/m)
  expect(previewSentence(run)).toBe(
    'run_1, 161 itens, R$ 389.627,53: 160 a faturar, R$ 370.727,53; 1 fica de fora, R$ 18.900,00; nada foi faturado ainda',
  )
})

test('a run that stands still says what is still to be billed, and adds up', () => {
  const paused: Run = {
    ...run,
    state: 'paused',
    pauseReason: 'paused_by_person',
    counters: { ...run.counters, pending: 60, billed: 100 },
    totals: { ...run.totals, pendingCents: 7_072_753, billedCents: 30_000_000 },
    outcomes: [emitted, ...run.outcomes],
  }
  expect(tallyTable(paused)).toMatch(/^Total +161 +389\.627,53$/m)
  expect(outcomeSentence(paused)).toBe(
    '161 itens, R$ 389.627,53: 100 faturados, R$ 300.000,00; 60 por faturar, R$ 70.727,53; 1 não faturado, R$ 18.900,00. Alguém a pausou.',
  )
})

test('what was billed before and only goes out now is told beside the totals, and is in none', () => {
  const waited = { awaitingApproval: 2, awaitingApprovalCents: 30_000, customerOverdue: 1, customerOverdueCents: 30_000 }
  const emissions = { ...noEmissions, due: 7, emitted: 4, notEmitted: 3, emittedCents: 120_000, ...waited }
  const waiting = { kind: 'emit', class: 'not_billed', netCents: 30_000, sentence: 'Continua por emitir.' } as const
  const told: Run = {
    ...run,
    emissions,
    outcomes: [
      ...run.outcomes,
      { ...emitted, kind: 'emit', items: 4, netCents: 120_000 },
      { ...waiting, outcome: 'awaiting_approval', items: 2 },
      { ...waiting, outcome: 'customer_overdue', items: 1 },
    ],
  }
  expect(tallyTable(told)).toBe(tallyTable(run))
  expect(emissionLines(told).join('')).toBe(
    'Faturas que já existiam (faturadas antes, fora dos totais acima): 4 emitidas, R$ 1.200,00; 2 à espera de aprovação, R$ 300,00; 1 à espera de cliente em atraso, R$ 300,00.',
  )
  expect(emissionLines(run)).toEqual([])
})

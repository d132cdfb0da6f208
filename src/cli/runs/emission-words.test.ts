import { expect, test } from 'vitest'
import { command, noEmissions } from '../../../test/cli/command.ts'

const run = {
  id: 'run_7',
  state: 'previewed',
  cause: 'person',
  day: '2027-01-31',
  organization: null,
  preview: true,
  forecast: false,
  pauseReason: null,
  error: null,
  planHash: 'abc',
  counters: { due: 0, pending: 0, billed: 0, notBilled: 0, parked: 0 },
  totals: { plannedCents: 0, pendingCents: 0, billedCents: 0, notBilledCents: 0 },
  emissions: noEmissions,
  outcomes: [],
  createdAt: '2027-01-31T15:00:00.000Z',
  expiresAt: null,
  finishedAt: null,
  version: 1,
}

const invoice = {
  item: 1,
  kind: 'emit',
  customer: { id: 'cus_1', name: 'Padaria São João' },
  contract: { id: 'ctr_1', name: 'Link dedicado', code: 'C-0001' },
  periodStart: '2027-01-01',
  periodEnd: '2027-02-01',
  scheduledOn: '2027-01-01',
  netCents: 150_000,
  invoice: 'inv_12',
  number: null,
  class: 'pending',
  outcome: null,
  waits: null,
}

const answered = (body: object, items: object[] = []) => ({
  'POST /v1/billing-runs': { status: 202, body },
  'POST /v1/billing-runs/run_7/bill': { status: 202, body },
  'GET /v1/billing-runs/run_7/items': { body: { data: items, nextCursor: null } },
})

const waits = { awaitingApproval: 7, awaitingApprovalCents: 70_000, customerOverdue: 3, customerOverdueCents: 9_000 }

test('a preview says what goes out, with its sum and one by one, and what waits for whom', async () => {
  const emissions = {
    ...noEmissions,
    ...waits,
    due: 36,
    pending: 36,
    pendingCents: 4_579_000,
    goingOut: 26,
    goingOutCents: 4_500_000,
  }
  const { out, asked } = await command(['preview'], answered({ ...run, emissions }, [invoice]))
  expect(out).toContain(
    'fora dos totais acima): 26 a emitir, R$ 45.000,00; 7 à espera de aprovação, R$ 700,00; 3 à espera de cliente em atraso, R$ 90,00.',
  )
  expect(out).toMatch(/^inv_12 +C-0001 +Padaria São João +01\/01\/2027 a 31\/01\/2027 +1\.500,00$/m)
  expect(out).toContain('… e mais 25 faturas:\n  npx bordero run items run_7 --kind fatura --limit 200')
  expect(out).toContain('npx bordero invoices approve <fatura>')
  expect(out).toContain('npx bordero bill run_7')
  expect(asked.at(-1)?.path).toContain('kind=emit&waits=false')
})

test('a preview of which nothing can come offers no bill', async () => {
  const emissions = { ...noEmissions, due: 1, pending: 1, pendingCents: 7_000, awaitingApproval: 1, awaitingApprovalCents: 7_000 }
  const { out } = await command(['preview'], answered({ ...run, emissions }))
  expect(out).toContain('1 à espera de aprovação, R$ 70,00.')
  expect(out).not.toContain('a emitir,')
  expect(out).not.toContain('bill run_7')
  expect(out).toContain('Nada disto se fatura ou emite como está')
})

test('a run without periods counts none, and lists the invoices that it emitted with their numbers', async () => {
  const emissions = {
    ...noEmissions,
    due: 2,
    emitted: 1,
    emittedCents: 150_000,
    awaitingApproval: 1,
    awaitingApprovalCents: 7_000,
  }
  const emitted = { ...invoice, number: 37, class: 'billed', outcome: 'emitted' }
  const { out } = await command(['bill', 'run_7'], answered({ ...run, state: 'done', emissions }, [emitted]))
  expect(out).not.toContain('0 itens')
  expect(out).toContain('Nenhum período vence neste dia.')
  expect(out).toContain('1 emitida, R$ 1.500,00; 1 à espera de aprovação, R$ 70,00.')
  expect(out).toMatch(/^inv_12 +37 +C-0001 /m)
})

test('a contract of which everything is billed leaves nothing to do, and nothing that is lacking', async () => {
  const item = {
    ...invoice,
    ...{ kind: 'bill', class: 'not_billed', outcome: 'already_billed', sentence: 'O período já foi faturado. Nada a fazer.' },
  }
  const counters = { ...run.counters, due: 1, notBilled: 1 }
  const outcomes = [{ kind: 'bill', outcome: 'already_billed', class: 'not_billed', items: 1, netCents: 0, sentence: 'x' }]
  const { out } = await command(['preview', '--contract', 'ctr_1'], answered({ ...run, counters, outcomes }, [item]))
  expect(out).toContain('Nada a fazer.')
  expect(out).not.toContain('Nada disto se fatura')
})

test('the items of a run are asked for by kind, and each says how it stands in the words of its kind', async () => {
  const items = [invoice, { ...invoice, item: 2, waits: 'customer_overdue' }, { ...invoice, item: 3, waits: 'awaiting_approval' }]
  const { out, asked } = await command(
    ['run', 'items', 'run_7', '--kind', 'fatura', '--class', 'por-fazer'],
    answered(run, items),
  )
  expect(asked[0]?.path).toContain('kind=emit&class=pending')
  expect(out.match(/(a emitir|cliente em atraso|aguarda aprovação)$/gm)).toEqual([
    'a emitir',
    'cliente em atraso',
    'aguarda aprovação',
  ])
})

test('the items of a run say which bound holds them, and what lets them through or changes it', async () => {
  const held = { ...invoice, kind: 'bill', class: 'not_billed', outcome: 'above_safety_bound', sentence: 'O valor bruto passa.' }
  const { out } = await command(['run', 'items', 'run_7', '--class', 'não-faturado'], answered(run, [held]))
  expect(out).toContain('Item 1: O valor bruto passa.\n  npx bordero run allow run_7 1')
  expect(out).toContain('valor_maximo e crescimento_maximo')
})

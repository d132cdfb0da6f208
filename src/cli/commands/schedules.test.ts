import { expect, test } from 'vitest'
import { command } from '../../../test/cli/command.ts'

const customer = { id: 'cus_1', name: 'Padaria São João' }
const schedule = {
  id: 'sch_3',
  customer,
  kind: 'recurrence',
  state: 'active',
  description: 'Aluguel da loja',
  reference: null,
  amountCents: 150_000,
  recurrence: { unit: 'month', every: 2 },
  lastNumber: null,
  endsOn: null,
  madeUntil: 7,
}
const occurrence = {
  scheduleId: 'sch_3',
  number: 2,
  customer,
  state: 'open',
  isLate: true,
  dueOn: '2027-02-28',
  scheduledOn: '2027-03-01',
  accrualOn: '2027-02-01',
  receivableId: 'rec_9',
  amountCents: 150_000,
  outstandingCents: 150_000,
  plannedActions: [
    {
      action: 'charge',
      on: '2027-02-26',
      after: null,
      because: 'O boleto é criado 2 dias antes do vencimento, e vai por e-mail ao cliente.',
    },
  ],
}
const answers = {
  'GET /v1/schedules': { body: { data: [schedule], nextCursor: null } },
  'GET /v1/schedules/sch_3': { body: schedule },
  'GET /v1/schedules/occurrences': { body: { data: [occurrence], nextCursor: null } },
  'GET /v1/schedules/sch_3/occurrences/2': { body: occurrence },
}

test('schedules are listed, and shown with their occurrences', async () => {
  const { out } = await command(['schedules', 'list', '--state', 'em andamento'], answers)
  expect(out).toContain('Aluguel da loja')
  const shown = (await command(['schedules', 'show', 'sch_3'], answers)).out
  expect(shown).toContain('Uma ocorrência a cada 2 meses, sem fim; criado até a ocorrência 7.')
  expect(shown).toMatch(/2 +28\/02\/2027 +01\/03\/2027 +01\/02\/2027 +rec_9 +1\.500,00 +1\.500,00 +vencida/)
})

test('an occurrence is shown with what is planned, and when that takes effect', async () => {
  const { out } = await command(['schedules', 'show', 'sch_3', '2'], answers)
  expect(out).toContain('26/02/2027: O boleto é criado 2 dias antes do vencimento')
  expect(out).toContain('Passa a acontecer com cobranças e NFS-e')
})

test('the report of a month counts what schedules have in it', async () => {
  const none = { body: { data: [], nextCursor: null } }
  const { out } = await command(['close', '02/2027'], {
    'GET /v1/invoices': none,
    'GET /v1/receipts': none,
    'GET /v1/receivables': none,
    'GET /v1/contracts': none,
    'GET /v1/schedules/occurrences': answers['GET /v1/schedules/occurrences'],
    'GET /v1/sandbox/clock': { body: { now: '2027-04-02T15:00:00.000Z' } },
  })
  expect(out).toMatch(/Padaria São João +0,00 +1\.500,00/)
})

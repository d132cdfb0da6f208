import { describe, expect, test } from 'vitest'
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
  totalCents: null,
  nextDueOn: '2028-04-28',
  version: 4,
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
  categories: [{ categoryId: 'cat_1', percent: null, valueCents: 150_000, amountCents: 150_000, description: 'Loja' }],
  costCentres: [
    { costCentreId: 'ccn_1', percent: '33.333333', valueCents: null, amountCents: 50_000, description: null },
    { costCentreId: 'ccn_2', percent: '66.666667', valueCents: null, amountCents: 100_000, description: null },
  ],
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
  expect(out).toContain('1.500,00 cada')
  const shown = (await command(['schedules', 'show', 'sch_3'], answers)).out
  expect(shown).toContain('Uma ocorrência a cada 2 meses, sem fim; criado até a ocorrência 7; a próxima vence em 28/04/2028.')
  expect(shown).toMatch(/2 +28\/02\/2027 +01\/03\/2027 +01\/02\/2027 +rec_9 +1\.500,00 +1\.500,00 +vencida/)
})

test('an occurrence is shown with what is planned, and when that takes effect', async () => {
  const { out } = await command(['schedules', 'show', 'sch_3', '2'], answers)
  expect(out).toContain('26/02/2027: O boleto é criado 2 dias antes do vencimento')
  expect(out).toContain('Passa a acontecer com cobranças e NFS-e')
  expect(out).toContain('Rateio:\n  cat_1: R$ 1.500,00, Loja\n  ccn_1: R$ 500,00 (33,333333%)\n  ccn_2: R$ 1.000,00 (66,666667%)')
})

test('of installments the list says what they sum to, not the last one', async () => {
  const plan = { ...schedule, kind: 'installments', recurrence: null, lastNumber: 3, amountCents: 3_334, totalCents: 10_000 }
  const { out } = await command(['schedules', 'list'], { 'GET /v1/schedules': { body: { data: [plan], nextCursor: null } } })
  expect(out).toContain('100,00')
  expect(out).not.toContain('33,34')
})

describe('schedules are made, changed and deleted', () => {
  const made = { ...schedule, id: 'sch_4' }
  const server = {
    'GET /v1/organizations': { body: { data: [{ id: 'org_1' }], nextCursor: null } },
    'POST /v1/schedules': { status: 201, body: made },
    'GET /v1/schedules/sch_3': { body: schedule },
    'PATCH /v1/schedules/sch_3': { body: schedule },
    'PATCH /v1/schedules/sch_3/occurrences/4': { body: occurrence },
    'DELETE /v1/schedules/sch_3': { body: {} },
    'DELETE /v1/schedules/sch_3/occurrences/4': { body: {} },
  }
  const run = (...args: string[]) => command(['schedules', ...args], server)
  const sent = async (...args: string[]) => {
    const { asked, exitCode } = await run(...args)
    expect(exitCode).toBe(0)
    const { method, path, headers, body } = asked.find(({ method }) => method !== 'GET') ?? {
      method: '',
      path: '',
      headers: {},
      body: null,
    }
    return { asked: `${method} ${path}`, version: headers['if-match'] ?? null, body }
  }

  test('a recurrence, or installments', async () => {
    const rent = ['create', 'cus_1', '150,00', '--due', '10/04/2027', '--repeat', 'mes', '--until', '31/12/2027']
    expect(await sent(...rent, '--description', 'Aluguel')).toMatchObject({
      asked: 'POST /v1/schedules',
      body: {
        organizationId: 'org_1',
        customerId: 'cus_1',
        amountCents: 15_000,
        dueOn: '2027-04-10',
        description: 'Aluguel',
        recurrence: { unit: 'month', every: 1, ends: 'until', until: '2027-12-31' },
      },
    })
    const parts = ['--part', '10/04/2027=80,00', '--part', '10/05/2027=70,00']
    const { body } = await sent('create', 'cus_1', ...parts)
    expect(body).toEqual({
      organizationId: 'org_1',
      customerId: 'cus_1',
      installments: [
        { dueOn: '2027-04-10', amountCents: 8_000 },
        { dueOn: '2027-05-10', amountCents: 7_000 },
      ],
    })
  })

  test('what is not said of a recurrence stays, and nobody writes over what somebody else said', async () => {
    expect(await sent('change', 'sch_3', '--times', '12')).toEqual({
      asked: 'PATCH /v1/schedules/sch_3',
      version: '"v4"',
      body: { recurrence: { unit: 'month', every: 2, ends: 'after', maxOccurrences: 12 } },
    })
    expect(await sent('change', 'sch_3', '4', '--following', '--amount', '160,00')).toEqual({
      asked: 'PATCH /v1/schedules/sch_3/occurrences/4',
      version: '"v4"',
      body: { amountCents: 16_000, scope: 'following' },
    })
    expect(await sent('change', 'sch_3', '--repeat', 'semana')).toMatchObject({
      body: { recurrence: { unit: 'week', every: 1 } },
    })
    expect((await run('change', 'sch_3', '--following', '--amount', '1,00')).exitCode).toBe(2)
    expect((await run('change', 'sch_3', '--times', '3', '--endless')).exitCode).toBe(2)
    expect((await run('create', 'cus_1', '1,00', '--times', '3')).exitCode).toBe(2)
  })

  test('all of it, or an occurrence with those that follow', async () => {
    expect(await sent('delete', 'sch_3')).toMatchObject({ asked: 'DELETE /v1/schedules/sch_3', version: '"v4"' })
    expect(await sent('delete', 'sch_3', '4', '--following')).toMatchObject({
      asked: 'DELETE /v1/schedules/sch_3/occurrences/4?scope=following',
    })
    expect((await run('delete', 'sch_3', '4')).out).toBe('A ocorrência 4 de sch_3 foi excluída: não se cobra mais.')
  })
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

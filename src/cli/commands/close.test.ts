import { expect, test } from 'vitest'
import { command, problem } from '../../../test/cli/command.ts'

const page = (...data: object[]) => ({ body: { data, nextCursor: null } })
const customer = { id: 'cus_1', name: 'Padaria São João' }
const invoice = { id: 'inv_1', state: 'to_receive', issueOn: '2027-03-10', netCents: 150_000, customer }
const waiting = {
  ...invoice,
  state: 'to_emit',
  issueOn: null,
  estimatedIssueOn: '2027-03-05',
  approval: 'approved',
  heldBy: null,
}

const account = {
  'GET /v1/invoices': [page(invoice), page()],
  'GET /v1/receipts': page(),
  'GET /v1/receivables': page(),
  'GET /v1/schedules/occurrences': page(),
  'GET /v1/contracts': page(),
  'GET /v1/sandbox/clock': { body: { now: '2027-04-02T15:00:00.000Z' } },
}

test('a month is a report that closes nothing, and says that nothing is lacking', async () => {
  const { out } = await command(['close', '03/2027'], account)
  expect(out).toContain('Relatório de 03/2027\nNada fica fechado: muda se uma baixa dele for desfeita')
  expect(out).toContain('Nada falta neste mês: tudo o que venceu nele foi faturado e emitido.')
  expect((await command(['close', '--help'])).out).toContain('É um relatório e não fecha nada')
})

test('a month says what it lacks: invoices that did not go out, and contracts whose period has none', async () => {
  const later = { ...waiting, estimatedIssueOn: '2027-04-01' }
  const { out } = await command(['close', '03/2027'], {
    ...account,
    'GET /v1/invoices': [
      page(invoice),
      page(waiting, later, { ...waiting, approval: 'blocked' }, { ...waiting, heldBy: 'customer_overdue' }),
    ],
    'GET /v1/contracts': page(
      {
        id: 'ctr_1',
        nextBillingOn: '2027-04-02',
        nextByItselfOn: '2027-04-10',
        choiceFrom: '2027-02-10',
        dueSince: '2027-02-10',
      },
      // Due, and billed by the next run of a day after the month.
      { id: 'ctr_2', nextBillingOn: '2027-04-02', nextByItselfOn: '2027-04-02', choiceFrom: null, dueSince: '2027-03-20' },
      { id: 'ctr_3', nextBillingOn: '2027-04-20', nextByItselfOn: '2027-04-20', choiceFrom: null, dueSince: null },
    ),
  })
  expect(out).toContain(`Falta neste mês:
  1 fatura a emitir, R$ 1.500,00
  1 fatura à espera de aprovação, R$ 1.500,00
  1 fatura à espera de cliente em atraso, R$ 1.500,00
    npx bordero invoices list --state a-emitir
  2 contratos com período que vence até 31/03/2027 e não tem fatura
    npx bordero preview --day 31/03/2027
  1 deles tem período anterior em aberto, que só se fatura a pedido ou se dispensa
    npx bordero preview --catch-up`)
})

test('a month that has not begun, or is not over, or holds nothing, is said to be so', async () => {
  const empty = { ...account, 'GET /v1/invoices': page() }
  expect((await command(['close', '06/2027'], empty)).out).toContain('06/2027 ainda não começou')
  expect((await command(['close', '01/2020'], empty)).out).toContain(
    'Nada foi emitido nem recebido em 01/2020; nada está em aberto hoje.',
  )
  expect((await command(['close', '04/2027'], account)).out).toContain(
    'Relatório de 04/2027, até hoje, 02/04/2027: o mês não terminou',
  )
})

test('what no longer can be summed to the cent is said to be so', async () => {
  const receivable = { customer, outstandingCents: 99_999_999_999_999, isLate: true, state: 'to_receive' }
  const wrong = { ...account, 'GET /v1/receivables': page(...Array.from({ length: 99 }, () => receivable)) }
  const { exitCode, notes } = await command(['close', '03/2027'], wrong)
  expect(exitCode).toBe(1)
  expect(notes).toContain('passa do que se conta até o centavo')
})

test('a real account, and a key that may not see contracts, have their report too', async () => {
  const { out, exitCode } = await command(['close', '01/2020'], {
    ...account,
    'GET /v1/invoices': page(),
    'GET /v1/contracts': problem(403, 'scope_missing', 'A chave não tem a permissão.'),
    'GET /v1/sandbox/clock': problem(409, 'not_a_sandbox', 'Só uma conta de testes.'),
  })
  expect(exitCode).toBe(0)
  expect(out).toContain('Nada foi emitido nem recebido em 01/2020')
})

test('the key with which a command comes is revoked only if that is meant', async () => {
  const keys = {
    'GET /v1/api-keys': page({ id: 'key_1', prefix: 'abcd', name: 'Credenciais', revokedAt: null }),
    'POST /v1/api-keys/key_1/revoke': { body: { id: 'key_1', name: 'Credenciais' } },
  }
  const own = { BORDERO_URL: 'http://bordero.test', BORDERO_KEY: 'bdr_abcd_00' }
  const refused = await command(['keys', 'revoke', 'key_1'], keys, own)
  expect(refused).toMatchObject({ exitCode: 2, out: '' })
  expect(refused.notes).toContain('key_1 é a chave com que este comando entra')
  expect(refused.asked.map(({ method }) => method)).toEqual(['GET'])
  expect((await command(['keys', 'revoke', 'key_1', '--yes'], keys, own)).exitCode).toBe(0)
  expect((await command(['keys', 'revoke', 'key_1'], keys)).exitCode).toBe(0)
})

test('a history says from what to what something changed', async () => {
  const line = (unitPrice: string) => ({ lines: [{ description: 'Suporte', unitPrice }] })
  const entry = {
    id: 'his_1',
    at: '2027-03-10T15:00:00.000Z',
    actor: 'key:key_1',
    action: 'change_terms',
    before: { endsOn: '2027-12-31', terms: line('1500.00') },
    after: { endsOn: null, terms: line('1700.00') },
  }
  const { out } = await command(['invoices', 'history', 'inv_1'], { 'GET /v1/invoices/inv_1/history': page(entry) })
  expect(out).toContain('De → para')
  expect(out).toContain('fim 31/12/2027 → nenhum')
})

test('what is not charged is abated with its reason', async () => {
  const ran = await command(['receivables', 'abate', 'rec_1', '5,00', '--reason', 'Acordo', '--json'], {
    'POST /v1/receivables/rec_1/abate': { body: { id: 'rec_1' } },
  })
  expect(ran.exitCode).toBe(0)
  expect(ran.asked[0]?.body).toEqual({ amountCents: 500, reason: 'Acordo' })
  const help = (await command(['receivables', 'receive', '--help'])).out
  expect(help).toContain('Juros e multa que vieram com o pagamento')
})

import { expect, test } from 'vitest'
import type { Verification } from '../answers.ts'
import { verificationSentence, verificationWords } from './verification-words.ts'

const checked = {
  contracts: 2,
  rules: 2,
  periods: 5,
  invoices: 1,
  receivables: 3,
  schedules: 0,
  occurrences: 0,
  events: 0,
  customers: 1,
  credits: 0,
  runs: 1,
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

const command = (args: string) => `npx bordero ${args}`
const period = { startsOn: '2027-01-10', endsOn: '2027-02-10' }
const nobody = { contract: null, customer: null }

test('a cancelled invoice is told with the command that works: of a rule that is gone its period is only waived', () => {
  const due = (invoice: string, isRuleArchived: boolean) => ({
    ...nobody,
    code: 'due',
    subject: 'rul_1',
    period,
    sentence: `${invoice}.`,
    details: { reason: 'invoice_cancelled', invoice, netCents: 100, isRuleArchived },
  })
  const told = { due: { invoice_cancelled: 2 }, information: [due('inv_1', false), due('inv_3', true)] }
  const words = verificationWords(verification(told), command)
  expect(words).toMatch(/dispensado[^\n]+\n +npx bordero invoices release inv_1\n/)
  expect(words).toMatch(/só pode ser dispensado:\n +npx bordero invoices release inv_3 --waive --reason "motivo"/)
})

test('what is wrong is told with its code, and what is not listed is counted', () => {
  const finding = {
    ...nobody,
    code: 'gap',
    subject: 'rul_1',
    period: null,
    sentence: 'rul_1: há dias sem nenhum período.',
    details: {},
  }
  const words = verificationWords(verification({ clean: false, found: { gap: 120 }, findings: [finding], head: 'ab' }), command)
  expect(
    words,
  ).toBe(`Verificação ver_1: 120 achados: 1 fatura, 5 períodos, 3 parcelas e 40 registros do histórico; tudo conferido de novo.

Está errado:
  rul_1: há dias sem nenhum período. (gap)
  … e mais 119 (em --json, 1 de 120; os outros, ao verificar de novo sem estes).
  Guarde uma cópia do banco antes de corrigir; o que fazer de cada código está em src/verify/README.md.

Ponto do histórico, para anotar e conferir depois com --since:
  ab`)
})

test('what is due is told in words, with the command that bills it', () => {
  const waits = (contract: number, details: Record<string, unknown>, code = 'due') => ({
    code,
    subject: `rul_${contract}`,
    contract: { id: `ctr_${contract}`, code: null, number: null, name: 'Aluguel' },
    customer: { id: 'cus_1', name: 'Padaria' },
    period,
    sentence: `rul_${contract} (contrato ctr_${contract}, Padaria): …`,
    details,
  })
  const due = {
    on_request: 2,
    needs_catch_up: 1,
    above_safety_bound: 1,
    invalid_tax_id: 2,
    contract_suspended: 1,
    unbilled: 300,
  }
  const words = verificationWords(
    verification({
      due,
      information: [
        waits(1, { reason: 'on_request', isOlder: true }),
        waits(1, { reason: 'on_request' }),
        waits(2, { reason: 'needs_catch_up' }),
        waits(3, { reason: 'above_safety_bound', run: 'run_7', item: 12 }),
        waits(4, { reason: 'invalid_tax_id', run: 'run_7' }),
        waits(5, { reason: 'invalid_tax_id', run: 'run_7' }),
        waits(6, { reason: 'contract_suspended', isHeld: true }),
        waits(7, { reason: null }, 'unbilled'),
      ],
    }),
    command,
  )
  expect(words.split('\n').slice(2)).toEqual([
    'Venceu e não foi faturado (não é erro):',
    '  2 períodos: a regra só fatura quando alguém pede',
    '    rul_1 (contrato ctr_1, Padaria): …',
    '    rul_1 (contrato ctr_1, Padaria): …',
    '    Fatura, e emite também o que deste contrato espera a emissão:',
    '      npx bordero bill --contract ctr_1 --catch-up',
    '  1 período: período anterior em aberto',
    '    rul_2 (contrato ctr_2, Padaria): …',
    '    Fatura, e emite também o que deste contrato espera a emissão:',
    '      npx bordero bill --contract ctr_2 --catch-up',
    '  1 período: acima do limite de segurança',
    '    rul_3 (contrato ctr_3, Padaria): …',
    '    npx bordero run allow run_7 12',
    '  2 períodos: cliente sem CPF ou CNPJ válido',
    '    rul_4 (contrato ctr_4, Padaria): …',
    '    rul_5 (contrato ctr_5, Padaria): …',
    '    npx bordero run retry run_7',
    '  1 período: contrato suspenso',
    '    rul_6 (contrato ctr_6, Padaria): …',
    '    npx bordero contracts resume ctr_6',
    '  300 períodos: nenhuma execução passou por ele ainda',
    '    rul_7 (contrato ctr_7, Padaria): …',
    '    … e mais 299 (em --json, 1 de 300; todos, em npx bordero preview --catch-up).',
    '    De tantos contratos, veja antes tudo o que vence; faturar a prévia fatura e emite só o que ela mostra:',
    '      npx bordero preview',
  ])
})

test('what waits for a readjustment is told with the month to be entered, or with what is to be approved', () => {
  const waits = (rule: number, reason: string, readjustment: Record<string, unknown>) => {
    const shown = { subject: `rul_${rule}`, ...nobody, period, sentence: `rul_${rule}: …` }
    return {
      ...shown,
      code: 'due',
      details: { reason, readjustment: { date: '2026-04-10', method: 'monthly_product', ...readjustment } },
    }
  }
  const words = verificationWords(
    verification({
      due: { index_missing: 3, readjustment_unapproved: 1 },
      information: [
        waits(1, 'index_missing', { index: 'igpdi', month: '2026-02-01' }),
        waits(2, 'index_missing', { index: 'igpdi', month: '2026-02-01' }),
        waits(3, 'index_missing', { index: 'ipca', month: '2026-02-01', method: 'published_12m' }),
        waits(4, 'readjustment_unapproved', { index: 'igpm', month: null }),
      ],
    }),
    command,
  )
  const lines = words.split('\n').map(line => line.trim())
  expect(lines.filter(line => line.startsWith('npx'))).toEqual([
    'npx bordero indices set igpdi 2026-02 --value <percentual> --source <fonte>',
    'npx bordero indices set ipca 2026-02 --value <percentual> --source <fonte> --twelve-months',
    'npx bordero readjustments due --waits aprovação',
  ])
})

test('a command that mends bills the contracts in question and no other', () => {
  const passedOver = (contract: number) => ({
    code: 'passed_over',
    subject: `rul_${contract}`,
    contract: { id: `ctr_${contract}`, code: null, number: null, name: 'Aluguel' },
    customer: null,
    period,
    sentence: `rul_${contract}: …`,
    details: {},
  })
  const commandsFor = (...contracts: number[]) =>
    verificationWords(
      verification({ clean: false, found: { passed_over: contracts.length }, findings: contracts.map(passedOver) }),
      command,
    )
      .split('\n')
      .filter(line => line.includes('npx'))
      .map(line => line.trim())
  expect(commandsFor(1)).toEqual(['npx bordero bill --contract ctr_1 --catch-up'])
  expect(commandsFor(1, 2, 2)).toEqual(['npx bordero bill --contract ctr_1 --contract ctr_2 --catch-up'])
  expect(commandsFor(1, 2, 3, 4, 5, 6)).toEqual(['npx bordero preview --catch-up'])
})

test('what waits on a rule that is over is told with the command that ends it', () => {
  const sentence = 'evt_3 (contrato C-1, Padaria): o acréscimo de R$ 5,00 não será faturado por ninguém, …'
  const unused = { ...nobody, code: 'event_unused', subject: 'evt_3', period: null, sentence, details: {} }
  expect(
    verificationWords(verification({ information: [unused] }), command)
      .split('\n')
      .slice(2),
  ).toEqual(['Para saber:', `  ${sentence}`, '    npx bordero events cancel evt_3'])
})

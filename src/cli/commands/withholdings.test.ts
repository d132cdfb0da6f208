import { expect, test } from 'vitest'
import { command } from '../../../test/cli/command.ts'

const trial = {
  competence: '2026-11',
  baseCents: 66_667,
  withheldCents: 1000,
  netCents: 65_667,
  vRetCSLLCents: 0,
  tpRetPisCofins: 0,
  taxes: [{ tax: 'irrf', sentence: 'IRRF: 1,5% de R$ 666,67 = R$ 10,00005; retém R$ 10,00.' }],
  warnings: [
    {
      code: 'limit_contradicts_law',
      path: '/limiteRetencaoInss',
      message: 'O limite não é o da lei.',
      source: 'IN RFB 2.110/2022',
    },
  ],
  faults: [{ code: 'rate_too_precise', path: '/aliquotaIss', message: 'A alíquota tem no máximo duas casas decimais.' }],
}

test('what a template would withhold is told tax by tax, with what contradicts the law', async () => {
  const { out, asked } = await command(
    ['withholdings', 'try', 'nft_3', '666,67', '--competence', '11/2026', '--customer', 'pessoa', '--installments', '3'],
    { 'GET /v1/nfse-templates/nft_3/withholding': { body: trial } },
  )
  expect(asked[0]?.path).toContain('baseCents=66667&competence=2026-11&customerKind=person&installments=3')
  expect(out).toContain('De R$ 666,67, na competência 11/2026: retém R$ 10,00; líquido R$ 656,67.')
  expect(out).toContain('  IRRF: 1,5% de R$ 666,67')
  expect(out).toContain('Atenção: O limite não é o da lei. (IN RFB 2.110/2022)')
  expect(out).toContain('A corrigir em aliquotaIss: A alíquota')
})

test('rules take anew until all have', async () => {
  const answers = [{ body: { changed: 500, isDone: false } }, { body: { changed: 2, isDone: true } }]
  const { out, asked } = await command(['withholdings', 'retake', 'nft_3', '--from', '01/01/2027', '--reason', 'Novo regime'], {
    'POST /v1/nfse-templates/nft_3/retake': answers,
  })
  expect(asked.map(({ body }) => body)).toEqual([
    { validFrom: '2027-01-01', cause: 'Novo regime' },
    { validFrom: '2027-01-01', cause: 'Novo regime' },
  ])
  expect(out).toContain('502 regras mudaram')
})

test('nothing to take is said so', async () => {
  const none = { 'POST /v1/nfse-templates/nft_3/retake': { body: { changed: 0, isDone: true } } }
  expect((await command(['withholdings', 'retake', 'nft_3'], none)).out).toContain('todas já dizem o que o modelo diz')
})

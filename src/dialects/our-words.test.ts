import { expect, test } from 'vitest'
import { withoutOurs } from './our-words.ts'

test.each([
  [
    'Desfaça antes a baixa que o usou (no comando, customers show diz qual é; receivables receipts, a parcela dela).',
    'Desfaça antes a baixa que o usou.',
  ],
  [
    'Espere a publicação, ou informe o valor (PUT /v1/indices/igpm/2025-09, com span twelve_months); tente de novo.',
    'Espere a publicação, ou informe o valor; tente de novo.',
  ],
  ['Só o que se paga com cartão se parcela nele (paymentMethod "card").', 'Só o que se paga com cartão se parcela nele.'],
  [
    'A execução está pausada: continue-a (run resume) ou cancele-a (run cancel).',
    'A execução está pausada: continue-a ou cancele-a.',
  ],
  ['Ela está pronta: fature-a (bill).', 'Ela está pronta: fature-a.'],
  ['A parcela rec_11 foi renegociada em ren_1; veja abc_7.', 'A parcela 11 foi renegociada em 1; veja abc_7.'],
  ['O valor deve ser 1, 2, 3, 6 ou 12 (em meses).', 'O valor deve ser 1, 2, 3, 6 ou 12 (em meses).'],
])('clients of others are not told what only ours have: %s', (ours, told) => {
  expect(withoutOurs(ours)).toBe(told)
})

test('ids stand as the vendor shows them', () => {
  expect(withoutOurs('A parcela rec_11 já foi baixada (rcp_2).', (noun, id) => `${noun} nº ${id}`)).toBe(
    'A parcela receivable nº 11 já foi baixada (receipt nº 2).',
  )
})

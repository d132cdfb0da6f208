import { expect, test } from 'vitest'
import { outcomeWord } from './delivery-words.ts'

const words = (
  outcome: Parameters<typeof outcomeWord>[0]['outcome'],
  status: number | null = null,
  detail: string | null = null,
) => outcomeWord({ outcome, status, detail })

test('an attempt is told in Portuguese, with the codes to search for beside it', () => {
  expect(words('delivered', 200)).toBe('entregue (delivered, HTTP 200)')
  expect(words('ping_unreachable', null, 'HPE_CLOSED_CONNECTION')).toBe(
    'não se chegou ao endereço, já no teste que vem antes do aviso: a conexão foi fechada antes da resposta (ping_unreachable, HPE_CLOSED_CONNECTION)',
  )
  expect(words('unreachable', null, 'E_NOBODY_KNOWS')).toBe('não se chegou ao endereço (unreachable, E_NOBODY_KNOWS)')
  expect(words(null)).toBe('sem resposta conhecida')
})

import { type Cents, cents, formatBrl, mostCents } from '../core/money.ts'
import { refuse } from '../core/refusal.ts'

/**
 * Refuses credit beyond the largest amount that there is, so that a balance can always be counted with. What gives credit back is never
 * refused: it was there before.
 */
export function requireRoomForCredit(balanceCents: Cents, addedCents: Cents): void {
  // Compared so, since the sum itself might not be an amount any more.
  if (addedCents === 0 || addedCents <= mostCents - balanceCents) return
  refuse(
    'credit_too_large',
    `O crédito do cliente passaria de ${formatBrl(cents(mostCents))}, o máximo: confira o valor, ou desfaça antes o recebimento que criou o crédito.`,
    { path: '/amountCents', details: { balanceCents, addedCents, mostCents } },
  )
}

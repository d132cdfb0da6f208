import { type Cents, type Decimal, micros, mostCents } from '../../core/money.ts'

// Numbers as the layout writes them: a point and two decimals, no zero in front, no sign (TSDec15V2, TSDec1V2 to TSDec3V2).

const MICROS_PER_HUNDREDTH = 10_000n

/** 123456 → '1234.56'. Throws RangeError on what is negative: a judge has refused it before. */
export function amountText(amount: Cents): string {
  if (amount < 0) throw new RangeError(`a note has no negative amount: ${amount}`)
  const digits = String(amount).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** '2.5' → '2.50'. Throws RangeError on a third decimal, or a sign. */
export function percentText(percent: Decimal): string {
  const exact = micros(percent)
  if (exact < 0n || exact % MICROS_PER_HUNDREDTH !== 0n) throw new RangeError(`not a rate of two decimals: ${percent}`)
  const digits = String(exact / MICROS_PER_HUNDREDTH).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Why an amount cannot be written; null: it can. */
export function amountFault(amount: Cents): string | null {
  if (amount < 0) return 'O valor não pode ser negativo.'
  return amount > mostCents ? 'O valor passa do que se pode faturar.' : null
}

/** Why a rate of that many digits before the point cannot be written; null: it can. */
export function percentFault(percent: Decimal, digits: 1 | 2 | 3): string | null {
  const exact = micros(percent)
  if (exact < 0n) return 'A porcentagem não pode ser negativa.'
  if (exact % MICROS_PER_HUNDREDTH !== 0n) return 'A porcentagem tem no máximo duas casas decimais.'
  const most = 10n ** BigInt(digits)
  return exact >= most * 1_000_000n ? `A porcentagem é menor que ${most}.` : null
}

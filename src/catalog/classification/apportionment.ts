// An amount divided for the books among departments, cost centres or categories (*rateio*). It changes nothing of what is owed: it says
// which part of it is whose.

import type { Faults } from '../../core/faults.ts'
import {
  type Cents,
  cents,
  type Decimal,
  decimal,
  formatBrl,
  formatDecimal,
  micros,
  mostCents,
  scaledBy,
  splitByPercents,
  splitByWeights,
  sum,
} from '../../core/money.ts'
import type { Called } from '../references/reference.ts'

/** How the parts of an apportionment are said: all of one in the same way. */
export const apportionedBy = ['percent', 'value'] as const
export type ApportionedBy = (typeof apportionedBy)[number]

/** What part is whose, and why. */
export type Share = { targetId: number; description: string | null } & ({ percent: Decimal } | { valueCents: Cents })

/** More than anybody's chart of cost centres needs; a bound on what one invoice carries. */
export const MOST_SHARES = 100

/**
 * What each share is of a total, in their order: each half up, the rest on the last, so that together they are the total to the cent.
 * Values are exact while they add up to the total; of another total (a period that is charged in part, an invoice with an event) they
 * are proportions. Throws RangeError on what `judgeShares` refuses.
 */
export function apportion(total: Cents, shares: readonly Share[], by: ApportionedBy): Cents[] {
  if (shares.length === 0) return []
  if (by === 'percent') return splitByPercents(total, shares.map(percentOfShare))
  return splitByWeights(total, shares.map(valueOfShare))
}

/** How these are said: by what the first one says. */
export function waySaid(shares: readonly Share[]): ApportionedBy {
  return shares.some(share => 'valueCents' in share) ? 'value' : 'percent'
}

/** What is known of an apportionment beside its shares. */
export interface Apportionment {
  by: ApportionedBy
  /** What the values must add up to; null where no amount is known yet (a rule bills another one each period). */
  total: Cents | null
  /** Whether the organization divides at all (*rateio habilitado*). */
  enabled: boolean
  /** What it is divided among. */
  called: Called
}

/** What is wrong with shares, all of it at once. No shares: nothing is wrong, and nothing is divided. */
export function judgeShares(shares: readonly Share[], known: Apportionment, path: string, faults: Faults): void {
  const { enabled, called } = known
  if (shares.length > 1 && !enabled) {
    const one = `${called.article === 'a' ? 'uma' : 'um'} ${called.one}`
    const told = `Utilize apenas ${one}: o rateio não está habilitado na organização (apportionmentEnabled).`
    faults.add(path, 'apportionment_disabled', told)
  }
  faultRepeated(shares, called, path, faults)
  const before = faults.count
  for (const [i, share] of shares.entries()) judgeShare(share, known.by, `${path}/${i}`, faults)
  // What is no share is told of itself; a sum with it in would only say so twice.
  if (shares.length > 0 && faults.count === before) faultSum(shares, known, path, faults)
}

function judgeShare(share: Share, by: ApportionedBy, path: string, faults: Faults): void {
  if ('percent' in share && 'valueCents' in share) {
    faults.add(path, 'share_unclear', 'Informe a porcentagem da parte ou o valor dela, não os dois.')
  } else if (by === 'percent') {
    if (!('percent' in share)) faults.add(`${path}/percent`, 'percent_needed', 'Informe a porcentagem de cada parte.')
    else judgeSize(micros(share.percent), `${path}/percent`, faults)
  } else if (!('valueCents' in share)) faults.add(`${path}/valueCents`, 'value_needed', 'Informe o valor de cada parte.')
  else {
    judgeSize(share.valueCents, `${path}/valueCents`, faults)
    if (share.valueCents > mostCents) {
      const told = `O valor da parte passa de ${formatBrl(cents(mostCents))}, o máximo: confira-o.`
      faults.add(`${path}/valueCents`, 'amount_too_large', told)
    }
  }
}

function judgeSize(size: number | bigint, path: string, faults: Faults): void {
  if (size <= 0) faults.add(path, 'share_not_positive', 'Cada parte precisa ser maior que zero.')
}

function faultSum(shares: readonly Share[], { by, total, called }: Apportionment, path: string, faults: Faults): void {
  const ofThem = `d${called.article}s ${called.many}`
  if (by === 'percent') {
    const whole = shares.map(percentOfShare).reduce((all, percent) => all + micros(percent), 0n)
    if (whole === MICROS_OF_ALL) return
    const is = formatDecimal(scaledBy(decimal('1'), whole, MICROS, 6))
    faults.add(path, 'percents_not_whole', `A soma dos percentuais ${ofThem} deve ser de 100%; é de ${is}%.`)
    return
  }
  const whole = sum(shares.map(valueOfShare))
  if (total === null || whole === total) return
  const wanted = `A soma dos valores ${ofThem} deve ser igual ao valor total, ${formatBrl(total)}; é de ${formatBrl(whole)}.`
  faults.add(path, 'values_not_whole', wanted)
}

function faultRepeated(shares: readonly Share[], { article, one }: Called, path: string, faults: Faults): void {
  const seen = new Set<number>()
  for (const [i, { targetId }] of shares.entries()) {
    if (seen.has(targetId)) {
      faults.add(`${path}/${i}`, 'target_repeated', `${article === 'a' ? 'Esta' : 'Este'} ${one} já tem uma parte; some as duas.`)
    }
    seen.add(targetId)
  }
}

const MICROS = 1_000_000n
const MICROS_OF_ALL = 100n * MICROS

function percentOfShare(share: Share): Decimal {
  if (!('percent' in share)) throw new RangeError('a share by value among shares by percentage')
  return share.percent
}

function valueOfShare(share: Share): Cents {
  if (!('valueCents' in share)) throw new RangeError('a share by percentage among shares by value')
  return share.valueCents
}

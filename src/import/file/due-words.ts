import { type DueRule, dueRuleBounds, type Roll } from '../../contracts/rules/due-dates.ts'
import { plain } from './plain.ts'
import { isMisread, type Kind, type Reading } from './reading.ts'

/** A due rule without its installments, which have a column of their own. */
export type DueWords = DistributiveOmit<DueRule, 'installments' | 'roll'> & { readonly roll: Roll }
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

const EXPECTED =
  '"dia 10", "10 dias", "10 dias úteis", "último dia do mês", "último dia útil", "dia 5 do mês seguinte" ou "dia 5 após 2 meses"'

const patterns: readonly (readonly [RegExp, (match: RegExpExecArray) => Plain])[] = [
  [/^(?:todo )?dia (\d{1,4})$/, m => ({ kind: 'fixed_day', day: Number(m[1]) })],
  [/^(\d{1,4}) dias?(?: corridos?)?$/, m => ({ kind: 'day_quantity', days: Number(m[1]), onlyBusinessDays: false })],
  [
    /^(\d{1,4}) dias? uteis$|^(\d{1,4}) dia util$/,
    m => ({ kind: 'day_quantity', days: Number(m[1] ?? m[2]), onlyBusinessDays: true }),
  ],
  [/^a vista$|^no ato$/, () => ({ kind: 'day_quantity', days: 0, onlyBusinessDays: false })],
  [/^ultimo dia(?: do mes)?$/, () => ({ kind: 'last_day_of_month', onlyBusinessDays: false })],
  [/^ultimo dia util(?: do mes)?$/, () => ({ kind: 'last_day_of_month', onlyBusinessDays: true })],
  [/^dia (\d{1,4}) do mesmo mes$/, m => ({ kind: 'fixed_day_and_month_quantity', day: Number(m[1]), months: 0 })],
  [
    /^dia (\d{1,4}) do (?:mes seguinte|proximo mes)$/,
    m => ({ kind: 'fixed_day_and_month_quantity', day: Number(m[1]), months: 1 }),
  ],
  [
    /^dia (\d{1,4}) apos (\d{1,4}) mes(?:es)?$/,
    m => ({ kind: 'fixed_day_and_month_quantity', day: Number(m[1]), months: Number(m[2]) }),
  ],
]
type Plain = DistributiveOmit<DueRule, 'installments' | 'roll'>

const rolls: readonly (readonly [Roll, string])[] = [
  ['next_business_day', ', adiado para dia útil'],
  ['previous_business_day', ', antecipado para dia útil'],
]

export const dueWords: Kind<DueWords> = {
  parse(text) {
    const words = plain(text)
    if (/^\d+$/.test(words)) return { code: 'ambiguous_due_rule', expected: `"dia ${words}" ou "${words} dias"` }
    const [roll, ending] = rolls.find(([, ending]) => words.endsWith(plain(ending))) ?? (['none', ''] as const)
    const rule = readPlain(words.slice(0, words.length - plain(ending).length).trim())
    return isMisread(rule) ? rule : { value: { ...rule.value, roll } }
  },
  format(rule) {
    return formatPlain(rule) + (rolls.find(([roll]) => roll === rule.roll)?.[1] ?? '')
  },
}

function readPlain(words: string): Reading<Plain> {
  for (const [pattern, make] of patterns) {
    const match = pattern.exec(words)
    if (!match) continue
    const rule = make(match)
    return beyondBounds(rule) ?? { value: rule }
  }
  return { code: 'invalid_due_rule', expected: EXPECTED }
}

function beyondBounds(rule: Plain): { code: 'out_of_bounds'; expected: string } | null {
  const counted = [
    ...('day' in rule ? [{ ...dueRuleBounds.day, of: rule.day, word: 'dia' }] : []),
    ...('days' in rule ? [{ ...dueRuleBounds.days, of: rule.days, word: 'dias' }] : []),
    ...('months' in rule ? [{ ...dueRuleBounds.months, of: rule.months, word: 'meses' }] : []),
  ]
  const wrong = counted.find(it => it.of < it.minimum || it.of > it.maximum)
  return wrong ? { code: 'out_of_bounds', expected: `${wrong.word} de ${wrong.minimum} a ${wrong.maximum}` } : null
}

function formatPlain(rule: Plain): string {
  switch (rule.kind) {
    case 'fixed_day':
      return `dia ${rule.day}`
    case 'day_quantity':
      return `${rule.days} ${rule.onlyBusinessDays ? 'dias úteis' : 'dias'}`
    case 'last_day_of_month':
      return rule.onlyBusinessDays ? 'último dia útil' : 'último dia do mês'
    case 'fixed_day_and_month_quantity':
      if (rule.months === 0) return `dia ${rule.day} do mesmo mês`
      return rule.months === 1 ? `dia ${rule.day} do mês seguinte` : `dia ${rule.day} após ${rule.months} meses`
  }
}

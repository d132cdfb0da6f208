import { type Decimal, decimal, micros } from '../../core/money.ts'
import type { IssCase } from './iss-case.ts'

// Whether a note says the rate of ISS (pAliq). On most notes it may not: the city's system knows it, and it comes back with the note.
// Source: government annex of rules, DPS, 30/12/2025 with the changes of 09/02/2026, field pAliq.

export interface RateRule {
  /** The official code that answers whoever does otherwise. */
  readonly code: string
  readonly says: 'omit' | 'give'
  readonly applies: (it: IssCase) => boolean
  /** The smallest rate that may be given, in per cent. */
  readonly floor?: Decimal
  readonly message: string
}

const isSmall = (it: IssCase) => it.opSimpNac === 3
const isInSimples = (it: IssCase) => isSmall(it) && (it.regApTribSN ?? 1) === 1
const isOutsideSimples = (it: IssCase) => isSmall(it) && it.regApTribSN !== null && it.regApTribSN !== 1
const isRetained = (it: IssCase) => it.tpRetISSQN !== 1
const SIMPLES_FLOOR = decimal('1.8')

/** In this order: what forbids a rate whatever the regime comes first. */
export const rateRules: readonly RateRule[] = [
  {
    code: 'E0600',
    says: 'omit',
    applies: it => it.opSimpNac === 2,
    message: 'Prestador MEI não informa a alíquota do ISS: retire-a.',
  },
  {
    code: 'E0602',
    says: 'omit',
    applies: it => it.tribISSQN !== 1,
    message: 'Em imunidade, exportação ou não incidência não se informa a alíquota do ISS: retire-a.',
  },
  {
    code: 'E0604',
    says: 'omit',
    applies: it => it.regEspTrib !== 0,
    message: 'Prestador em regime especial de tributação não informa a alíquota do ISS: retire-a.',
  },
  {
    code: 'E0606',
    says: 'omit',
    applies: it => it.isSuspended,
    message: 'Com a exigibilidade suspensa não se informa a alíquota do ISS: retire-a.',
  },
  {
    code: 'E0612',
    says: 'omit',
    applies: it => it.beneficio === 'isencao' || it.beneficio === 'aliquota_diferenciada',
    message: 'Com benefício municipal de isenção ou alíquota diferenciada não se informa a alíquota do ISS: retire-a.',
  },
  {
    code: 'E0617',
    says: 'omit',
    applies: it => it.opSimpNac === 1 && it.cityIsActive,
    message: 'Fora do Simples, em município ativo no Sistema Nacional, não se informa a alíquota do ISS: retire-a.',
  },
  {
    code: 'E0619',
    says: 'give',
    applies: it => it.opSimpNac === 1 && !it.cityIsActive,
    message: 'Fora do Simples, em município não ativo no Sistema Nacional, informe a alíquota do ISS.',
  },
  {
    code: 'E0621',
    says: 'give',
    applies: it => isInSimples(it) && it.cityIsActive && isRetained(it),
    floor: SIMPLES_FLOOR,
    message: 'ME/EPP com ISS retido informa a sua alíquota efetiva, de ao menos 1,80%.',
  },
  {
    code: 'E0625',
    says: 'omit',
    applies: it => isInSimples(it) && it.cityIsActive,
    message: 'ME/EPP sem retenção do ISS não informa a alíquota: retire-a.',
  },
  {
    code: 'E0628',
    says: 'give',
    applies: it => isInSimples(it) && isRetained(it),
    floor: SIMPLES_FLOOR,
    message: 'ME/EPP com ISS retido em município não ativo informa a sua alíquota efetiva, de ao menos 1,80%.',
  },
  {
    code: 'E0631',
    says: 'omit',
    applies: isInSimples,
    message: 'ME/EPP sem retenção do ISS em município não ativo não informa a alíquota: retire-a.',
  },
  {
    code: 'E0635',
    says: 'omit',
    applies: it => isOutsideSimples(it) && it.cityIsActive,
    message: 'ME/EPP com o ISS fora do Simples, em município ativo, não informa a alíquota: retire-a.',
  },
  {
    code: 'E0640',
    says: 'give',
    applies: isOutsideSimples,
    message: 'ME/EPP com o ISS fora do Simples, em município não ativo, informa a alíquota do ISS.',
  },
]

/** No note gives more (LC 116/2003, art. 8º, II). */
export const RATE_CEILING = { code: 'E0595', percent: decimal('5'), message: 'A alíquota do ISS não passa de 5%.' } as const

/** The one rule that speaks; the table has one for every case. */
export function rateRuleOf(it: IssCase): RateRule {
  const rule = rateRules.find(({ applies }) => applies(it))
  if (rule === undefined) throw new Error('no rule says whether the rate is given')
  return rule
}

/** The rate as the note has to say it, of what is known; null: not at all. */
export function rateToSay(it: IssCase, percent: Decimal | null): Decimal | null {
  return rateRuleOf(it).says === 'give' ? percent : null
}

export interface RateFault {
  code: string
  message: string
}

/** What the national system would answer to this rate, null being none. */
export function rateFaults(it: IssCase, percent: Decimal | null): RateFault[] {
  const { code, says, floor, message } = rateRuleOf(it)
  if (percent === null) return says === 'give' ? [{ code, message }] : []
  const faults: RateFault[] = []
  if (micros(percent) > micros(RATE_CEILING.percent)) faults.push({ code: RATE_CEILING.code, message: RATE_CEILING.message })
  if (says === 'omit') faults.push({ code, message })
  else if (floor !== undefined && micros(percent) < micros(floor)) faults.push({ code, message })
  return faults
}

import type { CivilDate } from '../../../core/dates.ts'
import type { Hundredths } from '../amounts.ts'

/** In which ways a city lets the base of a service be reduced. */
export type DeductionKind = 'percent' | 'value' | 'documents'

/** What a city has laid down about one service of the national list. */
export interface ServiceTerms {
  /** In hundredths of a percent, each from a day on, in order of days. */
  readonly rates?: readonly { readonly from: CivilDate; readonly rate: Hundredths }[]
  /** False: the city does not tax it, and a note must say so (tribISSQN 4). */
  readonly isIncident?: boolean
  readonly deductions?: readonly DeductionKind[]
  /** The three digits of cTribMun that the city lists below the service. */
  readonly municipalCodes?: readonly string[]
  readonly specialRegimes?: readonly string[]
}

/** 1 exemption, 2 reduced base by percentage, 3 reduced base by amount, 4 another rate. */
export type BenefitKind = 'exemption' | 'percent' | 'value' | 'rate'

export interface Benefit {
  /** Fourteen digits: city, kind and number. */
  readonly number: string
  readonly kind: BenefitKind
  readonly from: CivilDate
  readonly to: CivilDate | null
  /** Of the reduction, or the other rate itself. */
  readonly percent: Hundredths
  readonly isForLocals: boolean
  /** Empty: for all. */
  readonly services: readonly string[]
  readonly taxIds: readonly string[]
}

/** Until how many days after the note something may be done to it, and on what terms. */
export interface Window {
  readonly days: number
  /** In cents; null: whatever it is worth. */
  readonly mostCents: Hundredths | null
  readonly needsTaker: boolean
}

/** A city with an agreement, and what it has laid down. */
export interface City {
  readonly code: string
  readonly isActive: boolean
  /** The agreement holds from this day on. */
  readonly since: CivilDate
  /** For services without terms of their own. */
  readonly rate: Hundredths
  readonly services: Readonly<Record<string, ServiceTerms>>
  /** Of the national list, those the city does not administer. */
  readonly notAdministered: readonly string[]
  readonly specialRegimes: readonly string[]
  readonly benefits: readonly Benefit[]
  readonly cancelling: Window
  readonly substituting: Window & { readonly keepsTaker: boolean }
  /** Individuals who must withhold. */
  readonly withholdingCpfs: readonly string[]
  /** Whether companies of the national register may issue here without an entry of the city's own. */
  readonly letsRegisteredIssue: boolean
}

const unbounded: Window = { days: 180, mostCents: null, needsTaker: false }

/** A city as an operator enters it: whatever is left out stands as here. */
export function cityOf(given: Partial<City> & Pick<City, 'code'>): City {
  return {
    isActive: true,
    since: '2023-01-01' as CivilDate,
    rate: 500n,
    services: {},
    notAdministered: [],
    specialRegimes: [],
    benefits: [],
    cancelling: unbounded,
    substituting: { ...unbounded, keepsTaker: false },
    withholdingCpfs: [],
    letsRegisteredIssue: true,
    ...given,
  }
}

/** Whether the agreement is in force on a day. */
export function isActiveOn(city: City | null, day: string): boolean {
  return city?.isActive === true && city.since <= day
}

/** The city's rate for a service on a day: the last that began. */
export function rateOf(city: City, service: string, day: string): Hundredths {
  const rates = city.services[service]?.rates ?? []
  return rates.filter(({ from }) => from <= day).at(-1)?.rate ?? city.rate
}

/** Invented: the codes are real cities, what they are said to have laid down is not. */
export const firstCities: readonly City[] = [
  cityOf({ code: '4205407' }),
  cityOf({
    code: '3550308',
    services: { '010701': { rates: [{ from: '2023-01-01' as CivilDate, rate: 290n }] } },
    cancelling: { days: 30, mostCents: null, needsTaker: false },
  }),
  cityOf({ code: '3304557' }),
  cityOf({ code: '3106200', rate: 300n }),
  cityOf({ code: '4314902', isActive: false }),
]

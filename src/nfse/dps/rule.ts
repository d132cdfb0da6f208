import type { CivilDate } from '../../core/dates.ts'
import type { Decimal } from '../../core/money.ts'
import type { OfficialFault } from '../fault.ts'
import type { Beneficio } from '../rates/iss-case.ts'
import type { Dps } from './dps.ts'

/** Where the ISS of a service is due: EP the prestador's place, LP where it is rendered, ET the tomador's. */
export type Incidence = 'EP' | 'LP' | 'ET'

/** The official lists, read from `src/nfse/data/tables` (`official-lists.ts`). */
export interface OfficialLists {
  /** By the six digits of cTribNac. */
  services: ReadonlyMap<string, { incidence: Incidence | null }>
  nbs: ReadonlySet<string>
  cIndOp: ReadonlySet<string>
  /** ISO 3166, two letters. */
  countries: ReadonlySet<string>
}

/** What is known beside the declaration itself. Of what is null nothing is judged; the Sefin does. */
export interface Known {
  lists: OfficialLists | null
  /** Of the city of incidence at the competence. */
  cityIsActive: boolean | null
  /** The rate that the city applies where the note says none: for the floor of two per cent. */
  cityPercent: Decimal | null
  /** What kind the benefit is that the note names. */
  benefit: Beneficio | null
  /** Which deductions the city lets a service have. */
  deductionKinds: { percent: boolean; amount: boolean; documents: boolean } | null
  /** Whether the city keeps complementary data of the prestador (CNC). */
  prestadorHasCncRecord: boolean | null
  /** The day of a legal change of mind: the convention of the city of issue began then. */
  cityActiveSince: CivilDate | null
}

export const nothingKnown: Known = {
  lists: null,
  cityIsActive: null,
  cityPercent: null,
  benefit: null,
  deductionKinds: null,
  prestadorHasCncRecord: null,
  cityActiveSince: null,
}

/** One rule: the code that stays ours, the Sefin's, and where a declaration breaks it. */
export interface DpsRule {
  code: string
  /** E1235 where only the schema says so; null where nobody does, and a note would make no sense. */
  official: string | null
  /** Portuguese, and says what to do. */
  message: string
  /** JSON pointers into the Dps; none: it is kept. */
  brokenAt: (dps: Dps, known: Known) => readonly string[]
}

export function faultsOf(rules: readonly DpsRule[], dps: Dps, known: Known): OfficialFault[] {
  return rules.flatMap(({ code, official, message, brokenAt }) =>
    brokenAt(dps, known).map(path => ({ path, code, official, message })),
  )
}

const nowhere: readonly string[] = []

/** The path where the condition holds. */
export function at(path: string, isBroken: boolean): readonly string[] {
  return isBroken ? [path] : nowhere
}

/** Each item's path, where its condition holds. */
export function eachAt<T>(path: string, items: readonly T[], isBroken: (item: T) => boolean, field = ''): readonly string[] {
  const broken: string[] = []
  for (const [i, item] of items.entries()) if (isBroken(item)) broken.push(`${path}/${i}${field}`)
  return broken
}

export const SCHEMA = 'E1235'

import type { YearMonth } from '../../core/dates.ts'
import { type Cents, cents, type Decimal, decimal } from '../../core/money.ts'

// What the law says of withholding, by competence. PIS and COFINS end with 2026 (LC 214/2025), so there are two calendars.

export const WITHHELD_TAXES = ['irrf', 'pis', 'cofins', 'csll', 'inss', 'iss'] as const
export type WithheldTax = (typeof WITHHELD_TAXES)[number]

export const nameOfTax: Record<WithheldTax, string> = {
  irrf: 'IRRF',
  pis: 'PIS',
  cofins: 'COFINS',
  csll: 'CSLL',
  inss: 'INSS',
  iss: 'ISS',
}

/** Taxes that share one waiver: of the contributions (*PCC*) the sum counts. */
export type TaxGroup = 'irrf' | 'pcc' | 'inss' | 'iss'
export const TAX_GROUPS = ['irrf', 'pcc', 'inss', 'iss'] as const satisfies readonly TaxGroup[]

export const groupOf: Record<WithheldTax, TaxGroup> = {
  irrf: 'irrf',
  pis: 'pcc',
  cofins: 'pcc',
  csll: 'pcc',
  inss: 'inss',
  iss: 'iss',
}

export const contributions = ['pis', 'cofins', 'csll'] as const satisfies readonly WithheldTax[]

/** Up to which tax nothing is withheld: asked of the tax before it is rounded. */
export interface Waiver {
  cents: Cents
  /** `above`: withheld from a millionth more on; `at_least`: from the amount itself on. */
  how: 'above' | 'at_least'
  source: string
}

export interface TaxCalendar {
  /** First and last month of competence; null: none. */
  from: YearMonth | null
  until: YearMonth | null
  /** The taxes that there are to withhold; ISS is the city's. */
  taxes: readonly WithheldTax[]
  /** What ended the others. */
  ended: string | null
  waivers: Record<TaxGroup, Waiver | null>
}

const TEN = cents(1000)

const irrfWaiver: Waiver = { cents: TEN, how: 'above', source: 'Lei 9.430/1996, art. 67' }
/** Each payment by itself: accumulation within a month was revoked (Lei 13.137/2015, art. 27, VIII). */
const pccWaiver: Waiver = { cents: TEN, how: 'above', source: 'Lei 10.833/2003, art. 31, § 3º' }
const inssWaiver: Waiver = { cents: TEN, how: 'at_least', source: 'IN RFB 2.110/2022, dispensa da retenção inferior a R$ 10,00' }

const LAST_OF_PIS_COFINS = '2026-12' as YearMonth // well formed
const FIRST_WITHOUT_PIS_COFINS = '2027-01' as YearMonth // well formed

export const taxCalendars = {
  until2026: {
    from: null,
    until: LAST_OF_PIS_COFINS,
    taxes: WITHHELD_TAXES,
    ended: null,
    waivers: { irrf: irrfWaiver, pcc: pccWaiver, inss: inssWaiver, iss: null },
  },
  from2027: {
    from: FIRST_WITHOUT_PIS_COFINS,
    until: null,
    taxes: ['irrf', 'csll', 'inss', 'iss'],
    ended: 'LC 214/2025, art. 509 (Lei 10.833/2003, arts. 30 a 34)',
    // That § 3º stays as it is for CSLL alone is presumed: nothing found says otherwise.
    waivers: { irrf: irrfWaiver, pcc: pccWaiver, inss: inssWaiver, iss: null },
  },
} as const satisfies Record<string, TaxCalendar>

export const allTaxCalendars: readonly TaxCalendar[] = [taxCalendars.until2026, taxCalendars.from2027]

export function taxCalendarOf(competence: YearMonth): TaxCalendar {
  return competence <= LAST_OF_PIS_COFINS ? taxCalendars.until2026 : taxCalendars.from2027
}

/** The rates that the law knows, in per cent, and where it says so. ISS is between 2 and 5, as the city says. */
export const lawfulRates: Record<Exclude<WithheldTax, 'iss'>, { percents: readonly Decimal[]; source: string }> = {
  irrf: { percents: [decimal('1.5'), decimal('1')], source: 'Decreto 9.580/2018 (RIR), arts. 714, 716 e 718' },
  pis: { percents: [decimal('0.65')], source: 'Lei 10.833/2003, art. 31' },
  cofins: { percents: [decimal('3')], source: 'Lei 10.833/2003, art. 31' },
  csll: { percents: [decimal('1')], source: 'Lei 10.833/2003, art. 31' },
  inss: { percents: [decimal('11'), decimal('3.5')], source: 'Lei 8.212/1991, art. 31; Lei 12.546/2011, art. 7º, § 6º' },
}

export const issBounds = {
  least: decimal('2'),
  leastSource: 'LC 116/2003, art. 8º-A',
  most: decimal('5'),
  mostSource: 'LC 116/2003, art. 8º, II',
  /** What is withheld of a Simples provider that does not tell its effective rate. */
  untoldOfSimples: decimal('5'),
  untoldSource: 'LC 123/2006, art. 21, § 4º, V',
} as const

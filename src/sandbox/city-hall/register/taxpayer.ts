import type { CivilDate } from '../../../core/dates.ts'

/** An entry of a city's own in the national complementary register (CNC). */
export interface CityEntry {
  readonly city: string
  readonly municipalNumber: string
  readonly since: CivilDate
  readonly isActive: boolean
  readonly mayIssue: boolean
}

/** 2 MEI, 3 ME or EPP; whoever has no spell on a day is no optant. */
export interface SimplesSpell {
  readonly kind: '2' | '3'
  readonly from: CivilDate
  readonly to: CivilDate | null
}

/** Whom the registers of the federal revenue know, by CNPJ or CPF. */
export interface Taxpayer {
  readonly taxId: string
  readonly name: string
  readonly since: CivilDate
  /** Null: the register tells no city. */
  readonly city: string | null
  readonly street: string
  readonly number: string
  readonly district: string
  readonly postalCode: string
  readonly simples: readonly SimplesSpell[]
  readonly entries: readonly CityEntry[]
}

/** A taxpayer as an operator enters it. */
export function taxpayerOf(given: Partial<Taxpayer> & Pick<Taxpayer, 'taxId'>): Taxpayer {
  return {
    name: `EMPRESA FICTICIA ${given.taxId}`,
    since: '2000-01-01' as CivilDate,
    city: null,
    street: 'RUA DO EXEMPLO',
    number: '10',
    district: 'CENTRO',
    postalCode: '88010000',
    simples: [],
    entries: [],
    ...given,
  }
}

/** 1 none, 2 MEI, 3 ME or EPP, on a day. */
export function simplesOn({ simples }: Taxpayer, day: string): '1' | '2' | '3' {
  return simples.find(spell => spell.from <= day && (spell.to === null || day <= spell.to))?.kind ?? '1'
}

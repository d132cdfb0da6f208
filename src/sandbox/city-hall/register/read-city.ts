import { municipioOf } from '../../../core/brazil/municipio.ts'
import { type CivilDate, parseCivilDate } from '../../../core/dates.ts'
import { type Hundredths, hundredths } from '../amounts.ts'
import { type Benefit, type BenefitKind, type City, cityOf, type DeductionKind, type ServiceTerms, type Window } from './city.ts'
import { Members, Misread, told } from './misread.ts'

const aDay = 'um dia, como 2026-01-31'
const aRate = 'um percentual, como "5.00"'

const rate = (text: string): Hundredths | null => (/^\d{1,3}\.\d{2}$/.test(text) ? hundredths(text) : null)
const amount = (text: string): Hundredths | null => (/^\d{1,15}\.\d{2}$/.test(text) ? hundredths(text) : null)
const oneOf =
  <T extends string>(...known: readonly T[]) =>
  (text: string): T | null =>
    known.find(one => one === text) ?? null

/** A city as `PUT /_sandbox/cities` takes it. Throws `Misread`. */
export function readCity(from: unknown): City {
  const members = new Members(from, 'city')
  const code = members.text('code', text => (municipioOf(text) === null ? null : text), 'o código IBGE de um município')
  if (code === undefined) throw new Misread('city/code: falta o código IBGE do município')
  const city = cityOf({
    code,
    ...told({
      isActive: members.flag('isActive'),
      since: members.text('since', parseCivilDate, aDay),
      rate: members.text('rate', rate, aRate),
      services: members.record('services', readTerms),
      notAdministered: members.texts('notAdministered'),
      specialRegimes: members.texts('specialRegimes'),
      benefits: members.list('benefits', readBenefit),
      cancelling: members.inside('cancelling', readWindow),
      substituting: members.inside('substituting', readSubstituting),
      withholdingCpfs: members.texts('withholdingCpfs'),
      letsRegisteredIssue: members.flag('letsRegisteredIssue'),
    }),
  })
  members.end()
  return city
}

function readTerms(from: unknown, where: string): ServiceTerms {
  const members = new Members(from, where)
  const deductionKinds = oneOf<DeductionKind>('percent', 'value', 'documents')
  const terms = told({
    rates: members.list('rates', (item, at) => {
      const one = new Members(item, at)
      const read = {
        from: one.text('from', parseCivilDate, aDay) ?? ('2000-01-01' as CivilDate),
        rate: one.text('rate', rate, aRate) ?? 0n,
      }
      one.end()
      return read
    }),
    isIncident: members.flag('isIncident'),
    deductions: members.list('deductions', (item, at) => {
      const kind = deductionKinds(String(item))
      if (kind === null) throw new Misread(`${at}: esperava percent, value ou documents`)
      return kind
    }),
    municipalCodes: members.texts('municipalCodes'),
    specialRegimes: members.texts('specialRegimes'),
  })
  members.end()
  return terms
}

function readBenefit(from: unknown, where: string): Benefit {
  const members = new Members(from, where)
  const number = members.text('number', text => (/^\d{14}$/.test(text) ? text : null), 'quatorze dígitos')
  const kind = members.text(
    'kind',
    oneOf<BenefitKind>('exemption', 'percent', 'value', 'rate'),
    'exemption, percent, value ou rate',
  )
  if (number === undefined || kind === undefined) throw new Misread(`${where}: faltam number e kind`)
  const benefit: Benefit = {
    number,
    kind,
    from: members.text('from', parseCivilDate, aDay) ?? ('2000-01-01' as CivilDate),
    to: members.nullable('to', parseCivilDate, aDay) ?? null,
    percent: members.text('percent', rate, aRate) ?? 0n,
    isForLocals: members.flag('isForLocals') ?? false,
    services: members.texts('services') ?? [],
    taxIds: members.texts('taxIds') ?? [],
  }
  members.end()
  return benefit
}

function windowIn(members: Members): Window {
  return {
    days: members.whole('days') ?? 180,
    mostCents: members.nullable('most', amount, 'um valor, como "1000.00"') ?? null,
    needsTaker: members.flag('needsTaker') ?? false,
  }
}

function readWindow(from: unknown, where: string): Window {
  const members = new Members(from, where)
  const window = windowIn(members)
  members.end()
  return window
}

function readSubstituting(from: unknown, where: string): City['substituting'] {
  const members = new Members(from, where)
  const window = { ...windowIn(members), keepsTaker: members.flag('keepsTaker') ?? false }
  members.end()
  return window
}

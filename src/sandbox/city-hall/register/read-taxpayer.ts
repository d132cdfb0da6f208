import { municipioOf } from '../../../core/brazil/municipio.ts'
import { parseTaxId } from '../../../core/brazil/tax-id.ts'
import { type CivilDate, parseCivilDate } from '../../../core/dates.ts'
import { Members, Misread, told } from './misread.ts'
import { type CityEntry, type SimplesSpell, type Taxpayer, taxpayerOf } from './taxpayer.ts'

const aDay = 'um dia, como 2026-01-31'
const firstDay = '2000-01-01' as CivilDate
const cityCode = (text: string) => (municipioOf(text) === null ? null : text)

/** A taxpayer as `PUT /_sandbox/taxpayers` takes it. Throws `Misread`. */
export function readTaxpayer(from: unknown): Taxpayer {
  const members = new Members(from, 'taxpayer')
  const taxId = members.text('taxId', text => (parseTaxId(text)?.taxId === text ? text : null), 'um CNPJ ou CPF sem máscara')
  if (taxId === undefined) throw new Misread('taxpayer/taxId: falta o CNPJ ou CPF')
  const taxpayer = taxpayerOf({
    taxId,
    ...told({
      name: members.text('name'),
      since: members.text('since', parseCivilDate, aDay),
      city: members.nullable('city', cityCode, 'o código IBGE de um município'),
      street: members.text('street'),
      number: members.text('number'),
      district: members.text('district'),
      postalCode: members.text('postalCode', text => (/^\d{8}$/.test(text) ? text : null), 'um CEP de oito dígitos'),
      simples: members.list('simples', readSpell),
      entries: members.list('entries', readEntry),
    }),
  })
  members.end()
  return taxpayer
}

function readSpell(from: unknown, where: string): SimplesSpell {
  const members = new Members(from, where)
  const kind = members.text('kind', text => (text === '2' || text === '3' ? text : null), '2 (MEI) ou 3 (ME ou EPP)')
  if (kind === undefined) throw new Misread(`${where}/kind: falta 2 (MEI) ou 3 (ME ou EPP)`)
  const spell: SimplesSpell = {
    kind,
    from: members.text('from', parseCivilDate, aDay) ?? firstDay,
    to: members.nullable('to', parseCivilDate, aDay) ?? null,
  }
  members.end()
  return spell
}

function readEntry(from: unknown, where: string): CityEntry {
  const members = new Members(from, where)
  const city = members.text('city', cityCode, 'o código IBGE de um município')
  const municipalNumber = members.text('municipalNumber')
  if (city === undefined || municipalNumber === undefined) throw new Misread(`${where}: faltam city e municipalNumber`)
  const entry: CityEntry = {
    city,
    municipalNumber,
    since: members.text('since', parseCivilDate, aDay) ?? firstDay,
    isActive: members.flag('isActive') ?? true,
    mayIssue: members.flag('mayIssue') ?? true,
  }
  members.end()
  return entry
}

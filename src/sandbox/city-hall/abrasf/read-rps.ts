import { type Hundredths, hundredths } from '../amounts.ts'
import type { Place } from '../reading/place.ts'
import type { AbrasfVersion } from './version.ts'

/** One RPS of a lote, whichever version wrote it. */
export interface Rps {
  readonly number: string
  readonly series: string
  readonly kind: string
  /** CNPJ or CPF. */
  readonly provider: string
  /** '2026-11-20' */
  readonly competence: string
  /** '01.07' */
  readonly item: string
  readonly price: Hundredths
  readonly base: Hundredths
  /** In millionths; null: not told. */
  readonly rate: bigint | null
  /** As told; null: not told. */
  readonly iss: Hundredths | null
  readonly isWithheld: boolean
  readonly federal: Hundredths
  readonly discounts: Hundredths
  readonly isOptant: boolean
  /** The element of the declaration itself. */
  readonly place: Place
}

const text = (place: Place, ...paths: readonly string[]) =>
  paths.map(path => place.text(path)).find(found => found !== undefined) ?? ''

/** Amounts of ABRASF may have one decimal, or leading zeros. */
function amount(place: Place, name: string): Hundredths {
  const [whole = '0', fraction = ''] = (place.text(`Servico/Valores/${name}`) ?? '0').split('.')
  return hundredths(`${whole === '' ? '0' : whole}.${fraction.padEnd(2, '0').slice(0, 2)}`)
}

export function readRps(place: Place, version: AbrasfVersion): Rps {
  const id = place.has('IdentificacaoRps') ? 'IdentificacaoRps' : 'Rps/IdentificacaoRps'
  const money = (name: string) => amount(place, name)
  const price = money('ValorServicos')
  const unconditional = money('DescontoIncondicionado')
  const told = place.text('Servico/Valores/Aliquota')
  return {
    number: text(place, `${id}/Numero`),
    series: text(place, `${id}/Serie`),
    kind: text(place, `${id}/Tipo`),
    provider: text(place, 'Prestador/Cnpj', 'Prestador/CpfCnpj/Cnpj', 'Prestador/CpfCnpj/Cpf'),
    competence: text(place, 'Competencia', 'DataEmissao').slice(0, 10),
    item: text(place, 'Servico/ItemListaServico'),
    price,
    base: price - money('ValorDeducoes') - unconditional,
    rate: told === undefined ? null : millionths(told, version.rateUnit),
    iss: place.has('Servico/Valores/ValorIss') ? money('ValorIss') : null,
    isWithheld: text(place, 'Servico/Valores/IssRetido', 'Servico/IssRetido') === '1',
    federal: ['ValorPis', 'ValorCofins', 'ValorInss', 'ValorIr', 'ValorCsll', 'OutrasRetencoes']
      .map(money)
      .reduce((a, b) => a + b, 0n),
    discounts: unconditional + money('DescontoCondicionado'),
    isOptant: place.says('OptanteSimplesNacional', '1'),
    place,
  }
}

/** '0.0500' as a fraction and '5.00' as a percentage are the same 50000. */
function millionths(told: string, unit: bigint): bigint {
  const [whole = '0', fraction = ''] = told.split('.')
  return (BigInt(`${whole === '' ? '0' : whole}${fraction.padEnd(4, '0').slice(0, 4)}`) * unit) / 10_000n
}

/** A rate of an amount, half even. */
export function taxOf(base: Hundredths, rate: bigint): Hundredths {
  const product = base * rate
  const [whole, rest] = [product / 1_000_000n, product % 1_000_000n]
  return rest > 500_000n || (rest === 500_000n && whole % 2n === 1n) ? whole + 1n : whole
}

/** What the taker pays. */
export function netOf(rps: Rps, iss: Hundredths): Hundredths {
  return rps.price - rps.federal - rps.discounts - (rps.isWithheld ? iss : 0n)
}

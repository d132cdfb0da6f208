import { parseTaxId } from '../../src/core/brazil/tax-id.ts'
import { type Instant, instant, yearMonth } from '../../src/core/dates.ts'
import { nfseKey } from '../../src/nfse/identifiers/nfse-key.ts'
import { clockAt } from '../../src/platform/clock.ts'
import { CityHall, compressed } from '../../src/sandbox/city-hall/hall.ts'
import { type DpsParts, dpsText, florianopolis, provider } from './dps-text.ts'

export const noon = instant('2026-11-20T15:00:00Z')

export function hallAtNoon(): CityHall {
  return new CityHall({ clock: clockAt(noon) })
}

const issuer = parseTaxId(provider)
if (issuer === null) throw new Error('not a CNPJ')

/** Of the note that a case finds standing. */
export const standingKey = nfseKey({
  municipio: florianopolis,
  generator: '2',
  issuer,
  number: 7,
  issuedIn: yearMonth('2026-11'),
  random: '123456789',
})

/** A note that stands, made of these parts: the usual ones, but its number. */
export function stands(hall: CityHall, parts: DpsParts = {}, at: Instant = noon, key = standingKey): void {
  const text = dpsText({ nDPS: '7', ...parts })
  hall.enter({
    key,
    dpsId: /Id="([^"]*)"/.exec(text)?.[1] ?? '',
    number: 7,
    fiscalNumber: 7,
    at,
    issuer: provider,
    parties: [provider, '91712343000134'],
    xml: compressed(`<NFSe><infNFSe>${text}</infNFSe></NFSe>`),
  })
}

/** The note has this event. */
export function happened(hall: CityHall, code: string, author = provider, about = '', sequence = 1): void {
  hall.enterEvent(standingKey, { code, sequence, at: noon, author, about, fiscalNumber: 8, xml: compressed('<evento/>') })
}

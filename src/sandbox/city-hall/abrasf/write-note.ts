import { hash, sign as rsaSign } from 'node:crypto'
import { municipioOf } from '../../../core/brazil/municipio.ts'
import type { Instant } from '../../../core/dates.ts'
import { ours } from '../../../nfse/signature/profile.ts'
import type { Signer } from '../../../nfse/signature/sign.ts'
import { canonicalSignedInfo, signatureElement, signedInfoInside } from '../../../nfse/signature/signed-info.ts'
import { escapeText, group, leaf, nothing, sequence, withAttributes, type Xml } from '../../../nfse/xml/canonical.ts'
import { type Hundredths, written } from '../amounts.ts'
import { written24 } from '../issue/write-nfse.ts'
import type { Element } from '../reading/place.ts'
import type { Taxpayer } from '../register/taxpayer.ts'
import { netOf, type Rps } from './read-rps.ts'
import type { AbrasfVersion } from './version.ts'

export interface CityNoteHead {
  readonly number: number
  readonly verification: string
  readonly at: Instant
  readonly city: string
  readonly provider: Taxpayer
  readonly iss: Hundredths
  /** In millionths. */
  readonly rate: bigint
}

/** What was read, written again: the same elements, blanks between them and signatures left out. */
export function again({ name, attributes, children, text }: Element): Xml {
  if (name === 'Signature') return nothing
  // Escaped as the writer of canonical XML escapes it.
  const inside = children.length > 0 ? children.map(again) : [escapeText(text) as Xml]
  return withAttributes(name, attributes, ...inside)
}

/** Nfse inside CompNfse, in the shape of the version. */
export function writeCityNote(rps: Rps, head: CityNoteHead, version: AbrasfVersion, signer: Signer): Xml {
  return version.name === '1.00' ? ofFirst(rps, head, version, signer) : ofLater(rps, head, version)
}

/** As the version writes a rate: a fraction, or a percentage. */
function shownRate(rate: bigint, version: AbrasfVersion): string {
  if (version.name === '1.00') return `0.${(rate / 100n).toString().padStart(4, '0')}`
  return written(rate / 100n)
}

function ofLater(rps: Rps, head: CityNoteHead, version: AbrasfVersion): Xml {
  const body = sequence(
    leaf('Numero', String(head.number)),
    leaf('CodigoVerificacao', head.verification),
    leaf('DataEmissao', written24(head.at)),
    group(
      'ValoresNfse',
      leaf('BaseCalculo', written(rps.base)),
      leaf('Aliquota', shownRate(head.rate, version)),
      leaf('ValorIss', written(head.iss)),
      leaf('ValorLiquidoNfse', written(netOf(rps, head.iss))),
    ),
    provider(rps, head, version),
    maker(head),
    group('DeclaracaoPrestacaoServico', again(rps.place.element)),
  )
  return withAttributes('Nfse', { versao: version.name }, withAttributes('InfNfse', { Id: `nfse${head.number}` }, body))
}

/** The values of 1.00, in their order: what was told, and what the city reckons. */
const firstValues = [
  'ValorServicos',
  'ValorDeducoes',
  'ValorPis',
  'ValorCofins',
  'ValorInss',
  'ValorIr',
  'ValorCsll',
  'IssRetido',
  'ValorIss',
  'ValorIssRetido',
  'OutrasRetencoes',
  'BaseCalculo',
  'Aliquota',
  'ValorLiquidoNfse',
  'DescontoIncondicionado',
  'DescontoCondicionado',
]

function ofFirst(rps: Rps, head: CityNoteHead, version: AbrasfVersion, signer: Signer): Xml {
  const { place } = rps
  const told = (path: string) => leaf(path.slice(path.lastIndexOf('/') + 1), place.text(path))
  const element = (path: string) => {
    const found = place.place(path)
    return found === undefined ? nothing : again(found.element)
  }
  const reckoned: Record<string, string> = {
    ValorIss: written(head.iss),
    BaseCalculo: written(rps.base),
    Aliquota: shownRate(head.rate, version),
    ValorLiquidoNfse: written(netOf(rps, head.iss)),
    ...(rps.isWithheld && { ValorIssRetido: written(head.iss) }),
  }
  const values = firstValues.map(name => leaf(name, reckoned[name] ?? place.text(`Servico/Valores/${name}`)))
  const service = (place.place('Servico')?.element.children ?? []).filter(({ name }) => name !== 'Valores')
  const taker = place.place('Tomador')?.element.children ?? []
  const id = `nfse${head.number}`
  const body = sequence(
    leaf('Numero', String(head.number)),
    leaf('CodigoVerificacao', head.verification),
    leaf('DataEmissao', written24(head.at)),
    element('IdentificacaoRps'),
    leaf('DataEmissaoRps', rps.competence),
    told('NaturezaOperacao'),
    told('RegimeEspecialTributacao'),
    told('OptanteSimplesNacional'),
    told('IncentivadorCultural'),
    leaf('Competencia', `${rps.competence}T00:00:00`),
    group('Servico', group('Valores', ...values), ...service.map(again)),
    provider(rps, head, version),
    group('TomadorServico', ...taker.map(again)),
    maker(head),
  )
  return group('Nfse', ...signed('InfNfse', id, body, version, signer))
}

/** The element and its signature beside it. What stands here is its own canonical form, but for the namespace it inherits. */
export function signed(name: string, id: string, body: Xml, version: AbrasfVersion, signer: Signer): Xml[] {
  const element = withAttributes(name, { [version.id]: id }, body)
  const form = element.replace(`<${name} `, `<${name} xmlns="${version.namespace}" `)
  const inside = signedInfoInside(id, hash('sha256', form, 'base64'), ours)
  const value = rsaSign('RSA-SHA256', Buffer.from(canonicalSignedInfo(inside)), signer.key).toString('base64')
  // Written by the same hand as a note of the national standard.
  return [element, signatureElement(inside, value, signer.certificateBase64) as Xml]
}

function maker({ city }: CityNoteHead): Xml {
  return group('OrgaoGerador', leaf('CodigoMunicipio', city), leaf('Uf', municipioOf(city)?.uf))
}

function provider(rps: Rps, { provider: known, city }: CityNoteHead, version: AbrasfVersion): Xml {
  const told = rps.place.place('Prestador')
  // From 2.04 on the provider stands in the declaration alone.
  const id =
    version.name === '2.04' || told === undefined ? nothing : group('IdentificacaoPrestador', ...told.element.children.map(again))
  return group(
    'PrestadorServico',
    id,
    leaf('RazaoSocial', known.name),
    group(
      'Endereco',
      leaf('Endereco', known.street),
      leaf('Numero', known.number),
      leaf('Bairro', known.district),
      leaf('CodigoMunicipio', city),
      leaf('Uf', municipioOf(city)?.uf),
      leaf('Cep', known.postalCode),
    ),
  )
}

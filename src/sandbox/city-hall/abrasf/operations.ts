// The operations of ABRASF: a lote is received, asked for, its notes are found and cancelled.

import { randomUUID } from 'node:crypto'
import { dayInZone } from '../../../core/dates.ts'
import { parseXml } from '../../../nfse/schema/parse-xml.ts'
import { validate } from '../../../nfse/schema/validate.ts'
import { group, leaf, sequence, withAttributes, XML_DECLARATION, type Xml } from '../../../nfse/xml/canonical.ts'
import { written24 } from '../issue/write-nfse.ts'
import type { Answer, Call } from '../protocol/answer.ts'
import type { Office } from '../protocol/receive-dps.ts'
import { Place } from '../reading/place.ts'
import { rateOf } from '../register/city.ts'
import { taxpayerOf } from '../register/taxpayer.ts'
import { rootOf } from '../rules/marks.ts'
import { timeZone } from '../rules/substitution.ts'
import { type CityNote, type Lote, type RefusedRps, rpsKeyOf } from './lotes.ts'
import { type Rps, readRps, taxOf } from './read-rps.ts'
import { rpsRules, serviceOf } from './rps-rules.ts'
import { openSoap, soapAnswer, soapFault } from './soap.ts'
import { type AbrasfVersion, abrasfVersions } from './version.ts'
import { again, signed, writeCityNote } from './write-note.ts'

interface Asked {
  readonly office: Office
  readonly version: AbrasfVersion
  readonly city: string
  /** Of the certificate of the connection. */
  readonly caller: string
  readonly document: Place
}

type Operation = (asked: Asked) => Xml

/** Operations by the root of their document, and the versions that have them. */
const operations: Readonly<Record<string, readonly [name: string, run: Operation, since: 'all' | 'first' | 'later']>> = {
  EnviarLoteRpsEnvio: ['RecepcionarLoteRps', receive, 'all'],
  EnviarLoteRpsSincronoEnvio: ['RecepcionarLoteRpsSincrono', receiveAtOnce, 'later'],
  GerarNfseEnvio: ['GerarNfse', generate, 'later'],
  ConsultarSituacaoLoteRpsEnvio: ['ConsultarSituacaoLoteRps', situation, 'first'],
  ConsultarLoteRpsEnvio: ['ConsultarLoteRps', readLote, 'all'],
  ConsultarNfseRpsEnvio: ['ConsultarNfsePorRps', findByRps, 'all'],
  CancelarNfseEnvio: ['CancelarNfse', cancel, 'all'],
}

/** `path` is '/2.04/4205407'. Null: no such service. */
export function abrasf(office: Office, { method, path, body, caller }: Call): Answer | null {
  const [, number, city = ''] = /^\/(\d\.\d{2})\/(\d{7})$/.exec(path) ?? []
  const version = abrasfVersions.find(({ name }) => name === number)
  if (version === undefined || method !== 'POST') return null
  const call = openSoap(body)
  if (call === null) return { status: 500, xml: soapFault('O corpo não é um envelope SOAP com nfseCabecMsg e nfseDadosMsg.') }
  const parsed = parseXml(call.data)
  const root = parsed.ok ? parsed.root.name : ''
  const [name, run, since] = operations[root] ?? []
  if (name !== call.operation || run === undefined || since === (version.name === '1.00' ? 'later' : 'first')) {
    return {
      status: 500,
      xml: soapFault(`A versão ${version.name} não tem a operação ${call.operation} com o documento ${root}.`),
    }
  }
  const [fault] = validate(version.schema, call.data)
  const answer =
    parsed.ok && fault === undefined
      ? run({ office, version, city, caller, document: new Place(parsed.root) })
      : messages([{ code: 'E160', says: `O XML não obedece ao esquema: ${fault?.message ?? ''}` }])
  const document = withAttributes(root.replace(/Envio$/, 'Resposta'), { xmlns: version.namespace }, answer)
  return { status: 200, xml: soapAnswer(call.operation, XML_DECLARATION + document) }
}

interface Message {
  readonly code: string
  readonly says: string
  readonly more?: string
}

function messages(list: readonly Message[]): Xml {
  const told = list.map(({ code, says, more }) =>
    group('MensagemRetorno', leaf('Codigo', code), leaf('Mensagem', says.slice(0, 200)), leaf('Correcao', more)),
  )
  return group('ListaMensagemRetorno', ...told)
}

/** Of a lote, RPS by RPS; the first version has no list for it. */
function loteMessages(refused: readonly RefusedRps[], version: AbrasfVersion): Xml {
  if (version.name === '1.00') {
    return messages(refused.map(({ code, says, number }) => ({ code, says, more: `RPS ${number}` })))
  }
  const told = refused.map(({ number, series, kind, code, says }) =>
    group(
      'MensagemRetorno',
      group('IdentificacaoRps', leaf('Numero', number), leaf('Serie', series), leaf('Tipo', kind)),
      leaf('Codigo', code),
      leaf('Mensagem', says),
    ),
  )
  return group('ListaMensagemRetornoLote', ...told)
}

function receive(asked: Asked): Xml {
  const lote = enter(asked)
  return 'code' in lote ? messages([lote]) : receipt(lote)
}

function receipt({ number, at, protocol }: Lote): Xml {
  return sequence(leaf('NumeroLote', number), leaf('DataRecebimento', written24(at)), leaf('Protocolo', protocol))
}

function receiveAtOnce(asked: Asked): Xml {
  const lote = enter(asked)
  if ('code' in lote) return messages([lote])
  const refused = loteMessages(lote.refused, asked.version)
  return sequence(receipt(lote), lote.refused.length > 0 ? refused : listed(asked, lote))
}

/** One RPS without a lote around it. */
function generate(asked: Asked): Xml {
  const { document, version } = asked
  const rps = declarations(document, 'Rps', version)
  const lote = enterAll(asked, rps, '1', rps[0]?.provider ?? '')
  return lote.refused.length > 0 ? messages(lote.refused) : listed(asked, lote)
}

function listed(asked: Asked, lote: Lote): Xml {
  return group('ListaNfse', ...lote.notes.map(number => told(asked, asked.office.hall.lotes.note(lote.city, number))))
}

/** The RPS below a place, each by its declaration. */
function declarations(at: Place, path: string, version: AbrasfVersion): Rps[] {
  return at.places(path).flatMap(one => {
    const found = one.place(version.declaration)
    return found === undefined ? [] : [readRps(found, version)]
  })
}

function enter(asked: Asked): Lote | Message {
  const { document, version, caller } = asked
  const provider = document.text(`${version.loteProvider}/Cnpj`) ?? document.text(`${version.loteProvider}/Cpf`) ?? ''
  if (rootOf(provider) !== rootOf(caller)) return { code: 'E45', says: 'O certificado não é do prestador do lote.' }
  const rps = declarations(document, 'LoteRps/ListaRps/Rps', version)
  if (String(rps.length) !== document.text('LoteRps/QuantidadeRps')) {
    return { code: 'E69', says: 'A quantidade de RPS não é a dos que vieram no lote.' }
  }
  return enterAll(asked, rps, document.text('LoteRps/NumeroLote') ?? '', provider)
}

/** All or nothing, at once: nobody can come in between judging and entering. */
function enterAll({ office, version, city }: Asked, all: readonly Rps[], number: string, provider: string): Lote {
  const { hall, signer } = office
  const known = hall.city(city)
  const seen = new Set<string>()
  const today = dayInZone(hall.now, timeZone)
  const refused = all.flatMap(rps => {
    const key = rpsKeyOf(city, rps.provider, rps)
    const isTaken = seen.has(key) || hall.lotes.noteOfRps(key) !== null
    seen.add(key)
    const isItemKnown = hall.asSeenBy('').tables.services.has(serviceOf(rps.item))
    const asked = { rps, city: known, sender: provider, today, isTaken, isItemKnown }
    return rpsRules
      .filter(rule => rule.refuses(asked))
      .map(({ code, says }): RefusedRps => ({ number: rps.number, series: rps.series, kind: rps.kind, code, says }))
  })
  const first = hall.lotes.nextNumber(city, today.slice(0, 4))
  const notes =
    refused.length > 0
      ? []
      : all.map((rps, i): CityNote => {
          const head = {
            number: first + i,
            verification: randomUUID().replaceAll('-', '').slice(0, 9).toUpperCase(),
            at: hall.now,
            city,
            provider: hall.taxpayer(rps.provider) ?? taxpayerOf({ taxId: rps.provider }),
            ...taxed(rps, known === null ? 0n : rateOf(known, serviceOf(rps.item), rps.competence) * 100n),
          }
          const { verification, at } = head
          return {
            number: head.number,
            verification,
            at,
            city,
            provider: rps.provider,
            rpsKey: rpsKeyOf(city, rps.provider, rps),
            xml: writeCityNote(rps, head, version, signer),
          }
        })
  const lote: Lote = {
    protocol: randomUUID(),
    number,
    city,
    provider,
    at: hall.now,
    refused,
    notes: notes.map(note => note.number),
  }
  hall.enterLote({ is: 'lote', lote, notes })
  return lote
}

/** The rate that was told, else the city's. */
function taxed(rps: Rps, ofCity: bigint): { rate: bigint; iss: bigint } {
  const rate = rps.rate ?? ofCity
  return { rate, iss: taxOf(rps.base, rate) }
}

function loteAsked({ office, document }: Asked): Lote | null {
  const lote = office.hall.lotes.lote(document.text('Protocolo') ?? '')
  const asker = ['Prestador/Cnpj', 'Prestador/CpfCnpj/Cnpj', 'Prestador/CpfCnpj/Cpf'].map(path => document.text(path))
  return lote !== null && asker.includes(lote.provider) ? lote : null
}

const unknownProtocol: Message = { code: 'E86', says: 'O número do protocolo de recebimento do lote não existe.' }
const notYet: Message = { code: 'E92', says: 'O lote ainda não foi processado.' }

function situation(asked: Asked): Xml {
  const lote = loteAsked(asked)
  if (lote === null) return messages([unknownProtocol])
  return sequence(leaf('NumeroLote', lote.number), leaf('Situacao', asked.office.hall.lotes.situation(lote)))
}

function readLote(asked: Asked): Xml {
  const { version, office } = asked
  const lote = loteAsked(asked)
  const isFirst = version.name === '1.00'
  // 1 is a lote that never arrived.
  if (lote === null) return sequence(isFirst ? ('' as Xml) : leaf('Situacao', '1'), messages([unknownProtocol]))
  const state = office.hall.lotes.situation(lote)
  const content = state === '2' ? messages([notYet]) : state === '3' ? loteMessages(lote.refused, version) : listed(asked, lote)
  return isFirst ? content : sequence(leaf('Situacao', state), content)
}

function findByRps({ office, version, city, document, ...rest }: Asked): Xml {
  const provider =
    ['Prestador/Cnpj', 'Prestador/CpfCnpj/Cnpj', 'Prestador/CpfCnpj/Cpf'].map(path => document.text(path)).find(Boolean) ?? ''
  const said = (name: string) => document.text(`IdentificacaoRps/${name}`) ?? ''
  const key = rpsKeyOf(city, provider, { number: said('Numero'), series: said('Serie'), kind: said('Tipo') })
  const note = office.hall.lotes.noteOfRps(key)
  if (note === null) return messages([{ code: 'E4', says: 'Este RPS não gerou NFS-e.' }])
  return told({ office, version, city, document, ...rest }, note)
}

/** CompNfse, with its cancellation where there is one. */
function told({ office, version }: Asked, note: CityNote | null): Xml {
  if (note === null) throw new Error('a lote names a note that is not there')
  const at = office.hall.lotes.cancelledAt(note)
  // Written when the note was entered.
  return group(
    'CompNfse',
    note.xml as Xml,
    at === null ? ('' as Xml) : cancellation(office, version, note, orderOf(note, version), written24(at)),
  )
}

/** The request to cancel, for a note whose request was not kept. */
function orderOf({ number, provider, city }: CityNote, version: AbrasfVersion): Xml {
  const id =
    version.name === '1.00' ? leaf('Cnpj', provider) : group('CpfCnpj', leaf(provider.length === 14 ? 'Cnpj' : 'Cpf', provider))
  const identity = group('IdentificacaoNfse', leaf('Numero', String(number)), id, leaf('CodigoMunicipio', city))
  return group(
    'Pedido',
    withAttributes('InfPedidoCancelamento', { [version.id]: `canc${number}` }, identity, leaf('CodigoCancelamento', '2')),
  )
}

function cancellation({ signer }: Office, version: AbrasfVersion, { number }: CityNote, order: Xml, at: string): Xml {
  const id = `conf${number}`
  if (version.name === '1.00') {
    return group(
      'NfseCancelamento',
      ...signed('Confirmacao', id, sequence(order, leaf('DataHoraCancelamento', at)), version, signer),
    )
  }
  const confirmed = withAttributes('Confirmacao', { Id: id }, order, leaf('DataHora', at))
  return withAttributes('NfseCancelamento', { versao: version.name }, confirmed)
}

function cancel({ office, version, city, caller, document }: Asked): Xml {
  const identity = 'Pedido/InfPedidoCancelamento/IdentificacaoNfse'
  const note = office.hall.lotes.note(city, Number(document.text(`${identity}/Numero`)))
  const order = document.place('Pedido')
  if (note === null || order === undefined || rootOf(note.provider) !== rootOf(caller)) {
    return messages([{ code: 'E78', says: 'A NFS-e não existe para este prestador.' }])
  }
  if (office.hall.lotes.cancelledAt(note) !== null) return messages([{ code: 'E79', says: 'A NFS-e já está cancelada.' }])
  const at = office.hall.now
  office.hall.enterLote({ is: 'cancelled', city, number: note.number, at })
  const confirmed = cancellation(office, version, note, again(order.element), written24(at))
  // The first version calls the answer's own element by another name.
  return version.name === '1.00'
    ? (confirmed.replace('<NfseCancelamento>', '<Cancelamento>').replace('</NfseCancelamento>', '</Cancelamento>') as Xml)
    : group('RetCancelamento', confirmed)
}

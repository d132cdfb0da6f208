// What the national data environment (ADN) tells contributors: the documents they are party to, by number (NSU), and a note's events.

import type { Distributed } from '../hall.ts'
import { compressed } from '../hall.ts'
import { application, written24 } from '../issue/write-nfse.ts'
import { rootOf } from '../rules/marks.ts'
import type { Answer, Call } from './answer.ts'
import type { Office } from './receive-dps.ts'

const mostDocuments = 50

/** The words of the ADN for the kinds of event. */
const eventWords: Readonly<Record<string, string>> = {
  101101: 'CANCELAMENTO',
  101103: 'SOLICITACAO_CANCELAMENTO_ANALISE_FISCAL',
  105102: 'CANCELAMENTO_POR_SUBSTITUICAO',
  105104: 'CANCELAMENTO_DEFERIDO_ANALISE_FISCAL',
  105105: 'CANCELAMENTO_INDEFERIDO_ANALISE_FISCAL',
  202201: 'CONFIRMACAO_PRESTADOR',
  202205: 'REJEICAO_PRESTADOR',
  203202: 'CONFIRMACAO_TOMADOR',
  203206: 'REJEICAO_TOMADOR',
  204203: 'CONFIRMACAO_INTERMEDIARIO',
  204207: 'REJEICAO_INTERMEDIARIO',
  205204: 'CONFIRMACAO_TACITA',
  205208: 'ANULACAO_REJEICAO',
  305101: 'CANCELAMENTO_POR_OFICIO',
  305102: 'BLOQUEIO_POR_OFICIO',
  305103: 'DESBLOQUEIO_POR_OFICIO',
}

type Status = 'REJEICAO' | 'NENHUM_DOCUMENTO_LOCALIZADO' | 'DOCUMENTOS_LOCALIZADOS'

/** `path` without '/contribuintes'. Null: no such operation. */
export function adn(office: Office, call: Call): Answer | null {
  const [, number] = /^\/DFe\/(\d{1,15})$/.exec(call.path) ?? []
  if (number !== undefined && call.method === 'GET') return distribution(office, call, Number(number))
  const [, key] = /^\/NFSe\/([0-9A-Z]{50})\/Eventos$/.exec(call.path) ?? []
  if (key !== undefined && call.method === 'GET') return eventsOf(office, call, key)
  return null
}

function distribution(office: Office, { query, caller }: Call, number: number): Answer {
  const asked = query.get('cnpjConsulta') ?? caller
  if (rootOf(asked) !== rootOf(caller)) {
    return answered(office, 400, 'REJEICAO', [], 'O CNPJ consultado não é da empresa do certificado.')
  }
  const told = office.hall.distributedTo(asked).map((one, i) => ({ one, number: i + 1 }))
  const isOne = query.get('lote') === 'false'
  const found = isOne ? told.filter(({ number: own }) => own === number) : told.slice(number, number + mostDocuments)
  return listed(office, found)
}

function eventsOf(office: Office, { caller }: Call, key: string): Answer {
  const note = office.hall.note(key)
  const isParty = note?.parties.some(party => rootOf(party) === rootOf(caller)) ?? false
  const events = isParty ? (note?.events ?? []) : []
  return listed(
    office,
    events.map(event => ({ one: { key, event }, number: null })),
  )
}

interface Numbered {
  readonly one: Distributed
  readonly number: number | null
}

function listed(office: Office, found: readonly Numbered[]): Answer {
  if (found.length === 0) return answered(office, 404, 'NENHUM_DOCUMENTO_LOCALIZADO', [])
  return answered(
    office,
    200,
    'DOCUMENTOS_LOCALIZADOS',
    found.map(one => shown(office, one)),
  )
}

function shown({ hall }: Office, { one: { key, event }, number }: Numbered): object {
  const note = hall.note(key)
  return {
    NSU: number,
    ChaveAcesso: key,
    TipoDocumento: event === null ? 'NFSE' : 'EVENTO',
    TipoEvento: event === null ? null : (eventWords[event.code] ?? null),
    ArquivoXml: event === null ? (note?.compressed.toString('base64') ?? null) : compressed(event.xml),
    DataHoraGeracao: written24(event === null ? (note?.at ?? hall.now) : event.at),
  }
}

function answered({ hall }: Office, status: number, said: Status, documents: readonly object[], why?: string): Answer {
  return {
    status,
    body: {
      StatusProcessamento: said,
      LoteDFe: documents,
      Alertas: [],
      Erros: why === undefined ? [] : [{ Codigo: 'RNG9999', Descricao: why }],
      TipoAmbiente: hall.environment === '1' ? 'PRODUCAO' : 'HOMOLOGACAO',
      VersaoAplicativo: application,
      DataHoraProcessamento: written24(hall.now),
    },
  }
}

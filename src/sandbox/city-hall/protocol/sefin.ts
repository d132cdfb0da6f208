// The API of Sefin Nacional: issue, look up, events (`api/sefin-prod.openapi.json` of the government, and what real traffic shows
// beyond it).

import { compressed } from '../hall.ts'
import type { Note } from '../notes.ts'
import { rootOf } from '../rules/marks.ts'
import { type Answer, type Call, head, type Noise, refusal } from './answer.ts'
import { about, envelopeProblems } from './problem.ts'
import { type Office, receiveDps } from './receive-dps.ts'
import { receiveEvent } from './receive-event.ts'

type Route = (office: Office, call: Call, noise: Noise, parts: readonly string[]) => Answer

const routes: readonly (readonly [method: string, path: RegExp, route: Route])[] = [
  ['POST', /^\/nfse$/, issue],
  ['GET', /^\/nfse\/([^/]+)$/, readNote],
  ['GET', /^\/dps\/([^/]+)$/, findDps],
  ['HEAD', /^\/dps\/([^/]+)$/, knowsDps],
  ['POST', /^\/nfse\/([^/]+)\/eventos$/, enterEvent],
  ['GET', /^\/nfse\/([^/]+)\/eventos\/([^/]+)\/([^/]+)$/, readEvent],
  ['GET', /^\/nfse\/([^/]+)\/eventos$/, readEvents],
  ['POST', /^\/decisao-judicial\/nfse$/, notForContributors],
  ['GET', /^\/DANFSe(?:\/.*)?$/, moved],
  ['GET', /^\/ParametrosMunicipais(?:\/.*)?$/, moved],
]

/** `path` without the prefix of the service. Null: no such operation. */
export function sefin(office: Office, call: Call, noise: Noise): Answer | null {
  for (const [method, path, route] of routes) {
    const match = call.method === method ? path.exec(call.path) : null
    if (match !== null) return route(office, call, noise, match.slice(1))
  }
  return null
}

function issue(office: Office, { body }: Call, noise: Noise): Answer {
  const received = receiveDps(office, body)
  if ('problems' in received) return refusal(office.hall, 400, received.problems, noise, { idDPS: received.dpsId })
  const { key, dpsId, compressed: xml } = stored(office, received.note)
  return {
    status: 201,
    body: {
      ...head(office.hall),
      idDps: dpsId,
      chaveAcesso: key,
      nfseXmlGZipB64: xml.toString('base64'),
      alertas: [],
    },
  }
}

function stored({ hall }: Office, { key }: Note): NonNullable<ReturnType<Office['hall']['note']>> {
  const note = hall.note(key)
  if (note === null) throw new Error(`the note ${key} was just there`)
  return note
}

/** Companies see what is of any of their establishments. */
function isOf(note: Pick<Note, 'parties'>, caller: string): boolean {
  return note.parties.some(party =>
    party.length === 14 && caller.length === 14 ? rootOf(party) === rootOf(caller) : party === caller,
  )
}

function readNote(office: Office, { caller }: Call, noise: Noise, [key = '']: readonly string[]): Answer {
  const no = (status: number, says: string) => refusal(office.hall, status, [about(envelopeProblems.other, says)], noise)
  if (!/^[0-9A-Z]{50}$/.test(key)) return no(400, 'A chave de acesso tem 50 posições.')
  const note = office.hall.note(key)
  if (note === null) return no(404, 'A chave de acesso não foi encontrada.')
  if (!isOf(note, caller)) return no(403, 'A nota não é de quem pergunta.')
  return { status: 200, body: { ...head(office.hall), chaveAcesso: key, nfseXmlGZipB64: note.compressed.toString('base64') } }
}

const isDpsId = (id: string) => /^DPS\d{7}[12][0-9A-Z]{14}\d{20}$/.test(id)

function findDps(office: Office, { caller }: Call, noise: Noise, [id = '']: readonly string[]): Answer {
  const no = (status: number, says: string) => refusal(office.hall, status, [about(envelopeProblems.other, says)], noise)
  if (!isDpsId(id)) return no(400, 'O identificador da DPS não tem a forma de um.')
  const note = office.hall.noteOfDps(id)
  // Only the parties are told the key; that there is a note, HEAD tells whoever asks.
  if (note === null || !isOf(note, caller)) return no(404, 'Não há NFS-e desta DPS.')
  return { status: 200, body: { ...head(office.hall), chaveAcesso: note.key, idDps: id } }
}

function knowsDps({ hall }: Office, _call: Call, _noise: Noise, [id = '']: readonly string[]): Answer {
  if (!isDpsId(id)) return { status: 400 }
  return { status: hall.noteOfDps(id) === null ? 404 : 200 }
}

function enterEvent(office: Office, { body }: Call, noise: Noise, [key = '']: readonly string[]): Answer {
  const received = receiveEvent(office, key, body)
  if ('problems' in received) return refusal(office.hall, 400, received.problems, { ...noise, errors: ofEvents(noise) })
  return { status: 201, body: { ...head(office.hall), eventoXmlGZipB64: compressed(received.event.xml) } }
}

/** Refused events say `erro` where refused notes say `erros`. */
function ofEvents({ errors }: Noise): Noise['errors'] {
  return errors === 'described' ? 'list' : errors
}

function readEvents(office: Office, call: Call, noise: Noise, [key = '']: readonly string[]): Answer {
  return eventsOf(office, call, noise, key, () => true)
}

function readEvent(office: Office, call: Call, noise: Noise, [key = '', kind = '', count = '']: readonly string[]): Answer {
  if (!/^\d{6}$/.test(kind) || !/^\d{1,3}$/.test(count)) {
    return refusal(office.hall, 422, [about(envelopeProblems.other, 'Tipo ou sequência do evento não são números.')], noise)
  }
  return eventsOf(office, call, noise, key, event => event.code === kind && event.sequence === Number(count))
}

function eventsOf(
  { hall }: Office,
  { caller }: Call,
  noise: Noise,
  key: string,
  isWanted: (event: Note['events'][number]) => boolean,
): Answer {
  const no = (status: number, says: string) => refusal(hall, status, [about(envelopeProblems.other, says)], noise)
  const note = hall.note(key)
  if (note === null) return no(404, 'Não há eventos desta nota.')
  if (!isOf(note, caller)) return no(401, 'A nota não é de quem pergunta.')
  const events = note.events.filter(isWanted)
  const [first] = events
  if (first === undefined) return no(404, 'Não há eventos desta nota.')
  if (noise.events === 'described') return { status: 200, body: { ...head(hall), eventoXmlGZipB64: compressed(first.xml) } }
  return {
    status: 200,
    body: {
      ...head(hall),
      eventos: events.map(event => ({
        chaveAcesso: key,
        tipoDocumento: 'EVENTO',
        tipoEvento: event.code,
        numeroPedidoRegistroEvento: event.sequence,
        dataHoraRecebimento: event.at,
        // Base64 of the base64 of gzip: so it was seen.
        arquivoXml: Buffer.from(compressed(event.xml)).toString('base64'),
      })),
    },
  }
}

function notForContributors({ hall }: Office, _call: Call, noise: Noise): Answer {
  return refusal(hall, 403, [about(envelopeProblems.other, 'Decisões judiciais não são recebidas de contribuintes.')], noise)
}

/** Both live at the national data environment (ADN) now. */
function moved(): Answer {
  return { status: 501, body: { mensagem: 'Este serviço foi movido para o novo endereço, no ADN.' } }
}

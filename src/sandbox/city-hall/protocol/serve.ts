import type { IncomingMessage, ServerResponse } from 'node:http'
import { TLSSocket } from 'node:tls'
import { waitFor } from '../../../platform/wait.ts'
import { abrasf } from '../abrasf/operations.ts'
import { adn } from './adn.ts'
import { type Answer, type Call, refusal, toJson } from './answer.ts'
import { judgeCertificate, noCertificate, transportCodes } from './certificate-judge.ts'
import { openEnvelope } from './envelope.ts'
import type { FaultKind, Wish } from './faults.ts'
import { type Desk, operator } from './operator.ts'
import { parameters } from './parameters.ts'
import { about, envelopeProblems, type Problem } from './problem.ts'
import { sefin } from './sefin.ts'

/** Larger than any document that the standard allows, packed and in base64. */
const mostBody = 4 * 1024 * 1024

/** The services by what their paths begin with; both names of Sefin are in use. */
const services: readonly (readonly [prefix: string, name: string, answer: (desk: Desk, call: Call) => Answer | null])[] = [
  ['/API/SefinNacional', 'sefin', ({ office, noise }, call) => sefin(office, call, noise)],
  ['/SefinNacional', 'sefin', ({ office, noise }, call) => sefin(office, call, noise)],
  ['/contribuintes', 'adn', ({ office }, call) => adn(office, call)],
  ['/parametrizacao', 'parametrizacao', ({ office }, call) => parameters(office, call)],
  ['/abrasf', 'abrasf', ({ office }, call) => abrasf(office, call)],
  // The government's own PDF has answered this since 03/08/2026.
  ['/danfse', 'danfse', () => ({ status: 503, html: '<html><body><h1>Service Unavailable</h1></body></html>' })],
]

export async function serve(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://localhost')
  const body = await bodyOf(request)
  const call: Call = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    body: body ?? noBody,
    caller: '',
  }
  if (body === null) return tell(response, { status: 413, body: { mensagem: 'O corpo é grande demais.' } })
  if (call.path.startsWith('/_sandbox/'))
    return tell(response, operator(desk, { ...call, path: call.path.slice('/_sandbox'.length) }))
  const service = services.find(([prefix]) => call.path.startsWith(`${prefix}/`))
  if (service === undefined) return tell(response, { status: 404, body: { mensagem: 'Não há este serviço.' } })
  const [prefix, name, answer] = service
  const here = { ...call, path: call.path.slice(prefix.length) }
  const { fault, slow } = desk.faults.strike(...asked(here, desk.faults.asksForCity))
  const kind = fault?.kind ?? null
  if (slow !== null) await waitFor(slow.millis)
  if (kind !== null) count(desk, `fault ${kind}`)
  if (kind === 'reset') {
    request.socket.destroy()
    return
  }
  const once = () => (kind === null ? null : insteadOf(desk, kind)) ?? answered(desk, here, request, answer)
  const first = once()
  const last = kind === 'twice' ? once() : first
  count(desk, `${name} ${call.method} ${last.status}`)
  if (kind === 'lost') request.socket.destroy()
  // Of `timeout` the connection stays open, and whoever waits has to end it.
  else if (kind !== 'timeout') tell(response, last)
}

function answered(desk: Desk, call: Call, request: IncomingMessage, answer: (desk: Desk, call: Call) => Answer | null): Answer {
  const { hall, authority } = desk.office
  const certificate = request.socket instanceof TLSSocket ? request.socket.getPeerX509Certificate() : undefined
  if (certificate === undefined) return forbidden(desk, [{ code: noCertificate[0], says: noCertificate[1] }])
  const { faults, taxId } = judgeCertificate(certificate, { authority, now: hall.now, revoked: hall.settings.revoked })
  if (faults.length > 0) {
    return forbidden(
      desk,
      faults.map(fault => ({ code: transportCodes[fault][0], says: transportCodes[fault][1] })),
    )
  }
  const found = answer(desk, { ...call, caller: taxId })
  return found ?? { status: 404, body: { mensagem: 'Não há esta operação.' } }
}

function forbidden({ office, noise }: Desk, problems: readonly Problem[]): Answer {
  return refusal(office.hall, 403, problems, noise)
}

/** What comes in place of an answer, nothing having been done. Null: the request is done as it should. */
function insteadOf({ office, noise }: Desk, kind: FaultKind): Answer | null {
  switch (kind) {
    case 'unavailable':
      return { status: 503, html: '<html><body><h1>503 Service Unavailable</h1></body></html>' }
    case 'throttled':
      return { status: 429, body: { mensagem: 'Requisições demais.' } }
    case 'broken':
      return refusal(office.hall, 500, [about(envelopeProblems.other, 'Falha durante o processamento.')], noise)
    case 'html':
      return { status: 200, html: '<html><body>Portal da Nota Fiscal de Serviço</body></html>' }
    case 'rng9999':
      return refusal(office.hall, 400, [{ code: 'RNG9999', says: 'Erro não catalogado.' }], noise)
    default:
      return null
  }
}

/** What is wanted, and of which city, as far as path and document tell. */
function asked({ method, path, body }: Call, asksForCity: boolean): [wish: Wish, city: string] {
  if (method === 'POST' && path === '/nfse') {
    if (!asksForCity) return ['issue', '']
    const opened = openEnvelope(body, 'dpsXmlGZipB64')
    return ['issue', /\bId="DPS(\d{7})/.exec(opened.problem === undefined ? opened.xml : '')?.[1] ?? '']
  }
  const [, city = ''] = /^\/(?:nfse\/|dps\/DPS|DANFSe\/|\d\.\d{2}\/)?(\d{7})/.exec(path) ?? []
  // A lote is sent, and everything else of ABRASF is asked, by POST.
  if (/^\/\d\.\d{2}\//.test(path)) return [/EnviarLoteRps|GerarNfse/.test(body.toString('utf8')) ? 'issue' : 'lookup', city]
  return [method === 'POST' ? 'event' : 'lookup', city]
}

const noBody = Buffer.alloc(0)

/** Null: too large, and not read to its end. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let length = 0
  // A request is a stream of bytes.
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > mostBody) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function tell(response: ServerResponse, { status, body, html, xml }: Answer): void {
  const text = html ?? xml ?? (body === undefined ? '' : toJson(body))
  const type =
    html !== undefined
      ? 'text/html; charset=utf-8'
      : xml !== undefined
        ? 'text/xml; charset=utf-8'
        : 'application/json; charset=utf-8'
  response.writeHead(status, { ...(text !== '' && { 'content-type': type }), 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

function count({ counters }: Desk, what: string): void {
  counters.set(what, (counters.get(what) ?? 0) + 1)
}

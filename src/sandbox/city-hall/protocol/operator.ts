// What the real one has not: an operator's door, for tests and for whoever wants to see what stands. It asks for no certificate.

import { parseTaxId } from '../../../core/brazil/tax-id.ts'
import { parseInstant } from '../../../core/dates.ts'
import type { Settings } from '../hall.ts'
import { isCancelled } from '../notes.ts'
import { Members, Misread, told } from '../register/misread.ts'
import { ruleTable } from '../rule-table.ts'
import { type Answer, type Call, type ErrorShape, errorShapes, type Noise, quiet, refusal } from './answer.ts'
import { type Faults, readFaults } from './faults.ts'
import type { Office } from './receive-dps.ts'
import { enterOfCity } from './receive-event.ts'

/** What an operator sees and moves besides the city hall itself. */
export interface Desk {
  readonly office: Office
  readonly faults: Faults
  noise: Noise
  /** What was answered, by operation and status, and what went wrong on demand. */
  readonly counters: Map<string, number>
  /** A certificate of a company or a person, by the test authority. */
  issueCertificate(taxId: string, name: string | undefined): object
}

type Route = (desk: Desk, call: Call, parts: readonly string[]) => Answer

const ok = (body: unknown): Answer => ({ status: 200, body })

const routes: readonly (readonly [method: string, path: RegExp, route: Route])[] = [
  ['GET', /^\/cities$/, ({ office }) => ok(office.hall.cities)],
  ['PUT', /^\/cities$/, ({ office }, call) => ok(office.hall.enterCity(json(call)))],
  ['PUT', /^\/taxpayers$/, ({ office }, call) => ok(office.hall.enterTaxpayer(json(call)))],
  ['GET', /^\/settings$/, ({ office }) => ok(office.hall.settings)],
  ['PUT', /^\/settings$/, putSettings],
  ['GET', /^\/faults$/, ({ faults }) => ok(faults.rules)],
  ['PUT', /^\/faults$/, putFaults],
  ['PUT', /^\/noise$/, putNoise],
  ['GET', /^\/counters$/, ({ counters, office }) => ok({ notes: office.hall.noteCount, ...Object.fromEntries(counters) })],
  ['GET', /^\/notes$/, listNotes],
  ['GET', /^\/notes\/([0-9A-Z]{50})$/, showNote],
  ['POST', /^\/notes\/([0-9A-Z]{50})\/events$/, postEvent],
  ['POST', /^\/certificates$/, postCertificate],
  ['GET', /^\/rules$/, () => ok(ruleTable())],
]

/** `path` without '/_sandbox'. */
export function operator(desk: Desk, call: Call): Answer {
  try {
    for (const [method, path, route] of routes) {
      const match = call.method === method ? path.exec(call.path) : null
      if (match !== null) return route(desk, call, match.slice(1))
    }
  } catch (error) {
    if (!(error instanceof Misread)) throw error
    return { status: 400, body: { erro: error.message } }
  }
  return { status: 404, body: { erro: 'Não há esta operação.' } }
}

function json({ body }: Call): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new Misread('o corpo não é JSON')
  }
}

function putSettings({ office }: Desk, call: Call): Answer {
  const members = new Members(json(call), 'settings')
  const settings: Partial<Settings> = told({
    register: members.text('register', text => (text === 'open' || text === 'closed' ? text : null), 'open ou closed'),
    signer: members.text('signer', text => (text === 'root' || text === 'exact' ? text : null), 'root ou exact'),
    revoked: members.texts('revoked')?.map(serial => serial.toUpperCase()),
    now: members.nullable('now', parseInstant, 'um instante, como 2026-11-20T12:00:00Z'),
  })
  members.end()
  office.hall.set(settings)
  return ok(office.hall.settings)
}

function putFaults({ faults }: Desk, call: Call): Answer {
  const { rules, seed } = readFaults(json(call))
  faults.set(rules, seed)
  return ok({ seed, faults: rules })
}

function putNoise(desk: Desk, call: Call): Answer {
  const members = new Members(json(call), 'noise')
  const errors = members.text<ErrorShape>('errors', text => errorShapes.find(one => one === text) ?? null, errorShapes.join(', '))
  const events = members.text<Noise['events']>(
    'events',
    text => (text === 'described' || text === 'real' ? text : null),
    'described ou real',
  )
  members.end()
  desk.noise = { ...quiet, ...told({ errors, events }) }
  return ok(desk.noise)
}

function listNotes({ office }: Desk, { query }: Call): Answer {
  const issuer = query.get('issuer')
  const notes = [...office.hall.notes].filter(note => issuer === null || note.parties[0] === issuer)
  return ok(
    notes.map(note => ({
      key: note.key,
      dpsId: note.dpsId,
      number: note.number,
      at: note.at,
      isCancelled: isCancelled(note),
      events: note.events.map(({ code, sequence }) => ({ code, sequence })),
    })),
  )
}

function showNote({ office }: Desk, _call: Call, [key = '']: readonly string[]): Answer {
  const note = office.hall.note(key)
  if (note === null) return { status: 404, body: { erro: 'Não há esta nota.' } }
  const { dpsId, number, at, xml, parties, events } = note
  return ok({ key, dpsId, number, at, parties, xml, events })
}

/** `{"code": "105104", "own": {"CPFAgTrib": "…", "cMotivo": "1", "xMotivo": "…"}}`: the city enters an event of its own. */
function postEvent({ office, noise }: Desk, call: Call, [key = '']: readonly string[]): Answer {
  const members = new Members(json(call), 'event')
  const code = members.text('code') ?? ''
  const own = members.record('own', (item, where) => {
    if (typeof item !== 'string') throw new Misread(`${where}: esperava texto`)
    return item
  })
  members.end()
  const entered = enterOfCity(office, { key, code, own: Object.entries(own ?? {}) })
  return 'problems' in entered ? refusal(office.hall, 400, entered.problems, noise) : { status: 201, body: entered.event }
}

function postCertificate(desk: Desk, call: Call): Answer {
  const members = new Members(json(call), 'certificate')
  const taxId = members.text('taxId', text => (parseTaxId(text)?.taxId === text ? text : null), 'um CNPJ ou CPF sem máscara')
  const name = members.text('name')
  members.end()
  if (taxId === undefined) throw new Misread('certificate/taxId: falta o CNPJ ou CPF')
  return { status: 201, body: desk.issueCertificate(taxId, name) }
}

import { DatabaseError } from 'pg'
import { Type } from 'typebox'
import { refuse } from '../../src/core/refusal.ts'
import { ConnectionLost } from '../../src/platform/db/faults.ts'
import {
  CnpjText,
  Day,
  DecimalText,
  Email,
  Fields,
  Flag,
  IdOf,
  List,
  Moment,
  Money,
  OneOf,
  OrNull,
  Partly,
  Percent,
  Quantity,
  Text,
  TimeZone,
  Whole,
} from '../../src/platform/http/fields.ts'
import { PageQuery, readPage } from '../../src/platform/http/paging.ts'
import { type App, route } from '../../src/platform/http/route.ts'
import { bearer, fakeApp } from './fake-app.ts'

const Line = Fields({ quantity: Quantity(), unitPrice: Quantity(), discount: Type.Optional(OrNull(Percent())) })
const Due = Type.Union([
  Fields({ kind: OneOf(['fixed_day']), day: Whole(1, 31) }),
  Fields({ kind: OneOf(['days_after']), days: Whole(1, 365) }),
])
const Everything = Fields({
  name: Text(20),
  amountCents: Money(),
  customer: IdOf('customer'),
  parent: Type.Optional(OrNull(IdOf('contract'))),
  startsOn: Day(),
  at: Type.Optional(Moment()),
  rate: Type.Optional(DecimalText()),
  cnpj: Type.Optional(CnpjText()),
  email: Type.Optional(Email()),
  zone: Type.Optional(TimeZone()),
  isOpen: Type.Optional(Flag()),
  kind: Type.Optional(OneOf(['sale', 'purchase'])),
  due: Type.Optional(Due),
  lines: Type.Optional(List(Line, 3, { minItems: 1 })),
})
export const fit = { name: 'Ana', amountCents: 10, customer: 'cus_7', startsOn: '2026-01-31' }

function registerSamples(app: App, see: (got: unknown) => void): void {
  const echo = async (_ctx: unknown, input: { body: unknown; query: unknown; params: unknown }) => {
    see({ body: input.body, query: input.query, params: input.params })
    return {}
  }
  route(app, 'POST /v1/things', { access: 'customers:write', summary: 'Faz.', body: Everything }, echo)
  route(
    app,
    'PATCH /v1/things/:id',
    { access: 'customers:write', summary: 'Muda.', params: Fields({ id: IdOf('customer') }), body: Partly(Everything) },
    echo,
  )
  route(
    app,
    'POST /v1/things/:id/archive',
    { access: 'customers:write', summary: 'Arquiva.', params: Fields({ id: IdOf('customer') }) },
    echo,
  )
  const filters = {
    open: Type.Optional(Flag()),
    state: Type.Optional(List(OneOf(['a', 'b']), 2)),
    from: Type.Optional(Day()),
    customer: Type.Optional(IdOf('customer')),
  }
  route(
    app,
    'GET /v1/things',
    { access: 'customers:read', summary: 'Lista.', query: PageQuery(filters) },
    async (_ctx, input) => {
      see({ query: input.query, page: readPage(input.query, ['text', 'integer']) })
      return {}
    },
  )
  route(
    app,
    'POST /v1/files',
    { access: 'imports:write', summary: 'Envia.', upload: { types: ['text/csv'], maxBytes: 2_000_000 } },
    async (_ctx, { file }) => {
      see(file)
      return {}
    },
  )
  route(app, 'GET /v1/files', { access: 'imports:read', summary: 'Baixa.', downloads: 'text/csv' }, async () => ({
    download: { filename: 'a.csv', content: Buffer.from('ção', 'latin1') },
  }))
  const failures: Record<string, () => unknown> = {
    refusal: () =>
      refuse('contract_suspended', 'O contrato está suspenso.', { path: '/contract', details: { since: '2026-01-01' } }),
    bug: () => JSON.parse('{"secret":'),
    outage: () => {
      throw new ConnectionLost('the database at 10.0.0.7 cannot be reached')
    },
    // As PostgreSQL says it of a row that somebody holds for too long.
    held: () => {
      throw Object.assign(new DatabaseError('canceling statement due to lock timeout', 0, 'error'), { code: '55P03' })
    },
    disk: () => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    },
  }
  route(
    app,
    'POST /v1/failures/:kind',
    { access: 'customers:write', summary: 'Falha.', params: Fields({ kind: Text(20) }) },
    async (_ctx, { params }) => {
      failures[params.kind]?.()
      return {}
    },
  )
}

export interface SampleReply {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as a client without types would
  body: any
  headers: Record<string, unknown>
}

/** The sample routes, served without a database. */
export interface Samples {
  app: App
  /** What the last handler got: the request, decoded. */
  got(): unknown
  /** Lines of the log so far. */
  lines: string[]
  /** Text and bytes are sent as they are, everything else as JSON. */
  send(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    payload?: unknown,
    headers?: Record<string, string>,
  ): Promise<SampleReply>
}

export async function openSamples(): Promise<Samples> {
  const lines: string[] = []
  let got: unknown
  const see = (seen: unknown) => {
    got = seen
  }
  const app = await fakeApp(app => registerSamples(app, see), { lines })
  return {
    app,
    got: () => got,
    lines,
    send: async (method, url, payload, headers = {}) => {
      const isRaw = typeof payload === 'string' || Buffer.isBuffer(payload)
      const response = await app.inject({
        method,
        url,
        headers: { ...bearer, ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(payload === undefined ? {} : { payload: isRaw ? payload : JSON.stringify(payload) }),
      })
      return { status: response.statusCode, body: response.body === '' ? undefined : response.json(), headers: response.headers }
    },
  }
}

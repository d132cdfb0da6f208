import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
import { contractTies, customerTies, organizationTies } from '../app/ties.ts'
import { instant } from '../core/dates.ts'
import { fintera } from './fintera/fintera.ts'
import { hubsoft } from './hubsoft/hubsoft.ts'
import { nibo } from './nibo/nibo.ts'
import { omie } from './omie/omie.ts'

// Every example of a vendor's document, sent to a server of ours: same status, same keys in the same order, same types, same derived
// values. What only a server can know (ids, tokens, moments, addresses of files) is held by its shape.

interface Exchange {
  /** `PATCH /api/v1/companies/{{company}}` */
  request: string
  body?: unknown
  /** In place of a body: a form with these files. */
  files?: { filename: string; content: string }[]
}

interface Step extends Exchange {
  /** Names for what its answer holds, by path: `{"company": "company.id"}`; `id#` is the number in an id of ours. */
  as?: Record<string, string>
  /** Through our own API, for what theirs has no address for. */
  native?: boolean
  /** Before it, the sandbox's clock moves there. */
  at?: string
}

interface Golden extends Exchange {
  operation: string
  /** Where the document says it. */
  source: string
  /** When it happens. */
  at: string
  given?: Step[]
  status: number
  /** Absent: the body is empty. */
  answer?: unknown
}

/** How each vendor's clients send their key. */
const signIn: Record<string, (key: string) => Record<string, string>> = {
  fintera: key => ({ authorization: `Token token=${key}` }),
  hubsoft: key => ({ authorization: `Bearer ${key}` }),
  nibo: key => ({ ApiToken: key }),
  // Within the body: a transcript says `{{key}}` there.
  omie: () => ({}),
}

const ties = { organizations: organizationTies, customers: customerTies, contracts: contractTies }
const dialects = [fintera(ties), hubsoft(), nibo(ties), omie(ties)]

const folder = (dialect: string) => join(import.meta.dirname, dialect, 'golden')

function goldensOf(dialect: string): (Golden & { file: string })[] {
  return readdirSync(folder(dialect))
    .sort()
    .map(file => ({ file, ...JSON.parse(readFileSync(join(folder(dialect), file), 'utf8')) }))
}

test('every dialect that the server has stands here, with how its clients say who they are', () => {
  const routes = readFileSync(join(import.meta.dirname, '../app/routes.ts'), 'utf8')
  const registered = [...routes.matchAll(/from '\.\.\/dialects\/(\w+)\/\1\.ts'/g)].map(([, name]) => name).sort()
  expect(dialects.map(({ name }) => name).sort()).toEqual(registered)
  expect(Object.keys(signIn).sort()).toEqual(registered)
})

describe.each(dialects)('the operations of $name', ({ name, operations }) => {
  test('have golden transcripts, and those have operations', () => {
    expect([...new Set(goldensOf(name).map(({ operation }) => operation))].sort()).toEqual(
      operations.map(operation => operation.name).sort(),
    )
  })
})

eachEngine('golden transcripts', database => {
  const all = dialects.flatMap(({ name }) => goldensOf(name).map(golden => ({ ...golden, dialect: name })))

  test.each(all)('$dialect $file', async golden => {
    const first = golden.given?.find(({ at }) => at !== undefined)?.at ?? golden.at
    const api = await testApi(database(), { mode: 'sandbox', now: instant(first) })
    const headers = signIn[golden.dialect]?.(api.key) ?? {}
    // A key that stands in the body is named there.
    const names = new Map<string, unknown>([['key', api.key]])
    for (const step of golden.given ?? []) {
      if (step.at !== undefined && step.at !== first) await api.moveClock(step.at)
      const reply = await send(api, step, names, step.native ? {} : headers)
      expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300)
      for (const [name, path] of Object.entries(step.as ?? {})) names.set(name, named(reply.body, path))
    }
    if (first !== golden.at) await api.moveClock(golden.at)
    const reply = await send(api, golden, names, headers)
    expect({ status: reply.status, body: likened(reply.body, fill(golden.answer, names)) }).toEqual({
      status: golden.status,
      body: fill(golden.answer, names),
    })
    expect(keysOf(reply.body)).toEqual(keysOf(fill(golden.answer, names)))
  })
})

async function send(
  api: TestApi,
  { request, body, files }: Exchange,
  names: Map<string, unknown>,
  headers: Record<string, string>,
) {
  const [method = '', path = ''] = String(fill(request, names)).split(' ')
  const response = await api.app.inject({
    method: method as 'GET',
    url: path,
    headers: {
      authorization: `Bearer ${api.key}`,
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(files === undefined ? {} : { 'content-type': 'multipart/form-data; boundary=golden' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(fill(body, names)) }),
    ...(files === undefined ? {} : { payload: formOf(files) }),
  })
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json() }
}

function formOf(files: readonly { filename: string; content: string }[]): string {
  const parts = files.map(
    ({ filename, content }) =>
      `--golden\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: text/plain\r\n\r\n${content}\r\n`,
  )
  return `${parts.join('')}--golden--\r\n`
}

/** `{{name}}` alone is the value itself, within a text its text. */
function fill(value: unknown, names: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') {
    const alone = /^\{\{(\w+)\}\}$/.exec(value)?.[1]
    if (alone !== undefined) return names.get(alone)
    return value.replace(/\{\{(\w+)\}\}/g, (_, name) => String(names.get(name)))
  }
  if (Array.isArray(value)) return value.map(item => fill(item, names))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fill(inner, names)]))
}

const shapes: [key: RegExp, shape: RegExp][] = [
  [/^token$/, /^[0-9a-f]{32}$/],
  [/^(?:access|refresh)_token$/, /^\S{20,}$/],
  [/_url$|^url$|^link$/, /^https?:\/\/\S+$/],
  [/^(?:created|updated)_at$/, /^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}:\d{2} [+-]\d{2}:\d{2}$/],
  [/^(?:created|updated)_at$/, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}[+-]\d{2}:\d{2}$/],
]

/** The answer, with what only a server can know replaced by what the document has there, where it is of the same shape. */
function likened(ours: unknown, theirs: unknown, key = ''): unknown {
  if (Array.isArray(ours) && Array.isArray(theirs)) return ours.map((item, i) => likened(item, theirs[i]))
  if (isObject(ours) && isObject(theirs)) {
    return Object.fromEntries(Object.entries(ours).map(([name, inner]) => [name, likened(inner, theirs[name], name)]))
  }
  if (/(?:^|_)id$|^id_/.test(key) && Number.isSafeInteger(ours) && Number.isSafeInteger(theirs)) return theirs
  const isOfShape = shapes.some(
    ([name, shape]) =>
      name.test(key) && typeof ours === 'string' && typeof theirs === 'string' && shape.test(ours) && shape.test(theirs),
  )
  return isOfShape ? theirs : ours
}

/** All keys in the order in which they stand. */
function keysOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(keysOf)
  return isObject(value) ? Object.entries(value).map(([name, inner]) => [name, keysOf(inner)]) : null
}

function named(body: unknown, path: string): unknown {
  const value = valueAt(body, path.replace(/#$/, ''))
  return path.endsWith('#') ? Number(String(value).replace(/^\w+_/, '')) : value
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((inner, name) => (isObject(inner) || Array.isArray(inner) ? Reflect.get(inner, name) : undefined), value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { type Instant, instantFromMillis } from '../core/dates.ts'
import type { Problem } from '../platform/http/problem.ts'
import type { Page } from './answers.ts'
import { CliError, type ExitCode, exitCodes } from './exit-codes.ts'
import { fieldWord } from './field-words.ts'
import { inScopeWords } from './scopes.ts'

export interface Target {
  /** 'http://127.0.0.1:8080' */
  url: string
  key: string
  /** Where address and key come from, for messages: 'data/bordero/credentials.json'. */
  source: string
}

type QueryValue = string | number | boolean | readonly string[] | undefined
export type Query = Readonly<Record<string, QueryValue>>

interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  query?: Query | undefined
  body?: string | Uint8Array<ArrayBuffer> | undefined
  contentType?: string
  headers?: Record<string, string>
}

const attempts = 4
const pauseMs = 500

/** The server's API, for one account. Every method throws CliError: the code says to a script what happened. */
export class Client {
  readonly target: Target
  readonly #fetch: typeof fetch

  #serverTime: Instant | null = null

  constructor(target: Target, fetch: typeof globalThis.fetch) {
    this.target = target
    this.#fetch = fetch
  }

  /** When the server last answered, by its machine's clock; a sandbox has another one. Null before, or where it does not say. */
  get serverTime(): Instant | null {
    return this.#serverTime
  }

  /** `T` is what the route's answer schema says; a server of another version would differ, and the version is the same repository's. */
  async get<T>(path: string, query?: Query): Promise<T> {
    return this.#json<T>({ method: 'GET', path, query })
  }

  async post<T>(path: string, body: object = {}): Promise<T> {
    return this.#json<T>({ method: 'POST', path, body: JSON.stringify(body), contentType: 'application/json' })
  }

  async put<T>(path: string, body: object): Promise<T> {
    return this.#json<T>({ method: 'PUT', path, body: JSON.stringify(body), contentType: 'application/json' })
  }

  /** `version` is the one that was seen: what somebody changed since stays. */
  async patch<T>(path: string, body: object, version: number): Promise<T> {
    const headers = { 'if-match': `"v${version}"` }
    return this.#json<T>({ method: 'PATCH', path, body: JSON.stringify(body), contentType: 'application/json', headers })
  }

  /** As `patch`. Null where a route does not ask for one. */
  async delete(path: string, version: number | null, query?: Query): Promise<void> {
    const headers: Record<string, string> = version === null ? {} : { 'if-match': `"v${version}"` }
    await this.#json<undefined>({ method: 'DELETE', path, query, headers })
  }

  async upload<T>(path: string, file: Uint8Array<ArrayBuffer>, contentType: string, query?: Query): Promise<T> {
    return this.#json<T>({ method: 'POST', path, query, body: file, contentType })
  }

  /** A file, as it comes. */
  async download(path: string, query?: Query): Promise<NodeJS.ReadableStream> {
    const { body } = await this.#send({ method: 'GET', path, query })
    return body === null ? Readable.from([]) : Readable.fromWeb(body)
  }

  /** Every row of a list, page by page. */
  async all<T>(path: string, query: Query = {}): Promise<T[]> {
    const rows: T[] = []
    let cursor: string | undefined
    do {
      const page = await this.get<Page<T>>(path, { ...query, limit: 200, cursor })
      rows.push(...page.data)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return rows
  }

  async #json<T>(request: Request): Promise<T> {
    const response = await this.#send(request)
    // See `get`: the shape is the schema's, which the server enforces on its answers.
    return (response.status === 204 ? undefined : await response.json()) as T
  }

  /** An effect carries a key of its own, so that asking again after a broken connection does it once. */
  async #send(request: Request): Promise<Response> {
    const once: Record<string, string> = request.method === 'GET' ? {} : { 'idempotency-key': randomUUID() }
    const headers = {
      authorization: `Bearer ${this.target.key}`,
      ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
      ...once,
      ...request.headers,
    }
    const init = { method: request.method, headers, ...(request.body === undefined ? {} : { body: request.body }) }
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#fetch(this.#address(request), init).catch((error: unknown) => new NoAnswer(error))
      if (attempt < attempts && mayBeRepeated(answer)) {
        await wait(pauseMs * attempt)
        continue
      }
      if (answer instanceof NoAnswer) throw this.#unreachable(answer.cause)
      this.#serverTime = timeOf(answer.headers.get('date')) ?? this.#serverTime
      if (!answer.ok) throw await this.#problem(answer)
      return answer
    }
  }

  #address({ path, query = {} }: Request): string {
    const address = new URL(path, this.target.url)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) address.searchParams.set(name, String(value))
    }
    return address.href
  }

  #unreachable(cause: unknown): CliError {
    const { url, source } = this.target
    const message = `O servidor em ${url} não responde (endereço de ${source}). Inicie-o com "npx bordero serve", ou diga onde está com --url e --key.`
    return new CliError(exitCodes.unreachable, message, { cause, details: { code: 'unreachable', url } })
  }

  async #problem(response: Response): Promise<CliError> {
    const problem = await problemIn(response)
    if (problem === null) {
      const message = `O servidor em ${this.target.url} respondeu ${response.status} sem dizer por quê: é mesmo um Bordero?`
      return new CliError(exitCodes.failure, message, { details: { code: 'unknown_answer', status: response.status } })
    }
    return new CliError(exitCodeOf(problem.status), wordsOf(problem), { details: problem })
  }
}

function exitCodeOf(status: number): ExitCode {
  if (status === 401 || status === 403) return exitCodes.denied
  return status >= 500 ? exitCodes.failure : exitCodes.findings
}

async function problemIn(response: Response): Promise<Problem | null> {
  if (!response.headers.get('content-type')?.includes('problem+json')) return null
  // Its content type says what it is.
  return (await response.json()) as Problem
}

/** Each fault of a body is said; one that says the same as the whole is not repeated. */
function wordsOf({ detail, code, faults, status, requestId }: Problem): string {
  const said = faults.filter(fault => fault.message !== detail).map(fault => `  ${fieldWord(fault.path)}: ${fault.message}`)
  const trace = status >= 500 ? [`  requestId: ${requestId}`] : []
  return [`${status === 403 ? inScopeWords(detail) : detail} (${code})`, ...said, ...trace].join('\n')
}

class NoAnswer {
  readonly cause: unknown

  constructor(cause: unknown) {
    this.cause = cause
  }
}

/** A connection that broke off, and a database that is away for a moment. Where nobody listens, asking again would not help. */
function mayBeRepeated(answer: Response | NoAnswer): boolean {
  if (answer instanceof Response) return answer.status === 503
  const reason = answer.cause instanceof Error ? answer.cause.cause : undefined
  return reason instanceof Error && 'code' in reason && brokenOff.has(String(reason.code))
}

const brokenOff = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET'])

/** 'Sat, 21 Nov 2026 14:43:00 GMT' */
function timeOf(header: string | null): Instant | null {
  const at = header === null ? Number.NaN : Date.parse(header)
  return Number.isNaN(at) ? null : instantFromMillis(at)
}

import { lookup } from 'node:dns/promises'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { allowedAddress, type Destination } from './destination.ts'

/** Asks for every address of a name, once. */
export type Resolve = (host: string) => Promise<string[]>

export const resolveBySystem: Resolve = async host =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address)

export interface PostLimits {
  /** From asking for the name until the last byte that is read. */
  totalMs: number
  /** How much of an answer is read; what is longer is cut off there. */
  answerBytes: number
  headerBytes: number
}

export const usualLimits: PostLimits = { totalMs: 15_000, answerBytes: 4096, headerBytes: 2048 }

export interface Posted {
  status: number
  /** Bounded; those that hold a caller's session are left out. */
  headers: Record<string, string>
  /** The beginning, as text. */
  answer: string
}

export type PostFailure = 'unreachable' | 'timeout' | 'address_refused'

/** Nothing came back, or nothing was sent. `detail` is a short code of the system, never what was sent. */
export class PostError extends Error {
  override readonly name = 'PostError'
  readonly failure: PostFailure
  readonly detail: string

  constructor(failure: PostFailure, detail: string) {
    super(`${failure}: ${detail}`)
    this.failure = failure
    this.detail = detail
  }
}

/**
 * A line to one destination: its name was resolved once, every address that it has was judged, and the judged one is connected to, so that
 * a name which answers otherwise a moment later changes nothing. Redirects are answers like any other. Close it in the end.
 */
export class Line {
  readonly #destination: Destination
  readonly #address: string
  readonly #limits: PostLimits
  readonly #agent: HttpAgent

  private constructor(destination: Destination, address: string, limits: PostLimits) {
    this.#destination = destination
    this.#address = address
    this.#limits = limits
    const options = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 }
    this.#agent = destination.isSecure ? new HttpsAgent(options) : new HttpAgent(options)
  }

  /** Throws PostError. */
  static async to(destination: Destination, allowLoopback: boolean, resolve: Resolve, limits: PostLimits): Promise<Line> {
    const { host } = destination
    const addresses = isIP(host) === 0 ? await within(limits.totalMs, resolve(host)) : [host]
    if (addresses.length === 0) throw new PostError('unreachable', 'ENOTFOUND')
    const address = allowedAddress(destination, addresses, allowLoopback)
    // Not which ones: whoever names a host would look up the names of our network.
    if (address === null) throw new PostError('address_refused', 'private_address')
    return new Line(destination, address, limits)
  }

  /** Throws PostError. */
  post(body: Buffer, headers: Readonly<Record<string, string>>): Promise<Posted> {
    const { url, host, port, isSecure } = this.#destination
    const options: RequestOptions & { servername?: string } = {
      method: 'POST',
      host: this.#address,
      port,
      path: `${url.pathname}${url.search}`,
      agent: this.#agent,
      headers: { ...headers, host: url.host, 'content-length': String(body.length) },
      ...(isSecure && isIP(host) === 0 ? { servername: host } : {}),
    }
    const limit = new AbortController()
    return new Promise<Posted>((resolve, reject) => {
      const request = (isSecure ? httpsRequest : httpRequest)(options)
      const timer = setTimeout(() => limit.abort(), this.#limits.totalMs)
      const fail = (error: Error) => {
        clearTimeout(timer)
        request.destroy()
        reject(
          limit.signal.aborted
            ? new PostError('timeout', `${this.#limits.totalMs} ms`)
            : new PostError('unreachable', codeOf(error)),
        )
      }
      limit.signal.addEventListener('abort', () => fail(new Error('ETIMEDOUT')))
      request.on('error', fail)
      request.on('response', response =>
        this.#read(response).then(posted => {
          clearTimeout(timer)
          resolve(posted)
        }, fail),
      )
      request.end(body)
    })
  }

  async #read(response: IncomingMessage): Promise<Posted> {
    const parts: Buffer[] = []
    let length = 0
    for await (const part of response) {
      parts.push(part)
      length += part.length
      // Leaving the loop lets go of the connection.
      if (length >= this.#limits.answerBytes) break
    }
    const bytes = Buffer.concat(parts).subarray(0, this.#limits.answerBytes)
    return {
      status: response.statusCode ?? 0,
      headers: boundedHeaders(response, this.#limits.headerBytes),
      // A null byte is no character of a text in the database.
      answer: bytes.toString('utf8').replaceAll('\0', '\ufffd'),
    }
  }

  close(): void {
    this.#agent.destroy()
  }
}

function boundedHeaders(response: IncomingMessage, most: number): Record<string, string> {
  const kept: Record<string, string> = {}
  let left = most
  for (const [name, value] of Object.entries(response.headers)) {
    if (name === 'set-cookie' || value === undefined) continue
    const text = String(value).replaceAll('\0', '')
    left -= name.length + text.length
    if (left < 0) break
    kept[name] = text
  }
  return kept
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new PostError('timeout', 'DNS')), ms)
  try {
    return await Promise.race([answer, late.promise])
  } catch (error) {
    throw error instanceof PostError ? error : new PostError('unreachable', codeOf(error))
  } finally {
    clearTimeout(timer)
  }
}

/** 'ECONNREFUSED', 'CERT_HAS_EXPIRED'; a message may quote what was asked. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors[0] !== undefined) return codeOf(error.errors[0])
  return error instanceof Error && 'code' in error ? String(error.code).slice(0, 60) : 'broken'
}

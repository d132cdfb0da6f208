import { randomUUID } from 'node:crypto'
import { pause } from './server.ts'

export interface Answer {
  status: number
  // What the API answered; each caller knows the shape that it asked for.
  body: Record<string, unknown>
}

/** A client that knows what every client must: an answer that did not come may have taken effect, so it asks again under its key. */
export class PatientClient {
  readonly #url: string
  readonly #key: string
  readonly #isOver: () => boolean

  constructor(url: string, key: string, isOver: () => boolean) {
    this.#url = url
    this.#key = key
    this.#isOver = isOver
  }

  /** Null when the test ended before an answer came: then nobody knows. */
  async effect(method: 'POST' | 'PATCH', path: string, body: unknown, contentType = 'application/json'): Promise<Answer | null> {
    const headers = { 'idempotency-key': randomUUID(), 'content-type': contentType }
    return this.#untilAnswered(path, { method, headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
  }

  async read(path: string): Promise<Answer | null> {
    const answer = await this.#untilAnswered(path, { method: 'GET', headers: {} })
    if (answer !== null && answer.status !== 200)
      throw new Error(`GET ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer
  }

  async #untilAnswered(
    path: string,
    init: { method: string; headers: Record<string, string>; body?: string },
  ): Promise<Answer | null> {
    while (!this.#isOver()) {
      const answer = await this.#once(path, init)
      // 409: the killed server's transaction still holds the key; 503: the database is not there. Both mean "ask again".
      if (answer !== null && answer.status < 500 && answer.body.code !== 'idempotency_in_progress') return answer
      await pause(50)
    }
    return null
  }

  async #once(path: string, init: { method: string; headers: Record<string, string>; body?: string }): Promise<Answer | null> {
    try {
      const response = await fetch(this.#url + path, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${this.#key}` },
      })
      const text = await response.text()
      return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
    } catch {
      return null
    }
  }
}

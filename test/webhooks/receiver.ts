import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  path: string
  headers: IncomingHttpHeaders
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies as a receiver without types would
  body: any
}

/** What a receiver does with a request: a status to answer, or something ruder. */
export type Manner = number | 'stall' | 'drop'

/** A real server that is told of things, and can fail, stall, hang up, go away and come back. */
export class Receiver {
  /** Everything that arrived, pings too, whatever was answered. */
  readonly received: Received[] = []
  /** How it behaves, by what arrives; 200 to everything unless a test says otherwise. */
  manner: (request: Received) => Manner | Promise<Manner> = () => 200
  readonly #server: Server
  readonly #stalled = new Set<ServerResponse>()
  #port = 0

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      try {
        for await (const part of request) parts.push(part)
      } catch {
        return
      }
      const text = Buffer.concat(parts).toString()
      const received = { path: String(request.url), headers: request.headers, text, body: JSON.parse(text) }
      this.received.push(received)
      const manner = await this.manner(received)
      if (manner === 'drop') request.socket.destroy()
      else if (manner === 'stall') this.#stalled.add(response)
      else response.writeHead(manner, { 'x-answer': 'heard' }).end(`answered ${manner}`)
    })
  }

  static async open(): Promise<Receiver> {
    const receiver = new Receiver()
    await receiver.comeBack()
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`
  }

  /** Bodies, without the pings before them. */
  get bodies(): Received['body'][] {
    return this.received.map(({ body }) => body).filter(body => body.test !== true)
  }

  async goAway(): Promise<void> {
    for (const response of this.#stalled) response.destroy()
    this.#stalled.clear()
    const gone = new Promise(resolve => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await gone
  }

  /** On the same port. */
  async comeBack(): Promise<void> {
    await new Promise<void>(resolve => this.#server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
  }
}

// The Central Bank's time series (SGS), simulated: the same paths and answers over the loopback, of the series of the repository. It
// invents nothing, so what is read from it may stand in any database; a test publishes and revises besides.

import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CivilDate, firstDayOfMonth, formatDate, parseBrazilianDate, type YearMonth, yearMonth } from '../../core/dates.ts'
import { type Decimal, decimal } from '../../core/money.ts'
import { indexFacts, priceIndices } from '../../indices/price-index.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

export class SimulatedSgs {
  readonly #server: Server
  readonly #series: Map<number, Map<YearMonth, Decimal>>
  readonly #misbehaving = new Map<number, Answer>()
  /** What was asked for, in order. */
  readonly asked: string[] = []

  private constructor(server: Server, series: Map<number, Map<YearMonth, Decimal>>) {
    this.#server = server
    this.#series = series
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response))
  }

  static async open(series = repositorySeries()): Promise<SimulatedSgs> {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return new SimulatedSgs(server, series)
  }

  get url(): string {
    // It listens on a port.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** A month is published, or revised. */
  publish(series: number, month: string, percent: string): void {
    const months = this.#series.get(series) ?? new Map<YearMonth, Decimal>()
    this.#series.set(series, months.set(yearMonth(month), decimal(percent)))
  }

  /** Answers for a series in another way than SGS should: nothing at all, an error, what is no list. Null: as it should. */
  misbehave(series: number, answer: Answer | null): void {
    if (answer === null) this.#misbehaving.delete(series)
    else this.#misbehaving.set(series, answer)
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise(resolve => this.#server.close(() => resolve()))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.asked.push(request.url ?? '')
    const url = new URL(request.url ?? '/', this.url)
    const [, code, latest] = /^\/dados\/serie\/bcdata\.sgs\.(\d+)\/dados(?:\/ultimos\/(\d+))?$/.exec(url.pathname) ?? []
    const series = Number(code)
    const misbehaving = this.#misbehaving.get(series)
    if (misbehaving !== undefined) misbehaving(request, response)
    else this.#tell(series, latest, url.searchParams, response)
  }

  #tell(series: number, latest: string | undefined, query: URLSearchParams, response: ServerResponse): void {
    const months = [...(this.#series.get(series) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
    const found = latest === undefined ? months.filter(isWithin(query)) : months.slice(-Number(latest))
    const rows = found.map(([month, valor]) => ({ data: formatDate(firstDayOfMonth(month)), valor }))
    // As it answers a window without data, and a series that it does not have.
    if (rows.length === 0) json(response, 404, { error: 'Value(s) not found' })
    else json(response, 200, rows)
  }
}

function isWithin(query: URLSearchParams): (month: readonly [YearMonth, Decimal]) => boolean {
  const bound = (name: string, without: string) => parseBrazilianDate(query.get(name) ?? '') ?? (without as CivilDate)
  const [from, to] = [bound('dataInicial', '0000-01-01'), bound('dataFinal', '9999-12-31')]
  return ([month]) => from <= firstDayOfMonth(month) && firstDayOfMonth(month) <= to
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** The months of `db/indices`, by the number that SGS has for each series. */
function repositorySeries(): Map<number, Map<YearMonth, Decimal>> {
  return new Map(
    priceIndices.map(index => {
      const lines = readFileSync(new URL(`../../../db/indices/${index}.csv`, import.meta.url), 'utf8')
        .trim()
        .split('\n')
        .slice(1)
      const months = lines.map(line => {
        const [month = '', percent = ''] = line.split(',')
        return [yearMonth(month), decimal(percent)] as const
      })
      return [indexFacts[index].series, new Map(months)]
    }),
  )
}

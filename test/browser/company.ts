import { sql } from 'kysely'
import { readConfig } from '../../src/app/config.ts'
import { DueWorker } from '../../src/app/due-worker.ts'
import { dueHandlers, sharedKinds } from '../../src/app/schedule.ts'
import { type RunningServer, serve } from '../../src/app/serve.ts'
import type { Run } from '../../src/cli/answers.ts'
import { Client } from '../../src/cli/client.ts'
import { readId } from '../../src/core/ids.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { operatorKey } from '../http/test-api.ts'
import { cpfOf } from '../stories/story.ts'

/** A server on a port of its own whose work is done when a test says so: until then a page sees it under way. */
export function openServer(): Promise<RunningServer> {
  const environment = { BORDERO_DATA: 'memory:', BORDERO_PORT: '0', BORDERO_ROLES: 'api', BORDERO_LOG: 'silent' }
  return serve(readConfig({ ...environment, BORDERO_OPERATOR_KEY: operatorKey }))
}

/** Noon in Brasília. */
const opensAt = '2027-01-31T15:00:00.000Z'

/** A company in a sandbox account that has billed nothing yet. */
export class Company {
  readonly client: Client
  readonly #server: RunningServer
  readonly #account: number

  private constructor(server: RunningServer, account: number, key: string) {
    this.client = new Client({ url: server.url, key, source: 'test' }, fetch)
    this.#server = server
    this.#account = account
  }

  static async open(server: RunningServer): Promise<Company> {
    const operator = new Client({ url: server.url, key: operatorKey, source: 'test' }, fetch)
    const { id } = await operator.post<{ id: string }>('/v1/accounts', { name: 'Conta', mode: 'sandbox', sandboxNow: opensAt })
    const { key } = await operator.post<{ key: string }>(`/v1/accounts/${id}/api-keys`, { name: 'Teste', scopes: ['*'] })
    const company = new Company(server, readId('account', id) ?? 0, key)
    await company.client.post('/v1/organizations', {
      legalName: 'Horizonte Serviços Ltda.',
      cnpj: '11222333000181',
      taxRegime: 'simples_nacional',
    })
    return company
  }

  get key(): string {
    return this.client.target.key
  }

  /** Where the demo sends a newcomer. */
  get address(): string {
    return `${this.#server.url}/#key=${this.key}`
  }

  /** So many contracts of that much a month from today on; one more, a market's, of R$ 9.000,00 is beyond its own bound. */
  async importContracts(
    count: number,
    { codes = 'C', price = '1.234,56', withOneBeyondItsBound = false, mercado = 'Mercado Alvorada' } = {},
  ): Promise<void> {
    const rows = Array.from(
      { length: count },
      (_, i) => `${codes}-${i + 1};Cliente ${i + 1};${cpfOf(i + 1)};Suporte;${price};31;31/01/2027;dia 10;`,
    )
    if (withOneBeyondItsBound) rows.push(`C-X;${mercado};${cpfOf(999)};Suporte;9.000,00;31;31/01/2027;dia 10;5.000,00`)
    const heading = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento;valor_maximo'
    const file = new TextEncoder().encode([heading, ...rows].join('\n'))
    const { state, faults } = await this.client.upload<{ state: string; faults: unknown[] }>('/v1/imports', file, 'text/csv')
    if (state !== 'done') throw new Error(`the import was refused: ${JSON.stringify(faults)}`)
  }

  async contractOf(code: string): Promise<string> {
    const { data } = await this.client.get<{ data: { id: string }[] }>('/v1/contracts', { code })
    return data[0]?.id ?? ''
  }

  /** Asks for a run; nobody works on it before `work`. */
  startRun(asked: object = {}): Promise<Run> {
    return this.client.post<Run>('/v1/billing-runs', asked)
  }

  /** Does all that is due now, as a worker would. */
  async work(): Promise<void> {
    const machinery = { db: this.#server.db, clock: systemClock, log: this.#server.log }
    await new DueWorker(machinery, dueHandlers(), sharedKinds, new AbortController().signal).work(this.#account)
  }

  /** Somebody with a hand in the database moves every due date. */
  async tamper(): Promise<void> {
    await this.#server.db.transact({ account: this.#account }, tx => sql`update receivable set due_on = due_on + 1`.execute(tx))
  }

  async bill(): Promise<void> {
    await this.startRun()
    await this.work()
  }
}

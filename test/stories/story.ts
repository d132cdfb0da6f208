import { afterEach, beforeEach, expect } from 'vitest'
import { addMillis, civilDate, instantAt } from '../../src/core/dates.ts'
import { readId } from '../../src/core/ids.ts'
import { eachEngine } from '../database/each-engine.ts'
import type { TestDatabase } from '../database/test-database.ts'
import { type Reply, type TestApi, testApi } from '../http/test-api.ts'

// A small company that bills its customers, seen through its API: what stories begin with.

/** What a story says of a rule beyond the usual: 100 reais a month in advance, due on the 10th, billed and emitted by itself. */
export interface RuleWish {
  every?: number
  unit?: 'week' | 'month'
  /** First day of service; today unless told. */
  from?: string
  price?: string
  [termsField: string]: unknown
}

export interface ContractWish {
  customerId?: string
  startsOn?: string
  endsOn?: string
  [contractField: string]: unknown
}

export interface Agreement {
  id: string
  ruleId: string
  customerId: string
}

export interface Period {
  startsOn: string
  endsOn: string
  scheduledOn: string
  disposition: string
  reason: string | null
  invoiceId: string | null
}

export interface ShownRun {
  id: string
  state: string
  cause: string
  day: string
  pauseReason: string | null
  planHash: string | null
  /** How many items ended how. */
  outcomes: Record<string, number>
  emissions: Record<string, number>
  counters: { due: number; pending: number; billed: number; notBilled: number; parked: number }
  totals: { plannedCents: number; billedCents: number; notBilledCents: number }
}

export interface Refused {
  status: number
  code: string
  detail: string
  faults: { path: string; code: string; message: string }[]
}

const ZONE = 'America/Sao_Paulo'

/** Shops of the story that is being told. */
const opened: Shop[] = []

/** Stories on every engine. After each of them its account is verified in full: billing decided it in one way, verify derives it in another. */
export function stories(name: string, tell: (database: () => TestDatabase) => void): void {
  eachEngine(name, database => {
    beforeEach(() => {
      // Files share this module: what others opened without being proved here may stand on a database that is closed by now.
      opened.length = 0
    })
    afterEach(async () => {
      for (const shop of opened.splice(0)) await shop.prove()
    })
    tell(database)
  })
}

export class Shop {
  readonly api: TestApi
  readonly database: TestDatabase
  readonly organizationId: string
  readonly serviceItemId: string
  #today: string
  #billsByItself = true
  #customers = 0

  private constructor(api: TestApi, database: TestDatabase, today: string, ids: { organization: string; service: string }) {
    this.api = api
    this.database = database
    this.#today = today
    this.organizationId = ids.organization
    this.serviceItemId = ids.service
    opened.push(this)
  }

  /**
   * A company of São Paulo that opens at noon of that day, in an account of its own. People bill here: its days have no billing by
   * themselves, so that a story can pass months at once.
   */
  static async open(database: TestDatabase, today: string, organization: Record<string, unknown> = {}): Promise<Shop> {
    const shop = await Shop.openWithScheduler(database, today, organization)
    shop.#billsByItself = false
    await shop.#putOffBilling(today)
    return shop
  }

  /** As `open`, where each day from the next one on is billed by itself at six in the morning. */
  static async openWithScheduler(
    database: TestDatabase,
    today: string,
    organization: Record<string, unknown> = {},
  ): Promise<Shop> {
    const api = await testApi(database, { now: instantAt(civilDate(today), 12, ZONE) })
    const issuer = { legalName: 'Prestadora Ltda', cnpj: '11444777000161', taxRegime: 'simples_nacional', ...organization }
    const made = done(await api.post('/v1/organizations', issuer))
    const service = done(await api.post('/v1/service-items', { name: 'Suporte' }))
    return new Shop(api, database, today, { organization: made.id, service: service.id })
  }

  /** Imports so many contracts: 100 reais a month each from today on, a customer each, with the codes C-1, C-2 and so on. */
  async importContracts(count: number): Promise<void> {
    const [year, month, day] = this.#today.split('-')
    const rows = Array.from({ length: count }, (_, i) => {
      const n = i + 1
      return `C-${n};Cliente ${n};${cpfOf(n)};Suporte;100,00;${Number(day)};${day}/${month}/${year};dia 10`
    })
    const file = ['codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento', ...rows].join('\n')
    await this.import(Buffer.from(file))
  }

  /** What an import of a CSV file says. */
  async import(file: Buffer, query = '') {
    return done(await this.api.post(`/v1/imports?${query}`, file, { headers: { 'content-type': 'text/csv' } }))
  }

  /** The contract with that code. */
  async contractOf(code: string): Promise<Agreement> {
    const { data } = await this.get(`/v1/contracts?code=${code}`)
    const { id, customerId, rules } = await this.get(`/v1/contracts/${data[0].id}`)
    return { id, customerId, ruleId: rules[0].id }
  }

  get today(): string {
    return this.#today
  }

  // --- What the shop asks of the API ---

  get = async (path: string) => done(await this.api.get(path))
  post = async (path: string, body: unknown = {}) => done(await this.api.post(path, body))

  /** The refusal that a request must get. */
  refusal = async (path: string, body: unknown = {}): Promise<Refused> => {
    const { status, body: problem } = await this.api.post(path, body)
    if (status < 400) throw new Error(`${path} was to be refused, and answered ${status}: ${JSON.stringify(problem)}`)
    return { status, code: problem.code, detail: problem.detail, faults: problem.faults }
  }

  // --- Parties and contracts ---

  async customer(fields: Record<string, unknown> = {}): Promise<string> {
    const n = ++this.#customers
    const { id } = await this.post('/v1/customers', { kind: 'person', name: `Cliente ${n}`, taxId: cpfOf(n), ...fields })
    return id
  }

  rule({ every = 1, unit = 'month', from = this.#today, price = '100', ...terms }: RuleWish = {}) {
    return {
      recurrence: { unit, every, anchorOn: from },
      due: { kind: 'fixed_day', day: 10 },
      lines: [{ serviceItemId: this.serviceItemId, unitPrice: price }],
      ...terms,
    }
  }

  async contract(wish: RuleWish = {}, { customerId, ...contract }: ContractWish = {}): Promise<Agreement> {
    const owner = customerId ?? (await this.customer())
    const made = await this.post('/v1/contracts', {
      name: `Contrato de ${owner}`,
      organizationId: this.organizationId,
      customerId: owner,
      ...(wish.from === undefined ? {} : { startsOn: wish.from }),
      rules: [this.rule(wish)],
      ...contract,
    })
    return { id: made.id, ruleId: made.rules[0].id, customerId: owner }
  }

  changeTerms(of: Agreement, change: Record<string, unknown>) {
    return this.post(`/v1/invoice-rules/${of.ruleId}/terms`, change)
  }

  event(of: Agreement, event: Record<string, unknown>) {
    return this.post(`/v1/invoice-rules/${of.ruleId}/events`, { kind: 'surcharge', description: 'Extra', ...event })
  }

  // --- Days ---

  /** Noon of that day, after all that falls due until then was done, each at its own instant. */
  async until(day: string): Promise<void> {
    await this.#putOffBilling(day)
    await this.api.moveClock(day)
    this.#today = day
  }

  /** The day comes while no server is up: nothing that fell due on the way was done. */
  async untilWithoutServer(day: string): Promise<void> {
    await this.#putOffBilling(day)
    await this.database.asOwner(owner =>
      owner.query('update account set sandbox_now = $2 where account_id = $1', [
        this.api.account,
        instantAt(civilDate(day), 12, ZONE),
      ]),
    )
    this.#today = day
  }

  /** Where people bill, the daily billing waits two days off all along: it never comes, and `verify` sees that it is dated. */
  async #putOffBilling(day: string): Promise<void> {
    if (this.#billsByItself) return
    const dueAt = addMillis(instantAt(civilDate(day), 12, ZONE), 48 * 3_600_000)
    await this.database.asOwner(owner =>
      owner.query(`update due_work set due_at = $2 where account_id = $1 and kind = 'daily_billing' and subject_id = $3`, [
        this.api.account,
        dueAt,
        readId('organization', this.organizationId),
      ]),
    )
  }

  // --- Billing ---

  /** Starts a run and works it to its end. */
  async bill(asked: Record<string, unknown> = {}): Promise<ShownRun> {
    const { id } = await this.post('/v1/billing-runs', asked)
    await this.api.settle()
    return this.run(id)
  }

  preview(asked: Record<string, unknown> = {}): Promise<ShownRun> {
    return this.bill({ ...asked, preview: true })
  }

  /** A verb of a run, and what comes of it: bill, pause, resume, cancel, retry, items/1/allow. */
  async tellRun(run: Pick<ShownRun, 'id'>, verb: string, body?: unknown): Promise<ShownRun> {
    done(await this.api.post(`/v1/billing-runs/${run.id}/${verb}`, body))
    await this.api.settle()
    return this.run(run.id)
  }

  async run(id: string): Promise<ShownRun> {
    return shownRun(await this.get(`/v1/billing-runs/${id}`))
  }

  /** All runs, the oldest first. */
  async runs(): Promise<ShownRun[]> {
    return (await this.all('/v1/billing-runs')).map(shownRun).reverse()
  }

  items(run: Pick<ShownRun, 'id'>, query = '') {
    return this.all(`/v1/billing-runs/${run.id}/items?${query}`)
  }

  // --- What came of it ---

  /** Closed and open periods of the ledger, in order. */
  async periods(of: Agreement): Promise<Period[]> {
    return this.all(`/v1/invoice-rules/${of.ruleId}/periods`)
  }

  /** Each period's first day and how it stands: '2026-01-31 billed'. */
  async ledger(of: Agreement): Promise<string[]> {
    return (await this.periods(of)).map(({ startsOn, disposition }) => `${startsOn} ${disposition}`)
  }

  /** With lines and receivables, in the order in which they were made. */
  async invoices(of: Agreement) {
    const rows = await this.all(`/v1/invoices?contract=${of.id}`)
    const details = []
    for (const { id } of rows.reverse()) details.push(await this.get(`/v1/invoices/${id}`))
    return details
  }

  invoice(id: string) {
    return this.get(`/v1/invoices/${id}`)
  }

  /** The last invoice of a contract. */
  async lastInvoice(of: Agreement) {
    const { data } = await this.get(`/v1/invoices?contract=${of.id}&limit=1`)
    return this.invoice(data[0].id)
  }

  /** Nothing is wrong with the account, by a verification of everything. */
  async prove(): Promise<void> {
    const { id } = await this.post('/v1/verifications', { full: true })
    await this.api.settle()
    const { state, result } = await this.get(`/v1/verifications/${id}`)
    expect({ state, found: result?.found, findings: result?.findings }).toEqual({ state: 'done', found: {}, findings: [] })
  }

  /** What a verification of what was touched since the last one tells. */
  async verification() {
    const { id } = await this.post('/v1/verifications')
    await this.api.settle()
    return (await this.get(`/v1/verifications/${id}`)).result
  }

  async creditCents(customerId: string): Promise<number> {
    const { balances } = await this.get(`/v1/customers/${customerId}/credit`)
    return balances[0]?.balanceCents ?? 0
  }

  /** The first receivable of an invoice is paid today. */
  pay({ receivables }: { receivables: { id: string }[] }, amountCents: number) {
    return this.post(`/v1/receivables/${receivables[0]?.id}/receive`, { amountCents, receivedOn: this.#today })
  }

  /** Every page of a list. */
  async all(path: string) {
    const rows = []
    const start = `${path}${path.includes('?') ? '&' : '?'}limit=200`
    for (let next: string | null = start; next !== null; ) {
      const { data, nextCursor } = await this.get(next)
      rows.push(...data)
      next = nextCursor === null ? null : `${start}&cursor=${nextCursor}`
    }
    return rows
  }
}

function done({ status, body }: Reply) {
  if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(body)}`)
  return body
}

function shownRun(body: Reply['body']): ShownRun {
  const outcomes: Record<string, number> = {}
  for (const { outcome, items } of body.outcomes) outcomes[outcome] = (outcomes[outcome] ?? 0) + items
  return { ...body, outcomes }
}

/** A CPF with right digits, another for each number. */
export function cpfOf(n: number): string {
  const digits = [...String(100_000_000 + n)].map(Number)
  for (const length of [9, 10]) {
    const sum = digits.reduce((total, digit, i) => total + digit * (length + 1 - i), 0)
    digits.push(((sum * 10) % 11) % 10)
  }
  return digits.join('')
}

import { sql } from 'kysely'
import { cnpjCheckDigits } from '../src/core/brazil/cnpj.ts'
import { type DbConfig, openDb, type Tx } from '../src/platform/db/db.ts'
import { PatientClient } from './client.ts'
import { operatorKey, pause, ServerProcess } from './server.ts'

export interface CrashResult {
  kills: number
  runs: number
  invoices: number
  receipts: number
  duplicates: number
  gaps: number
  sumDifferenceCents: number
  /** Acknowledged, and not there afterwards. */
  lostAnswers: number
  /** Of `bordero verify --full`. */
  findings: number
  resumeP95Ms: number
}

/** What was acknowledged. */
interface Acknowledged {
  contracts: Map<string, number>
  receipts: { receivable: string; amountCents: number }[]
  runs: Set<string>
}

const CONTRACTS_AN_IMPORT = 120
const FIRST_DAY = '2027-01-04'

export async function crashEngine(
  settings: Record<string, string>,
  database: DbConfig,
  kills: number,
  seed: number,
): Promise<CrashResult> {
  const random = randomFrom(seed)
  const server = await ServerProcess.on(settings)
  await server.start()
  const account = await makeAccount(server.url)
  const acknowledged: Acknowledged = { contracts: new Map(), receipts: [], runs: new Set() }
  let isOver = false
  const client = new PatientClient(server.url, account.key, () => isOver)
  const clock = { day: FIRST_DAY }
  const clients = [
    importing(client, acknowledged, () => isOver),
    billing(client, acknowledged, () => isOver),
    receiving(client, acknowledged, clock, random, () => isOver),
    movingTheClock(client, clock, () => isOver),
  ]

  const resumes: number[] = []
  for (let kill = 0; kill < kills; kill++) {
    await pause(100 + random() * 1400)
    await server.kill()
    const killedAt = performance.now()
    await server.start()
    await nextProgress(client)
    resumes.push(performance.now() - killedAt)
  }

  isOver = true
  await Promise.all(clients)
  const calm = new PatientClient(server.url, account.key, () => false)
  await untilCalm(calm, acknowledged)
  const findings = await verifyFully(calm)
  await server.stop()

  const db = await openDb(database)
  try {
    const counted = await db.transact({ account: account.id }, tx => count(tx, acknowledged))
    return {
      kills,
      ...counted,
      findings,
      resumeP95Ms: Math.round(resumes.sort((a, b) => a - b)[Math.ceil(resumes.length * 0.95) - 1] ?? 0),
    }
  } finally {
    await db.close()
  }
}

async function makeAccount(url: string): Promise<{ id: number; key: string }> {
  const operator = new PatientClient(url, operatorKey, () => false)
  const opened = await operator.effect('POST', '/v1/accounts', {
    name: 'Conta que cai',
    mode: 'sandbox',
    sandboxNow: `${FIRST_DAY}T12:00:00.000Z`,
  })
  const id = String(opened?.body.id)
  const drawn = await operator.effect('POST', `/v1/accounts/${id}/api-keys`, { name: 'teste', scopes: ['*'] })
  const key = String(drawn?.body.key)
  const client = new PatientClient(url, key, () => false)
  await client.effect('POST', '/v1/organizations', {
    legalName: 'Prestadora Ltda',
    cnpj: '11444777000161',
    taxRegime: 'simples_nacional',
  })
  return { id: Number(id.replace('acc_', '')), key }
}

/** New customers every second or so, each with a weekly contract that is due at once. */
async function importing(client: PatientClient, acknowledged: Acknowledged, isOver: () => boolean): Promise<void> {
  for (let batch = 0; !isOver(); batch++) {
    const rows = Array.from({ length: CONTRACTS_AN_IMPORT }, (_, i) => {
      const n = batch * CONTRACTS_AN_IMPORT + i + 1
      return {
        code: `C${n}`,
        taxId: validCnpj(n),
        price: `${100 + (n % 900)},${String(n % 100).padStart(2, '0')}`,
        cents: (100 + (n % 900)) * 100 + (n % 100),
      }
    })
    const lines = rows.map(
      ({ code, taxId, price }) => `${code};Cliente ${code};${taxId};Suporte;${price};04/01/2027;semanal;7 dias`,
    )
    const file = ['codigo;cliente;cpf_cnpj;servico;valor;inicio;recorrencia;vencimento', ...lines].join('\n')
    const answer = await client.effect('POST', '/v1/imports', file, 'text/csv')
    if (answer !== null && answer.status < 300) for (const { code, cents } of rows) acknowledged.contracts.set(code, cents)
    else if (answer !== null) throw new Error(`an import was refused: ${JSON.stringify(answer.body).slice(0, 500)}`)
    await pause(1500)
  }
}

async function billing(client: PatientClient, acknowledged: Acknowledged, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const answer = await client.effect('POST', '/v1/billing-runs', {})
    if (answer?.status === 202) acknowledged.runs.add(String(answer.body.id))
    await pause(200)
  }
}

async function receiving(
  client: PatientClient,
  acknowledged: Acknowledged,
  clock: { day: string },
  random: () => number,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const open = await client.read('/v1/receivables?state=to_receive&limit=50')
    for (const receivable of (open?.body.data ?? []) as { id: string; amountCents: number }[]) {
      if (isOver()) return
      const amountCents = random() < 0.5 ? receivable.amountCents : Math.ceil(receivable.amountCents / 3)
      const answer = await client.effect('POST', `/v1/receivables/${receivable.id}/receive`, {
        amountCents,
        receivedOn: clock.day,
      })
      if (answer === null || answer.status === 409) continue // the test is over, or it was received by another
      if (answer.status !== 200) throw new Error(`a payment was refused: ${JSON.stringify(answer.body)}`)
      acknowledged.receipts.push({ receivable: receivable.id, amountCents })
    }
    await pause(100)
  }
}

/** A week at a time: the scheduler bills each morning on the way, in competition with the runs of the person. */
async function movingTheClock(client: PatientClient, clock: { day: string }, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await pause(2500)
    if (isOver()) return
    const next = new Date(Date.parse(`${clock.day}T12:00:00.000Z`) + 7 * 86_400_000).toISOString()
    const answer = await client.effect('POST', '/v1/sandbox/clock', { to: next })
    if (answer?.status === 200) clock.day = next.slice(0, 10)
  }
}

/** Waits until the server that was started again has moved a run on, or has none to move. */
async function nextProgress(client: PatientClient): Promise<void> {
  const live = async () => {
    const states = ['preparing', 'running'].map(state => client.read(`/v1/billing-runs?state=${state}&limit=20`))
    return (await Promise.all(states)).flatMap(
      answer => (answer?.body.data ?? []) as { id: string; counters: { due: number; pending: number } }[],
    )
  }
  const seen = await live()
  if (seen.length === 0) return
  for (;;) {
    const now = new Map((await live()).map(run => [run.id, run]))
    const hasMoved = seen.some(run => {
      const later = now.get(run.id)
      return later === undefined || later.counters.pending !== run.counters.pending || later.counters.due !== run.counters.due
    })
    if (hasMoved) return
    await pause(50)
  }
}

async function untilCalm(client: PatientClient, acknowledged: Acknowledged): Promise<void> {
  const last = await client.effect('POST', '/v1/billing-runs', {})
  if (last?.status === 202) acknowledged.runs.add(String(last.body.id))
  for (;;) {
    const live = await Promise.all(['preparing', 'running'].map(state => client.read(`/v1/billing-runs?state=${state}&limit=1`)))
    if (live.every(answer => (answer?.body.data as unknown[] | undefined)?.length === 0)) return
    await pause(100)
  }
}

/** How much the product's own proof found to be wrong; a proof that says nothing counts as one finding. */
async function verifyFully(client: PatientClient): Promise<number> {
  let verification = await client.effect('POST', '/v1/verifications', { full: true })
  if (verification?.status !== 202) throw new Error(`a verification was refused: ${JSON.stringify(verification?.body)}`)
  while (verification?.body.state !== 'done') {
    await pause(100)
    verification = await client.read(`/v1/verifications/${verification?.body.id}`)
  }
  const result = verification.body.result as { clean: boolean; found: Record<string, number> }
  if (result.clean) return 0
  console.error(JSON.stringify(result))
  return Math.max(
    1,
    Object.values(result.found).reduce((total, times) => total + times, 0),
  )
}

async function count(tx: Tx, acknowledged: Acknowledged): Promise<Omit<CrashResult, 'kills' | 'findings' | 'resumeP95Ms'>> {
  const number = async (query: ReturnType<typeof sql<{ n: number }>>) => (await query.execute(tx)).rows[0]?.n ?? 0
  const contracts = await sql<{ code: string; net: number; billed: number }>`
    select c.code, coalesce(sum(i.net_cents), 0)::bigint as net, count(i.id) as billed
    from contract c left join invoice i on i.account_id = c.account_id and i.contract_id = c.id and i.state <> 'cancelled' group by c.code`.execute(
    tx,
  )
  const receipts = await sql<{ receivable: number; total: number }>`
    select receivable_id as receivable, sum(amount_cents + surplus_cents)::bigint as total from receipt where kind = 'payment' group by 1`.execute(
    tx,
  )

  const byCode = new Map(contracts.rows.map(row => [row.code, row]))
  const byReceivable = new Map(receipts.rows.map(row => [row.receivable, row.total]))
  const wanted = Map.groupBy(acknowledged.receipts, receipt => Number(receipt.receivable.replace('rec_', '')))
  const runs = await sql<{ id: number }>`select id from billing_run`.execute(tx)
  const knownRuns = new Set(runs.rows.map(row => `run_${row.id}`))

  const lostContracts = [...acknowledged.contracts.keys()].filter(code => !byCode.has(code)).length
  const lostReceipts = [...wanted].filter(
    ([id, those]) => (byReceivable.get(id) ?? 0) < those.reduce((total, r) => total + r.amountCents, 0),
  ).length
  const lostRuns = [...acknowledged.runs].filter(run => !knownRuns.has(run)).length
  const differences = [...acknowledged.contracts].map(([code, cents]) =>
    Math.abs((byCode.get(code)?.net ?? 0) - cents * (byCode.get(code)?.billed ?? 0)),
  )
  const unreceived = await number(sql<{ n: number }>`
    select coalesce(sum(abs(i.net_cents - r.total)), 0)::bigint as n from invoice i
    join (select invoice_id, sum(amount_cents) as total from receivable group by 1) r on r.invoice_id = i.id`)
  return {
    runs: runs.rows.length,
    invoices: await number(sql`select count(*) as n from invoice`),
    receipts: await number(sql`select count(*) as n from receipt`),
    duplicates: await number(sql`
      select count(*) as n from (select rule_id, period_start from invoice where state <> 'cancelled' group by 1, 2 having count(*) > 1) d`),
    // What is open, or due and not closed, at the end of a test in which everything was to be billed.
    gaps: await number(sql`
      select (select count(*) from coverage where disposition = 'open')
           + (select count(*) from invoice_rule r, account a where r.next_due_on <= (a.sandbox_now at time zone 'America/Sao_Paulo')::date) as n`),
    sumDifferenceCents: differences.reduce((total, difference) => total + difference, 0) + unreceived,
    lostAnswers: lostContracts + lostReceipts + lostRuns,
  }
}

function validCnpj(n: number): string {
  const base = `${String(n).padStart(8, '0')}0001`
  return base + cnpjCheckDigits(base)
}

/** The same kills at the same moments for the same seed, as far as the machine keeps time. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { readConfig } from '../../src/app/config.ts'
import { type RunningServer, serve } from '../../src/app/serve.ts'
import type { SqlConnection } from '../../src/platform/db/connection.ts'
import { migrate } from '../../src/platform/db/migrate.ts'
import { PgliteSource } from '../../src/platform/db/pglite.ts'
import { withOwner } from '../../src/platform/db/postgres.ts'
import { openEmptyDatabase } from '../database/empty-database.ts'
import { operatorKey, type Reply } from '../http/test-api.ts'
import { cpfOf } from './story.ts'

// Real servers with workers and scheduler of their own: what is told here is what happens by itself.

const day = '2026-01-31'
/** The API of a server that may be away: what cannot be asked now is asked again. */
class Client {
  url = ''
  key = operatorKey

  async call(method: string, path: string, body?: object | string): Promise<Reply['body']> {
    for (let tries = 0; ; tries++) {
      const answer = await this.#once(method, path, body)
      if (answer !== null && answer.status < 300) return answer.body
      if (answer !== null && answer.status < 500) throw new Error(`${path} answered ${JSON.stringify(answer)}`)
      if (tries === 6_000) throw new Error(`${path} was not answered`)
      await sleep(50)
    }
  }

  async #once(method: string, path: string, body?: object | string): Promise<Pick<Reply, 'status' | 'body'> | null> {
    const type = typeof body === 'string' ? 'text/csv' : 'application/json'
    try {
      const response = await fetch(this.url + path, {
        method,
        headers: { authorization: `Bearer ${this.key}`, ...(body === undefined ? {} : { 'content-type': type }) },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return { status: response.status, body: await response.json() }
    } catch {
      return null
    }
  }

  until = async (path: string, isSo: (body: Reply['body']) => boolean) => {
    for (let tries = 0; tries < 30_000; tries++) {
      const body = await this.call('GET', path)
      if (isSo(body)) return body
      await sleep(20)
    }
    throw new Error(`${path} never came to what was waited for`)
  }
}

/** A company with so many contracts that are due, in an account of its own. */
async function openCompany(client: Client, count: number): Promise<void> {
  const account = await client.call('POST', '/v1/accounts', { name: 'Conta', mode: 'sandbox', sandboxNow: `${day}T15:00:00Z` })
  const made = await client.call('POST', `/v1/accounts/${account.id}/api-keys`, { name: 'Chave', scopes: ['*'] })
  client.key = made.key
  const issuer = { legalName: 'Prestadora Ltda', cnpj: '11444777000161', taxRegime: 'simples_nacional' }
  await client.call('POST', '/v1/organizations', issuer)
  const rows = Array.from({ length: count }, (_, i) => `C-${i};Cliente ${i};${cpfOf(i)};Suporte;100,00;31;31/01/2026;dia 10`)
  const heading = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;vencimento'
  const imported = await client.call('POST', '/v1/imports', [heading, ...rows].join('\n'))
  expect(imported).toMatchObject({ state: 'done', created: count })
}

async function expectBilledOnce(client: Client, runId: string, count: number): Promise<void> {
  const run = await client.until(`/v1/billing-runs/${runId}`, ({ state }) => state !== 'running')
  expect(run).toMatchObject({ state: 'done', counters: { due: count, pending: 0, billed: count, parked: 0 } })
  const { id } = await client.call('POST', '/v1/verifications', { full: true })
  const { result } = await client.until(`/v1/verifications/${id}`, ({ state }) => state === 'done')
  expect(result).toMatchObject({ clean: true, checked: { invoices: count } })
}

/** Each chunk takes a second, so that a run has a middle on any machine. */
async function dawdle(owner: SqlConnection): Promise<void> {
  await migrate(owner)
  await owner.script(`
    create function dawdle() returns trigger language plpgsql as 'begin perform pg_sleep(1); return null; end';
    create trigger dawdle after insert on invoice_line for each statement execute function dawdle();`)
}

/** Many more than all workers take while somebody looks: what is left is for after. */
const contracts = { pglite: 1_200, postgres: 2_600 }

describe.each(inject('engines'))('a server that stops in the middle of a run (%s)', engine => {
  test('goes on by itself when it starts again, and bills each contract once', async () => {
    const client = new Client()
    const place = engine === 'pglite' ? { BORDERO_DATA: await ownFolder() } : { DATABASE_URL: await ownDatabase() }
    const first = await start(place, client)
    await openCompany(client, contracts[engine])
    const { id } = await client.call('POST', '/v1/billing-runs', {})
    const { counters } = await client.until(`/v1/billing-runs/${id}`, run => run.counters.billed > 0)
    await first.close()
    expect(counters.billed).toBeLessThan(contracts[engine])
    await start(place, client)
    await expectBilledOnce(client, id, contracts[engine])
  })
})

async function start(place: { BORDERO_DATA?: string; DATABASE_URL?: string }, client: Client): Promise<RunningServer> {
  const server = await serve(
    readConfig({ ...place, BORDERO_PORT: '0', BORDERO_OPERATOR_KEY: operatorKey, BORDERO_LOG: 'silent', BORDERO_POOL_SIZE: '5' }),
  )
  onTestFinished(() => server.close())
  client.url = server.url
  return server
}

async function ownFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bordero-story-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const embedded = await PgliteSource.open({ dataDir: folder })
  await embedded.withOwner(dawdle)
  await embedded.close()
  return folder
}

async function ownDatabase(): Promise<string> {
  const { url, drop } = await openEmptyDatabase('postgres')
  onTestFinished(drop)
  if (url === null) throw new Error('a database of PostgreSQL has an address')
  await withOwner(url, dawdle)
  return url
}

describe.runIf(inject('engines').includes('postgres'))('a database that goes away in the middle of a run', () => {
  test('parks nobody: the run goes on by itself once the database is back', async () => {
    const client = new Client()
    const databaseUrl = await ownDatabase()
    await start({ DATABASE_URL: databaseUrl }, client)
    await openCompany(client, contracts.postgres)
    const { id } = await client.call('POST', '/v1/billing-runs', {})
    await client.until(`/v1/billing-runs/${id}`, run => run.counters.billed > 0)

    const name = new URL(databaseUrl).pathname.slice(1)
    await withOwner(inject('postgres').url, async owner => {
      await owner.script(`alter database ${name} allow_connections false`)
      await owner.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
      await sleep(1_500)
      await owner.script(`alter database ${name} allow_connections true`)
    })
    const back = await client.call('GET', `/v1/billing-runs/${id}`)
    expect(back.state).toBe('running')
    expect(back.counters.billed).toBeLessThan(contracts.postgres)
    await expectBilledOnce(client, id, contracts.postgres)
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { PatientClient } from '../../sim/client.ts'
import { operatorKey, pause, ServerProcess } from '../../sim/server.ts'
import { cnpjCheckDigits } from '../../src/core/brazil/cnpj.ts'
import { openEmptyDatabase } from '../database/empty-database.ts'

const CONTRACTS = 400

describe.each(inject('engines'))('a batch of Omie while its server is killed (%s)', engine => {
  let folder: string
  let server: ServerProcess
  let drop: () => Promise<void>
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bordero-omie-'))
    if (engine === 'pglite') {
      drop = async () => {}
      server = await ServerProcess.on({ BORDERO_DATA: folder })
    } else {
      const database = await openEmptyDatabase(engine)
      drop = database.drop
      server = await ServerProcess.on({ DATABASE_URL: database.url ?? '' })
    }
    await server.start()
  })
  afterEach(async () => {
    await server.kill()
    await drop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function open() {
    const operator = new PatientClient(server.url, operatorKey, () => false)
    const account = { name: 'Conta que cai', mode: 'sandbox', sandboxNow: '2027-01-31T12:00:00.000Z' }
    const id = String((await operator.effect('POST', '/v1/accounts', account))?.body.id)
    const key = String((await operator.effect('POST', `/v1/accounts/${id}/api-keys`, { name: 'ERP', scopes: ['*'] }))?.body.key)
    const ours = new PatientClient(server.url, key, () => false)
    const organization = { legalName: 'Prestadora Ltda', cnpj: '11444777000161', taxRegime: 'simples_nacional' }
    await ours.effect('POST', '/v1/organizations', organization)
    const rows = Array.from({ length: CONTRACTS }, (_, i) => {
      const root = `${10_000_000 + i}0001`
      return `C${i};Cliente ${i};${root}${cnpjCheckDigits(root)};Suporte;${100 + i},37;31/01/2027;31;mensal;7 dias`
    })
    const file = ['codigo;cliente;cpf_cnpj;servico;valor;inicio;dia_faturamento;recorrencia;vencimento', ...rows].join('\n')
    const imported = await ours.effect('POST', '/v1/imports', file, 'text/csv')
    expect(imported).toMatchObject({ status: 201, body: { created: CONTRACTS, faults: [] } })
    /** Asked again until an answer comes, as a client does whose call was cut off. */
    const ask = async (service: string, call: string, param: object) => {
      const body = JSON.stringify({ call, app_key: 1, app_secret: key, param: [param] })
      for (;;) {
        const answer = await fetch(`${server.url}/api/v1/servicos/${service}/`, { method: 'POST', body }).catch(() => null)
        if (answer !== null && answer.status === 200) return (await answer.json()) as Record<string, number | string>
        await pause(25)
      }
    }
    return { ours, ask }
  }

  test('bills each contract once, told by the same batch', async () => {
    const { ours, ask } = await open()
    const { nIdLoteFat } = await ask('contratolote', 'FaturarLoteContrato', { cCodIntLote: 'L1' })
    const status = () => ask('contratolote', 'StatusLoteContrato', { nIdLoteFat })
    // At instants of the batch that nobody chose; whatever it is at by then.
    for (const wait of [0, 60, 250]) {
      await pause(wait)
      await server.kill()
      await server.start()
      expect((await status()).nIdLoteFat).toBe(nIdLoteFat)
    }
    // Whoever lost the first answer asks for the same batch again, and is told of that one, or of one that finds nothing left.
    await ask('contratolote', 'FaturarLoteContrato', { cCodIntLote: 'L1' })
    let told = await status()
    while (told.cStatus === 'RUNNING') {
      await pause(100)
      told = await status()
    }
    expect(told).toMatchObject({ cStatus: 'DONE', nQtdeTotal: CONTRACTS, nQtdeProcessadas: CONTRACTS })
    const orders = await ask('os', 'ListarOS', { pagina: 1, registros_por_pagina: 1 })
    expect(orders.total_de_registros).toBe(CONTRACTS)
    let verification = await ours.effect('POST', '/v1/verifications', { full: true })
    while (verification?.body.state !== 'done') {
      await pause(100)
      verification = await ours.read(`/v1/verifications/${verification?.body.id}`)
    }
    expect(verification.body.result).toMatchObject({ clean: true })
  })
})

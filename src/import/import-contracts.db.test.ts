import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { ctxOf } from '../../test/database/test-ctx.ts'
import type { TestDatabase } from '../../test/database/test-database.ts'
import { instant } from '../core/dates.ts'
import { createOrganization } from '../organizations/create-organization.ts'
import type { Ctx } from '../platform/context.ts'
import { importContracts } from './import-contracts.ts'

const NOW = instant('2027-01-31T15:00:00.000Z')
const HEADING = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;fim;vencimento;faturado_ate'

async function account(database: TestDatabase): Promise<Ctx> {
  const ctx = ctxOf(database, await database.freshAccount({ now: NOW }), NOW)
  await createOrganization(ctx, { legalName: 'Prestadora Ltda', cnpj: '11444777000161', taxRegime: 'simples_nacional' })
  return ctx
}

type Choices = { update?: boolean; dryRun?: boolean; validRows?: boolean }

function importText(ctx: Ctx, text: string, { update = false, dryRun = false, validRows = false }: Choices = {}) {
  return importContracts(ctx, { bytes: Buffer.from(text), filename: 'contratos.csv', update, dryRun, validRows })
}

const file = (...rows: string[]) => [HEADING, ...rows].join('\n')

eachEngine('importing contracts', database => {
  test('makes them', async () => {
    const ctx = await account(database())
    const made = await importText(ctx, file('C-1;Padaria São João;11222333000181;Internet 100 Mega;99,90;31;31/01/2026;;dia 10;31/12/2026'))
    expect(made.report.faults).toEqual([])
    expect(made).toMatchObject({ state: 'done', rows: 1, created: 1 })
  })
})

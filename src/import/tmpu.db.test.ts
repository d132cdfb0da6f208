import { test } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { ctxOf } from '../../test/database/test-ctx.ts'
import { instant } from '../core/dates.ts'
import { createOrganization } from '../organizations/create-organization.ts'
import { importContracts } from './import-contracts.ts'
const NOW = instant('2027-01-31T15:00:00.000Z')
eachEngine('profile', database => {
  test('x', async () => {
    const ctx = ctxOf(database(), await database().freshAccount({ now: NOW }), NOW)
    await createOrganization(ctx, { legalName: 'Prestadora Ltda', cnpj: '11444777000161', taxRegime: 'simples_nacional' })
    const text = (price: string) => 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;fim;vencimento;faturado_ate\n' + Array.from({ length: 2_000 }, (_, i) => `G-${i};Cliente ${i % 2_000};;Internet;${price};31;31/01/2026;;dia 10;31/12/2026`).join('\n')
    const run = (price: string) => importContracts(ctx, { bytes: Buffer.from(text(price)), filename: null, update: true, dryRun: false, validRows: false })
    for (const price of ['99,90', '109,90', '119,90']) {
      const s = performance.now()
      await run(price)
      console.log(database().engine, price, Math.round(performance.now() - s))
    }
  }, 180_000)
})

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
    const text = 'codigo;cliente;cpf_cnpj;servico;valor;dia_faturamento;inicio;fim;vencimento;faturado_ate\n' + Array.from({ length: 10_000 }, (_, i) => `G-${i};Cliente ${i % 2_000};;Internet;99,90;31;31/01/2026;;dia 10;31/12/2026`).join('\n')
    const run = () => importContracts(ctx, { bytes: Buffer.from(text), filename: null, update: false, dryRun: false, validRows: false })
    for (const name of ['first', 'second']) {
      const spent = new Map<string, [number, number]>()
      const original = ctx.transact
      const s = performance.now()
      await ctx.transact(async tx => {
        const proto = Object.getPrototypeOf(tx.getExecutor())
        void proto; void original
        const ex = tx.getExecutor() as any
        const old = ex.executeQuery.bind(ex)
        ex.executeQuery = async (q: any, ...r: any[]) => {
          const t = performance.now()
          const out = await old(q, ...r)
          const k = q.sql.trim().slice(0, 90).replace(/\s+/g, ' ')
          const e = spent.get(k) ?? [0, 0]
          spent.set(k, [e[0] + performance.now() - t, e[1] + 1])
          return out
        }
        await run()
      })
      console.log(database().engine, name, Math.round(performance.now() - s), [...spent].sort((a, b) => b[1][0] - a[1][0]).slice(0, 7).map(([k, [ms, n]]) => `${Math.round(ms)}ms ×${n} ${k}`).join('\n'))
    }
  }, 180_000)
})

import { test } from 'vitest'
import { eachEngine } from '../database/each-engine.ts'
import { Shop } from './story.ts'
eachEngine('x', database => {
  test('t', async () => {
    const t0 = performance.now()
    const lap = (what: string) => console.log(database().engine, what, Math.round(performance.now() - t0))
    const shop = await Shop.withContracts(database(), '2026-01-31', 500)
    const { account } = shop.api
    lap('made')
    await database().asOwner(owner =>
      owner.query(
        `alter table invoice_line add constraint storyx_${account} check (account_id <> ${account} or description <> 'veneno')`,
      ),
    )
    const say = (description: string) =>
      shop.post('/v1/invoice-rules/rul_333/terms', { lines: [{ serviceItemId: 'svc_1', unitPrice: '100', description }] })
    await say('veneno')
    lap('poisoned')
    const timer = setInterval(() => {
      void database().asOwner(async owner => {
        const { rows } = await owner.query(`select state, wait_event, round(extract(epoch from clock_timestamp() - query_start)::numeric, 2) as s, left(regexp_replace(query, '\\s+', ' ', 'g'), 160) as q from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' order by query_start limit 3`)
        console.log(JSON.stringify(rows))
      }).catch(() => {})
    }, 700)
    const run = await shop.bill()
    clearInterval(timer)
    lap('billed')
    await shop.bill()
    lap('billed again')
    await say('Suporte')
    await shop.tellRun(run, 'retry')
    lap('retried')
    await shop.all('/v1/invoices')
    lap('listed')
  }, 120_000)
})

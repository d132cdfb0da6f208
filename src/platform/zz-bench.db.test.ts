import { sql } from 'kysely'
import { it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { freshCtx } from '../../test/database/test-ctx.ts'
import { record } from './history.ts'

const base = { state: 'to_receive', organizationId: 1, customerId: 123, contractId: 4, ruleId: 5, gross: 10000, lines: [1,2].map(i => ({ position: i, description: 'Manutenção mensal de sistemas', quantity: '1', unitPrice: '100.50', grossCents: 10050, discountCents: 0 })), receivables: [{ id: 1, dueOn: '2026-01-31', amountCents: 10050 }], scheduledOn: '2026-01-31', periodStart: '2026-01-31', periodEnd: '2026-02-28', competence: '2026-01' }
const entries = (k: number) => Array.from({ length: 1000 }, (_, i) => ({ action: 'bill', subject: { noun: 'invoice' as const, id: k * 1000 + i + 1, version: 1 }, after: base, event: 'emit' }))
eachEngine('bench', database => {
  it('x', async () => {
    if (database().engine !== 'postgres') return
    const ctx = await freshCtx(database())
    for (let k = 0; k < 20; k++) await ctx.transact(tx => record(tx, ctx, entries(k)))
    const rows = entries(100).map(e => ({ action: e.action, noun: e.subject.noun, subject_id: e.subject.id, subject_version: 1, salt: '00'.repeat(32), after: e.after, event: e.event }))
    const text = JSON.stringify(rows)
    const from = sql`jsonb_to_recordset(cast(${text} as text)::jsonb) as e
        (action text, noun text, subject_id bigint, subject_version integer, salt text, before jsonb, after jsonb, event text)`
    const t = async (name: string, q: any) => {
      await ctx.transact(tx => q.execute(tx))
      const t0 = performance.now()
      for (let i = 0; i < 5; i++) await ctx.transact(tx => q.execute(tx))
      console.log(name, ((performance.now() - t0) / 5).toFixed(1))
    }
    await t('parse', sql`select count(*) from ${from}`)
    await t('parse+seq', sql`select count(x) from (select nextval('history_id_seq') x, e.* from ${from}) y`)
    await t('digest', sql`select max(history_digest(decode(salt,'hex'), before, after)) from ${from}`)
    await t('digest plain', sql`select max(sha256(decode(salt,'hex') || convert_to(after::text, 'UTF8'))) from ${from}`)
    await t('jsonb text', sql`select max(length(after::text)) from ${from}`)
    for (let k = 200; k < 206; k++) await ctx.transact(async tx => {
      const r: any = await sql`explain (analyze, timing off, buffers off) with entry as materialized (
      select nextval('history_id_seq') as id, cast(${ctx.account} as bigint) as account_id, cast(${ctx.clock.now()} as timestamptz) as at,
             e.action, e.noun, e.subject_id, e.subject_version + ${k} as subject_version, e.before, e.after, e.event, decode(e.salt, 'hex') as salt
      from ${from}
    ), told as (insert into outbox (account_id, noun, subject_id, subject_version, event, created_at)
    select account_id, noun, subject_id, subject_version, event, at from entry where event is not null order by id
    on conflict do nothing
    ), kept as (
      insert into history (account_id, id, at, actor, action, noun, subject_id, subject_version, request_id, digest)
      select account_id, id, at, 'x', action, noun, subject_id, subject_version, 'r',
             history_digest(salt, before, after)
      from entry
    )
    insert into history_payload (account_id, history_id, salt, before, after)
    select account_id, id, salt, before, after from entry`.execute(tx)
      if (k > 203) console.log(r.rows.map((x: any) => x['QUERY PLAN']).join('\n'))
    })
  }, 120000)
})

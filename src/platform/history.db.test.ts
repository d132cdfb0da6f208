import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import { ctxOf, freshCtx } from '../../test/database/test-ctx.ts'
import { instant } from '../core/dates.ts'
import type { Ctx } from './context.ts'
import { erasePayloads, type HistoryEntry, historyOf, record } from './history.ts'
import { sealHistory } from './history-seal.ts'
import { accountsWithUnsent, leaveOutbox, listenToOutbox, takeUnsent } from './outbox.ts'

const entry = (id: number, version: number, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  action: 'update',
  subject: { noun: 'customer', id, version },
  after: { name: `Cliente ${id}`, amountCents: 1234, list: [1.5, 'ç', null] },
  ...more,
})

const write = (ctx: Ctx, entries: HistoryEntry[]) => ctx.transact(tx => record(tx, ctx, entries))
const outbox = (ctx: Ctx) =>
  ctx.transact(async tx => {
    const { rows } = await sql<{ sent_at: string | null }>`
      select noun, subject_id, subject_version, event, sent_at from outbox where account_id = ${ctx.account} order by 1, 2, 3`.execute(
      tx,
    )
    return rows
  })
const read = (ctx: Ctx, id: number) => ctx.transact(tx => historyOf(tx, 'customer', id, null, 100))

const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const bigEndian = (value: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

eachEngine('history', database => {
  it('tells who did what, the latest first', async () => {
    const ctx = await freshCtx(database())
    await write(ctx, [entry(1, 1, { action: 'create' }), entry(2, 1)])
    await write(ctx, [entry(1, 2, { before: { name: 'Antes' } })])
    const [latest, first, ...none] = await read(ctx, 1)
    expect(none).toEqual([])
    expect(latest).toMatchObject({
      action: 'update',
      version: 2,
      actor: 'system:test',
      requestId: 'test',
      before: { name: 'Antes' },
      isSealed: false,
    })
    expect(first).toMatchObject({ action: 'create', version: 1, at: ctx.clock.now(), before: null, after: entry(1, 1).after })
  })

  it('writes a thousand entries in one statement, in their order', async () => {
    const ctx = await freshCtx(database())
    await write(
      ctx,
      Array.from({ length: 1000 }, (_, i) => entry(7, i + 1, { event: 'update' })),
    )
    const versions = await ctx.transact(tx => historyOf(tx, 'customer', 7, null, 2000))
    expect(versions.map(item => item.version)).toEqual(Array.from({ length: 1000 }, (_, i) => 1000 - i))
  })

  it('puts one message per version of a subject into the outbox, and none where nobody is to be told', async () => {
    const ctx = await freshCtx(database())
    await ctx.transact(tx => listenToOutbox(tx, 'test', ctx.clock.now()))
    await write(ctx, [entry(1, 1, { event: 'create' }), entry(1, 1, { event: 'other' }), entry(2, 1)])
    expect(await outbox(ctx)).toEqual([{ noun: 'customer', subject_id: 1, subject_version: 1, event: 'create', sent_at: null }])
  })

  it('waits for nobody where nobody listens', async () => {
    const ctx = await freshCtx(database())
    await write(ctx, [entry(1, 1, { event: 'create' })])
    await ctx.transact(tx => listenToOutbox(tx, 'test', ctx.clock.now()))
    await write(ctx, [entry(1, 2, { event: 'update' })])
    await ctx.transact(tx => leaveOutbox(tx, 'test'))
    await write(ctx, [entry(1, 3, { event: 'update' })])
    expect((await outbox(ctx)).map(({ sent_at }) => sent_at !== null)).toEqual([true, false, true])
  })

  it('hands out what waits once, no version before those below it, whatever the clocks said', async () => {
    const ctx = await freshCtx(database())
    await ctx.transact(tx => listenToOutbox(tx, 'test', ctx.clock.now()))
    const early = ctxOf(database(), ctx.account, instant('2025-12-31T12:00:00.000Z'))
    await write(ctx, [entry(1, 1, { event: 'create' }), entry(1, 2, { event: 'update' })])
    await write(early, [entry(1, 3, { event: 'archive' }), entry(2, 1, { event: 'create' })])
    const take = (limit: number) => ctx.transact(tx => takeUnsent(tx, ctx.clock.now(), limit))
    const first = await take(1)
    expect(first.map(({ subjectId, version }) => [subjectId, version]).toSorted()).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
    ])
    expect(await database().db.transact('dispatch', tx => accountsWithUnsent(tx, 1000))).toContain(ctx.account)
    expect(await take(10)).toMatchObject([{ noun: 'customer', subjectId: 2, version: 1, event: 'create' }])
    expect(await take(10)).toEqual([])
    expect(await database().db.transact('dispatch', tx => accountsWithUnsent(tx, 1000))).not.toContain(ctx.account)
  })

  it('is undone with what it tells of', async () => {
    const ctx = await freshCtx(database())
    await expect(
      ctx.transact(async tx => {
        await record(tx, ctx, [entry(1, 1)])
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')
    expect(await read(ctx, 1)).toEqual([])
  })

  it('keeps a digest keyed by the salt that lies with the payload', async () => {
    const ctx = await freshCtx(database())
    await write(ctx, [entry(1, 1), entry(1, 2)])
    const { rows } = await ctx.transact(tx =>
      sql<{ digest: Uint8Array; salt: Uint8Array; text: string }>`
        select h.digest, p.salt, jsonb_build_array(p.before, p.after)::text as text
        from history h join history_payload p on p.account_id = h.account_id and p.history_id = h.id
        where h.account_id = ${ctx.account}`.execute(tx),
    )
    for (const { digest, salt, text } of rows) {
      expect(salt).toHaveLength(32)
      expect(Buffer.from(digest)).toEqual(sha256(salt, sha256(salt, text)))
    }
    expect(rows[0]?.digest).not.toEqual(rows[1]?.digest)
  })

  it('forgets the payloads of one subject and keeps that something was done', async () => {
    const ctx = await freshCtx(database())
    await write(ctx, [entry(1, 1), entry(1, 2), entry(2, 1)])
    const erased = await ctx.transact(tx => erasePayloads(tx, 'customer', 1, ctx.clock.now()))
    expect(erased).toBe(2)
    expect(await read(ctx, 1)).toMatchObject([
      { version: 2, before: null, after: null, erasedAt: ctx.clock.now() },
      { version: 1, before: null, after: null, erasedAt: ctx.clock.now() },
    ])
    expect(await read(ctx, 2)).toMatchObject([{ after: entry(2, 1).after, erasedAt: null }])
    const { rows } = await ctx.transact(tx =>
      sql`select octet_length(salt) as size from history_payload where account_id = ${ctx.account} order by history_id`.execute(
        tx,
      ),
    )
    expect(rows).toEqual([{ size: 0 }, { size: 0 }, { size: 32 }])
  })
})

eachEngine('the seal of the history', database => {
  interface Seal {
    seq: number
    rows: number
    previous: Uint8Array
    digest: Uint8Array
  }
  const sealsOf = async (ctx: Ctx) =>
    (
      await ctx.transact(tx =>
        sql<Seal>`select seq, rows, previous, digest from history_seal where account_id = ${ctx.account} order by seq`.execute(
          tx,
        ),
      )
    ).rows

  it('binds what no seal binds yet, and nothing twice', async () => {
    const ctx = await freshCtx(database())
    expect(await sealHistory(ctx)).toBe(0)
    await write(ctx, [entry(1, 1), entry(2, 1)])
    expect(await sealHistory(ctx)).toBe(2)
    expect(await sealHistory(ctx)).toBe(0)
    await write(ctx, [entry(1, 2)])
    expect(await sealHistory(ctx)).toBe(1)
    expect((await sealsOf(ctx)).map(seal => [seal.seq, seal.rows])).toEqual([
      [1, 2],
      [2, 1],
    ])
    expect(await read(ctx, 1)).toMatchObject([{ isSealed: true }, { isSealed: true }])
  })

  it('is a chain that anybody can compute again', async () => {
    const ctx = await freshCtx(database())
    await write(ctx, [entry(1, 1), entry(2, 1)])
    await sealHistory(ctx)
    await write(ctx, [entry(1, 2)])
    await sealHistory(ctx)
    const { rows } = await ctx.transact(tx =>
      sql<{ seq: number; text: string }>`
        select sealed_in as seq, jsonb_build_array(account_id, id, (extract(epoch from at) * 1000000)::bigint, actor, action, noun,
          subject_id, subject_version, request_id, encode(digest, 'hex'))::text as text
        from history where account_id = ${ctx.account} order by id`.execute(tx),
    )
    let previous: Uint8Array = Buffer.alloc(32)
    for (const seal of await sealsOf(ctx)) {
      const images = rows.filter(row => row.seq === seal.seq).map(row => sha256(row.text))
      expect(Buffer.from(seal.previous)).toEqual(previous)
      expect(Buffer.from(seal.digest)).toEqual(sha256(previous, bigEndian(seal.seq), sha256(...images)))
      previous = Buffer.from(seal.digest)
    }
  })

  it('goes through a long history in batches', async () => {
    const ctx = await freshCtx(database())
    await write(
      ctx,
      Array.from({ length: 2500 }, (_, i) => entry(1, i + 1)),
    )
    expect(await sealHistory(ctx)).toBe(2500)
    expect((await sealsOf(ctx)).map(seal => seal.rows)).toEqual([1000, 1000, 500])
  })

  it('is made once when two sealers meet', async () => {
    const ctx = await freshCtx(database())
    await write(
      ctx,
      Array.from({ length: 50 }, (_, i) => entry(1, i + 1)),
    )
    const sealed = await Promise.all([sealHistory(ctx), sealHistory(ctx), sealHistory(ctx)])
    expect(sealed.reduce((total, rows) => total + rows, 0)).toBe(50)
    expect(await sealsOf(ctx)).toHaveLength(1)
  })

  it('survives an erased payload', async () => {
    const ctx = await freshCtx(database())
    await write(ctx, [entry(1, 1)])
    await sealHistory(ctx)
    const before = await sealsOf(ctx)
    await ctx.transact(tx => erasePayloads(tx, 'customer', 1, ctx.clock.now()))
    const { rows } = await ctx.transact(tx =>
      sql<{ same: boolean }>`
        select s.digest = history_seal_digest(s.previous, s.seq, (
          select string_agg(history_image(h), ''::bytea order by h.id) from history h where h.account_id = s.account_id and h.sealed_in = s.seq)) as same
        from history_seal s where s.account_id = ${ctx.account}`.execute(tx),
    )
    expect(rows).toEqual([{ same: true }])
    expect(await sealsOf(ctx)).toEqual(before)
  })
})

import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { testApi } from '../../../test/http/test-api.ts'
import { openSystemCtx } from '../../app/context.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Ctx } from '../../platform/context.ts'
import type { ForeignAnswer } from '../../platform/http/foreign-route.ts'
import { openLog } from '../../platform/log.ts'
import { Worded } from '../worded.ts'
import { missingTag, noPage } from './fault.ts'
import { withinLimits } from './limits.ts'

const calling = { call: 'servicos/contratolote FaturarLoteContrato', isEffect: true, sent: [{ cCodIntLote: '1' }] }

async function faultOf(work: Promise<unknown>): Promise<string> {
  return JSON.stringify((await answerOf(work)).body)
}

async function answerOf(work: Promise<unknown>): Promise<ForeignAnswer> {
  const error = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(error instanceof Worded)) throw new Error(`was not refused in their words: ${error}`)
  return error.answer
}

eachEngine('calls that come too soon', database => {
  async function open(mode: 'sandbox' | 'live' = 'live'): Promise<Ctx> {
    const { account } = await testApi(database(), { mode })
    const ctx = await openSystemCtx({ db: database().db, clock: systemClock, log: openLog({ level: 'silent' }) }, account, 'test')
    if (ctx === null) throw new Error('the account was just made')
    return ctx
  }

  test('the same call again is redundant, and says how many seconds it has to wait', async () => {
    const ctx = await open()
    expect(await withinLimits(ctx, 'live', calling, async () => 'done')).toBe('done')
    const told = await faultOf(withinLimits(ctx, 'live', calling, async () => 'again'))
    expect(told).toMatch(
      /Consumo redundante detectado\. Aguarde ([1-9]|[1-5]\d|60) segundos para tentar novamente \(REDUNDANT\)\./,
    )
    expect(told).toContain('SOAP-ENV:Client-6"')
    const other = { ...calling, sent: [{ cCodIntLote: '2' }] }
    expect(await withinLimits(ctx, 'live', other, async () => 'other')).toBe('other')
  })

  test('a call that was refused may be made again at once', async () => {
    const ctx = await open()
    const refused = withinLimits(ctx, 'live', calling, async () => {
      throw new Error('refused')
    })
    await expect(refused).rejects.toThrow('refused')
    expect(await withinLimits(ctx, 'live', calling, async () => 'done')).toBe('done')
  })

  test('a second call of a method that changes something waits for the first; of one that reads it does not', async () => {
    const ctx = await open()
    const beside = { ...calling, sent: [{ cCodIntLote: '2' }] }
    const first = await withinLimits(ctx, 'live', calling, () => faultOf(withinLimits(ctx, 'live', beside, async () => 'beside')))
    expect(first).toContain('Já existe uma requisição desse método sendo executada')
    const reads = { call: 'servicos/contratolote StatusLoteContrato', isEffect: false }
    const both = await withinLimits(ctx, 'live', { ...reads, sent: 1 }, () =>
      withinLimits(ctx, 'live', { ...reads, sent: 2 }, async () => 'both'),
    )
    expect(both).toBe('both')
  })

  const reading = (n: number) => ({ call: 'servicos/contratolote StatusLoteContrato', isEffect: false, sent: n })
  const refused = async (): Promise<never> => {
    throw missingTag('nIdLoteFat')
  }

  test('more than 240 calls a minute are too many: all of them are refused until the minute is over', async () => {
    const ctx = await open()
    await withinLimits(ctx, 'live', reading(1), async () => 'done')
    const counted = (calls: number, seconds: number) =>
      ctx.transact(tx =>
        sql`update dialect_caller set calls = ${calls}, minute = clock_timestamp() - make_interval(secs => ${seconds}::integer)`.execute(
          tx,
        ),
      )
    await counted(239, 0)
    expect(await withinLimits(ctx, 'live', reading(2), async () => 'the 240th')).toBe('the 240th')
    const told = await answerOf(withinLimits(ctx, 'live', reading(3), async () => 'one more'))
    expect(told).toMatchObject({
      status: 425,
      body: {
        faultstring: expect.stringMatching(
          /^API bloqueada por consumo indevido\. Tente novamente em ([1-9]|[1-5]\d|60) segundos\.$/,
        ),
        faultcode: 'MISUSE_API_PROCESS',
      },
    })
    await counted(240, 60)
    expect(await withinLimits(ctx, 'live', reading(3), async () => 'the first')).toBe('the first')
    const other = await open()
    expect(await withinLimits(other, 'live', reading(1), async () => 'another app')).toBe('another app')
  })

  test('ten failures in a row block whatever is called, for half an hour; one that is accepted begins the row anew', async () => {
    const ctx = await open()
    const fail = async (times: number) => {
      for (let n = 0; n < times; n++) await answerOf(withinLimits(ctx, 'live', reading(n), refused))
    }
    await fail(9)
    // The end of a list is told by a fault too, and is none.
    for (let page = 1; page < 4; page++) {
      const past = withinLimits(ctx, 'live', reading(page), async () => {
        throw noPage(page)
      })
      expect(await faultOf(past)).toContain('5113')
    }
    expect(await withinLimits(ctx, 'live', reading(99), async () => 'done')).toBe('done')
    await fail(10)
    const told = await answerOf(withinLimits(ctx, 'live', calling, async () => 'blocked'))
    expect(told).toMatchObject({ status: 425, body: { faultstring: expect.stringMatching(/ em (1800|17\d\d) segundos\./) } })
    await ctx.transact(tx => sql`update dialect_caller set blocked_until = clock_timestamp()`.execute(tx))
    expect(await withinLimits(ctx, 'live', calling, async () => 'again')).toBe('again')
  })

  test('what breaks on our side is nobody else’s failure', async () => {
    const ctx = await open()
    for (let n = 0; n < 11; n++) {
      const broken = withinLimits(ctx, 'live', reading(n), async () => {
        throw new Error('broken')
      })
      await expect(broken).rejects.toThrow('broken')
    }
    expect(await withinLimits(ctx, 'live', calling, async () => 'done')).toBe('done')
  })

  test('nothing is refused in a sandbox, nor where it is turned off, unless it is turned on', async () => {
    const sandbox = await open('sandbox')
    for (const limits of ['live', 'live', 'off', 'off'] as const) {
      expect(await withinLimits(sandbox, limits, calling, async () => limits)).toBe(limits)
    }
    await withinLimits(sandbox, 'on', calling, async () => 'done')
    expect(await faultOf(withinLimits(sandbox, 'on', calling, async () => 'again'))).toContain('REDUNDANT')
  })
})

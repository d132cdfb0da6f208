import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { testApi } from '../../../test/http/test-api.ts'
import { openSystemCtx } from '../../app/context.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Ctx } from '../../platform/context.ts'
import { openLog } from '../../platform/log.ts'
import { Worded } from '../worded.ts'
import { withinLimits } from './limits.ts'

const calling = { call: 'servicos/contratolote FaturarLoteContrato', isEffect: true, sent: [{ cCodIntLote: '1' }] }

async function faultOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(error instanceof Worded)) throw new Error(`was not refused in their words: ${error}`)
  return JSON.stringify(error.answer.body)
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

  test('nothing is refused in a sandbox, nor where it is turned off, unless it is turned on', async () => {
    const sandbox = await open('sandbox')
    for (const limits of ['live', 'live', 'off', 'off'] as const) {
      expect(await withinLimits(sandbox, limits, calling, async () => limits)).toBe(limits)
    }
    await withinLimits(sandbox, 'on', calling, async () => 'done')
    expect(await faultOf(withinLimits(sandbox, 'on', calling, async () => 'again'))).toContain('REDUNDANT')
  })
})

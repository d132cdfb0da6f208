import { expect } from 'vitest'
import type { Ctx } from '../../src/platform/context.ts'
import type { Tx } from '../../src/platform/db/db.ts'
import type { Verified } from '../../src/verify/tally.ts'
import { type VerifyOptions, verify } from '../../src/verify/verify.ts'

class Undone extends Error {}

/** What is found after something was planted, which is then undone. */
export async function foundAfter(
  ctx: Ctx,
  plant: (tx: Tx) => Promise<unknown>,
  options: VerifyOptions = { full: true },
): Promise<Verified> {
  let verified: Verified | undefined
  const planted = ctx.transact(async tx => {
    await plant(tx)
    verified = await verify(ctx, options)
    throw new Undone()
  })
  await expect(planted).rejects.toBeInstanceOf(Undone)
  if (verified === undefined) throw new Error('nothing was verified')
  return verified
}

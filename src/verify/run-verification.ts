import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import { dateWork, dropWork, type WorkHandlers } from '../platform/due-work.ts'
import { takeIds } from '../platform/ids.ts'
import { type Names, namesOf } from './names.ts'
import {
  beginVerification,
  endVerification,
  insertVerification,
  listVerifications,
  type Verification,
  verificationOf,
} from './verification-store.ts'
import { type VerifyOptions, verify } from './verify.ts'

/** The dated work that carries a verification out. */
export const VERIFY = 'verify'

/** Asks for a verification; a worker carries it out. It changes nothing of the business, so the history does not tell of it. */
export function startVerification(ctx: Ctx, { full = false, since = null }: VerifyOptions = {}): Promise<Verification> {
  return ctx.transact(async tx => {
    const at = ctx.clock.now()
    const id = await takeIds(tx, 'verification')
    await insertVerification(tx, id, { full, since }, at)
    await dateWork(tx, VERIFY, id, at)
    return found(await verificationOf(tx, id))
  })
}

/**
 * Carries a verification out and saves what it says. It only reads until then: a killed one begins again, and of two at once the
 * first one's result stays.
 */
export async function runVerification(ctx: Ctx, id: number, signal?: AbortSignal): Promise<void> {
  const asked = await ctx.transact(async tx => ((await beginVerification(tx, id)) ? verificationOf(tx, id) : null))
  try {
    if (asked !== null) {
      const { span, ...result } = await verify(ctx, asked.asked, signal)
      await ctx.transact(tx => endVerification(tx, id, result, span, ctx.clock.now()))
    }
    await ctx.transact(tx => dropWork(tx, VERIFY, id))
  } catch (error) {
    // The process stops: whoever starts next begins again.
    if (signal?.aborted !== true) throw error
  }
}

export type NamesBySubject = ReadonlyMap<string, Names>

/** With the names by which people know what its findings speak of. */
export function getVerification(ctx: Ctx, id: number): Promise<{ verification: Verification; names: NamesBySubject }> {
  return ctx.transact(async tx => {
    const verification = found(await verificationOf(tx, id))
    return { verification, names: await namesOf(tx, subjectsOf([verification])) }
  })
}

/** The latest first, with the names by which people know what their findings speak of. */
export function searchVerifications(
  ctx: Ctx,
  before: number | null,
  limit: number,
): Promise<{ verifications: Verification[]; names: NamesBySubject }> {
  return ctx.transact(async tx => {
    const verifications = await listVerifications(tx, before, limit)
    return { verifications, names: await namesOf(tx, subjectsOf(verifications)) }
  })
}

function subjectsOf(verifications: readonly Verification[]): string[] {
  return verifications.flatMap(({ result }) =>
    result === null ? [] : [...result.findings, ...result.information].map(finding => finding.subject),
  )
}

/** What of verifying the scheduler does. */
export function verifyWork(signal?: AbortSignal): WorkHandlers {
  return { [VERIFY]: (ctx, id) => runVerification(ctx, id, signal) }
}

function found(verification: Verification | null): Verification {
  return verification ?? refuse('not_found', 'Verificação não encontrada.', { status: 404 })
}

import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { refuse } from '../../core/refusal.ts'
import type { Ctx } from '../context.ts'
import type { Tx } from '../db/db.ts'
import { constraintOf } from '../db/faults.ts'
import { findAccountMadeUnder, findAnswer, type KeptAnswer, keepAnswer, lockKey } from './idempotency-store.ts'
import type { Answer } from './route-spec.ts'
import type { Services } from './services.ts'

/**
 * With an `Idempotency-Key`: key, effect and answer commit together, and the same request again gets the same answer
 * without a second effect. A refusal undoes its transaction and keeps nothing, so that the caller may mend what was
 * refused and send again under the same key.
 */
export async function oncePerKey(
  services: Services,
  ctx: Ctx,
  request: FastifyRequest,
  usual: UsualAnswer,
  work: () => Promise<Answer<unknown>>,
): Promise<Answer<unknown>> {
  const header = request.headers['idempotency-key']
  if (header === undefined) return work()
  const key = keyOf(header, ctx, request)
  const fingerprint = fingerprintOf(request)
  const made = isNewAccount(request) ? await services.db.transact('dispatch', tx => findAccountMadeUnder(tx, key)) : null
  const once = async (tx: Tx): Promise<Answer<unknown>> => {
    if (!(await lockKey(tx, key))) refuseInProgress()
    const kept = await findAnswer(tx, key)
    if (kept !== null) return replay(kept, fingerprint)
    const answer = await work()
    await keepAnswer(tx, key, services.clock.now(), toKept(answer, usual, fingerprint))
    return answer
  }
  try {
    return await (made === null ? ctx.transact(once) : services.db.transact({ account: made }, once))
  } catch (error) {
    if (constraintOf(error) === 'idempotency_key_of_new_account') refuseInProgress()
    throw error
  }
}

export interface UsualAnswer {
  status: number
  /** What its body says is shown once and kept nowhere. */
  isSecret: boolean
}

/** Of the whole API, only the making of an account has no account yet under which its key could lie. */
function isNewAccount(request: FastifyRequest): boolean {
  return request.caller?.kind === 'operator' && request.caller.entry === null
}

/** A tenant's keys, the operator's on that account, and the operator's for new accounts never meet. */
function keyOf(header: string | string[], ctx: Ctx, request: FastifyRequest): string {
  if (typeof header !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(header)) {
    refuse('invalid_idempotency_key', 'Idempotency-Key deve ter de 1 a 200 caracteres ASCII, sem espaços.', { status: 400 })
  }
  return `${isNewAccount(request) ? 'new' : ctx.actor.kind}:${header}`
}

function fingerprintOf(request: FastifyRequest): string {
  const { method, url, body, headers } = request
  // The version that was seen is part of what is asked: of another one the answer would be another.
  const seen = headers['if-match'] === undefined ? '' : `if-match ${headers['if-match']}\n`
  return createHash('sha256')
    .update(`${method} ${url}\n${seen}`)
    .update(Buffer.isBuffer(body) ? body : JSON.stringify(body ?? null))
    .digest('hex')
}

function replay(kept: KeptAnswer, fingerprint: string): Answer<unknown> {
  if (kept.fingerprint !== fingerprint) {
    refuse('idempotency_key_reused', 'Esta Idempotency-Key já foi usada com outro pedido.')
  }
  if (kept.answer.isSecret) {
    refuse('answer_not_kept', 'Este pedido já foi feito; a resposta trazia um segredo, que só é mostrado uma vez.', {
      status: 409,
    })
  }
  return { ...kept.answer, status: kept.status, body: kept.body ?? undefined, isReplayed: true }
}

function toKept(answer: Answer<unknown>, { status, isSecret }: UsualAnswer, fingerprint: string): KeptAnswer {
  const { version, location, about } = answer
  return {
    fingerprint,
    status: answer.status ?? status,
    answer: isSecret
      ? { isSecret }
      : {
          ...(version === undefined ? {} : { version }),
          ...(location === undefined ? {} : { location }),
          ...(about === undefined ? {} : { about }),
        },
    body: isSecret ? undefined : answer.body,
  }
}

function refuseInProgress(): never {
  refuse('idempotency_in_progress', 'Um pedido com esta Idempotency-Key ainda está em andamento; tente de novo em instantes.', {
    status: 409,
  })
}

import type { Instant } from '../core/dates.ts'
import { readId } from '../core/ids.ts'
import { refuse } from '../core/refusal.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { hashOfKey } from '../platform/http/key-directory.ts'
import { type Bearer, drawBearer } from './bearer.ts'
import { endByRefresh, forgetBearers, insertBearer, isClientOf } from './bearer-store.ts'
import { clientText } from './credential.ts'

/** A client that logs in at each request makes one each time; more than these are not in use at once. */
const MOST_BEARERS = 1000

/**
 * A bearer of the key that asks, which its four parts opened. `at` is the machine's time: a client counts the seconds of its bearer, and
 * a sandbox's clock that stands still, or leaps a year, must not make one eternal or end it under somebody's hands.
 */
export function grantBearer(ctx: Ctx, at: Instant): Promise<Bearer> {
  return ctx.transact(tx => give(tx, keyOf(ctx), at))
}

/** Another bearer for the refresh of one, which then opens nothing any more. The client says who it is, as when it logs in. */
export function refreshBearer(ctx: Ctx, client: { id: string; secret: string }, refresh: string, at: Instant): Promise<Bearer> {
  return ctx.transact(async tx => {
    const keyId = keyOf(ctx)
    if (!(await isClientOf(tx, keyId, hashOfKey(clientText(client.id, client.secret))))) refuseRefresh()
    if (!(await endByRefresh(tx, keyId, refresh, at))) refuseRefresh()
    return give(tx, keyId, at)
  })
}

async function give(tx: Tx, keyId: number, at: Instant): Promise<Bearer> {
  const bearer = drawBearer(at)
  await forgetBearers(tx, keyId, at, MOST_BEARERS - 1)
  await insertBearer(tx, keyId, bearer)
  return bearer
}

function keyOf({ actor }: Ctx): number {
  const id = actor.kind === 'key' ? readId('api_key', actor.id) : null
  if (id === null) throw new Error('a bearer was asked for without a key')
  return id
}

function refuseRefresh(): never {
  refuse('invalid_refresh', 'Esta renovação não existe, já foi usada ou venceu; entre de novo com usuário e senha.', {
    status: 401,
  })
}

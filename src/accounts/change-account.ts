import { found, unchangedSince } from '../core/current.ts'
import { refuse } from '../core/refusal.ts'
import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import type { Tx } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import type { Account } from './account.ts'
import { lockAccount, ownAccount, saveAccount } from './account-store.ts'

export function getAccount(ctx: Ctx): Promise<Account> {
  return ctx.transact(async tx => found(await ownAccount(tx), notFound))
}

export function renameAccount(ctx: Ctx, expectedVersion: number, name: string): Promise<Account> {
  const shown = given(name) ?? refuse('blank', 'Informe o nome da conta.', { path: '/name' })
  return ctx.transact(async tx => {
    const before = unchangedSince(await holdAccount(tx), expectedVersion)
    return save(tx, ctx, 'update', before, { ...before, name: shown, version: before.version + 1 })
  })
}

/** From now on none of its keys opens anything and nothing of it happens by itself; what it has stays. */
export function closeAccount(ctx: Ctx): Promise<Account> {
  return setState(ctx, 'close', 'closed')
}

export function reopenAccount(ctx: Ctx): Promise<Account> {
  return setState(ctx, 'reopen', 'active')
}

function setState(ctx: Ctx, action: 'close' | 'reopen', state: Account['state']): Promise<Account> {
  return ctx.transact(async tx => {
    const before = await holdAccount(tx)
    if (before.state === state) return before
    return save(tx, ctx, action, before, { ...before, state, version: before.version + 1 })
  })
}

async function holdAccount(tx: Tx): Promise<Account> {
  return found(await lockAccount(tx), notFound)
}

async function save(tx: Tx, ctx: Ctx, action: string, before: Account, after: Account): Promise<Account> {
  await saveAccount(tx, after)
  await record(tx, ctx, [{ action, subject: { noun: 'account', id: after.id, version: after.version }, before, after }])
  return after
}

const notFound = 'Conta não encontrada.'

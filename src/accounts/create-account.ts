import type { Instant } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { given } from '../core/text.ts'
import type { Ctx } from '../platform/context.ts'
import { record } from '../platform/history.ts'
import { type Account, type AccountMode, isWithinClock } from './account.ts'
import { insertAccount } from './account-store.ts'

export interface NewAccount {
  name: string
  mode: AccountMode
  /** Where a sandbox's clock begins; now, when it is not told. */
  sandboxNow?: Instant
}

/** Makes the account `ctx.account`, a number that the caller took for it. */
export function createAccount(ctx: Ctx, { name, mode, sandboxNow }: NewAccount): Promise<Account> {
  const faults = new Faults()
  if (given(name) === null) faults.add('/name', 'blank', 'Informe o nome da conta.')
  if (mode === 'live' && sandboxNow !== undefined)
    faults.add('/sandboxNow', 'not_a_sandbox', 'Só uma conta de testes tem relógio próprio.')
  if (sandboxNow !== undefined && !isWithinClock(sandboxNow))
    faults.add('/sandboxNow', 'date_out_of_range', 'O relógio de uma conta de testes vai de 1990 a 2099.')
  faults.refuseIfAny()
  return ctx.transact(async tx => {
    const now = ctx.clock.now()
    const account: Account = {
      id: ctx.account,
      name: name.trim(),
      mode,
      sandboxNow: mode === 'sandbox' ? (sandboxNow ?? now) : null,
      state: 'active',
      version: 1,
      createdAt: now,
    }
    await insertAccount(tx, account)
    await record(tx, ctx, [{ action: 'create', subject: { noun: 'account', id: account.id, version: 1 }, after: account }])
    return account
  })
}

import { randomUUID } from 'node:crypto'
import type { AccountMode } from '../../accounts/account.ts'
import { listAccounts } from '../../accounts/account-store.ts'
import { createApiKey } from '../../accounts/api-keys.ts'
import { createAccount } from '../../accounts/create-account.ts'
import { type CredentialForm, type Credentials, textOf } from '../../accounts/credential.ts'
import type { RunningServer } from '../../app/serve.ts'
import type { Instant } from '../../core/dates.ts'
import { readId, showId } from '../../core/ids.ts'
import { credentialClients } from '../../dialects/credential-clients.ts'
import { clockAt, systemClock } from '../../platform/clock.ts'
import { type Ctx, openCtx } from '../../platform/context.ts'
import { type AccountEntry, findAccount, findKey, hashOfKey, takeAccountNumber } from '../../platform/http/key-directory.ts'
import { oneAtATime } from '../../platform/one-at-a-time.ts'

export interface Wanted {
  /** Null: whichever account there is; a live one where there is none. */
  mode: AccountMode | null
  /** Where the clock of a sandbox begins that is made now. */
  sandboxNow: Instant | undefined
}

export interface AccountKey {
  accountId: string
  apiKey: string
  mode: AccountMode
}

type Server = Pick<RunningServer, 'db' | 'log'>

/**
 * The account that whoever stands at this machine works with, and a key to it: the one that was kept, where it still opens;
 * else a new key to the first account that fits; else both are made. Null when the kept key opens an account of the other mode.
 * Servers that start together on one database make one account.
 */
export function firstAccount(server: Server, kept: Kept | null, wanted: Wanted): Promise<AccountKey | null> {
  return oneAtATime(server.db, 'first account', () => findOrMake(server, kept, wanted))
}

type Kept = Pick<AccountKey, 'accountId' | 'apiKey'>

async function findOrMake(server: Server, kept: Kept | null, wanted: Wanted): Promise<AccountKey | null> {
  const known = kept === null ? null : await opened(server, kept.apiKey)
  if (kept !== null && known !== null) {
    const fits = wanted.mode === null || known.mode === wanted.mode
    return fits ? { accountId: showId('account', known.account), apiKey: kept.apiKey, mode: known.mode } : null
  }
  const before = kept === null ? null : await accountNamed(server, kept.accountId)
  const account = before ?? (await accountOf(server, wanted.mode)) ?? (await makeAccount(server, wanted))
  const { text } = await createApiKey(ctxOf(server, account.account, account.sandboxNow), {
    name: 'Arquivo de credenciais',
    scopes: ['*'],
  })
  return { accountId: showId('account', account.account), apiKey: text, mode: account.mode }
}

/** With what each vendor's client enters an account: what was kept of it, where it still opens, and a new key for each of the others. */
export function clientCredentials(
  server: Server,
  accountId: string,
  kept: Readonly<Record<string, Credentials>>,
): Promise<Record<string, Credentials>> {
  return oneAtATime(server.db, 'first account', async () => {
    const known = await accountNamed(server, accountId)
    if (known === null) throw new Error('the account was just found')
    const all: Record<string, Credentials> = {}
    for (const [client, form] of Object.entries(credentialClients)) {
      all[client] = (await stillOpening(server, known, kept[client])) ?? (await drawFor(server, known, client, form))
    }
    return all
  })
}

async function stillOpening(server: Server, { account }: Known, kept: Credentials | undefined): Promise<Credentials | null> {
  const text = kept === undefined ? null : textOf(kept)
  if (kept === undefined || text === null) return null
  return (await opened(server, text))?.account === account ? kept : null
}

async function drawFor(
  server: Server,
  { account, sandboxNow }: Known,
  client: string,
  form: CredentialForm,
): Promise<Credentials> {
  const { credentials } = await createApiKey(ctxOf(server, account, sandboxNow), {
    name: `Arquivo de credenciais (${client})`,
    scopes: ['*'],
    purpose: { client, form },
  })
  return credentials
}

type Known = Pick<AccountEntry, 'account' | 'mode' | 'sandboxNow'>

async function opened({ db }: Server, apiKey: string): Promise<Known | null> {
  const key = await findKey(db, hashOfKey(apiKey))
  return key !== null && !key.isRevoked && key.state === 'active' ? key : null
}

/** The account of a kept file whose key was revoked. */
async function accountNamed({ db }: Server, text: string): Promise<Known | null> {
  const id = readId('account', text)
  const entry = id === null ? null : await findAccount(db, id)
  return entry?.state === 'active' ? entry : null
}

async function accountOf({ db }: Server, mode: AccountMode | null): Promise<Known | null> {
  const filter = { state: 'active', ...(mode && { mode }) } as const
  const [first] = await db.transact('dispatch', tx => listAccounts(tx, filter, 0, 1))
  return first === undefined ? null : { account: first.id, mode: first.mode, sandboxNow: first.sandboxNow }
}

async function makeAccount(server: Server, { mode, sandboxNow }: Wanted): Promise<Known> {
  const number = await server.db.transact('dispatch', takeAccountNumber)
  const asked =
    mode === 'sandbox'
      ? { name: 'Conta de testes', mode, ...(sandboxNow && { sandboxNow }) }
      : { name: 'Minha conta', mode: 'live' as const }
  const account = await createAccount(ctxOf(server, number, null), asked)
  return { account: account.id, mode: account.mode, sandboxNow: account.sandboxNow }
}

function ctxOf({ db, log }: Server, account: number, sandboxNow: Instant | null): Ctx {
  return openCtx({
    account,
    actor: { kind: 'cli', id: 'serve' },
    requestId: `serve-${randomUUID()}`,
    clock: sandboxNow ? clockAt(sandboxNow) : systemClock,
    db,
    log,
  })
}

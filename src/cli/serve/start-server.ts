import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Config, ConfigError, readConfig } from '../../app/config.ts'
import { type RunningServer, serve } from '../../app/serve.ts'
import { type CivilDate, instantAt } from '../../core/dates.ts'
import { readId } from '../../core/ids.ts'
import { DataDir, isComplete } from '../../platform/db/data-dir.ts'
import { findAccount } from '../../platform/http/key-directory.ts'
import {
  type Credentials,
  credentialsFileOf,
  dataFolders,
  putAside,
  putBack,
  readCredentials,
  writeCredentials,
} from '../credentials.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { checkNeeds } from '../needs.ts'
import type { Environment } from '../target.ts'
import { type AccountKey, clientCredentials, firstAccount } from './first-account.ts'
import { tryListening } from './free-port.ts'
import { startFault } from './start-faults.ts'

export interface ServeOptions {
  sandbox?: true
  sandboxDay?: CivilDate
  port?: number
  host?: string
  /** A folder, or `memory:`. */
  data?: string
  credentialsFile?: string
  role?: string[]
  tlsCert?: string
  tlsKey?: string
}

export interface StartedServer extends RunningServer {
  readonly config: Config
  /** The environment names a database, and whoever started it a folder in its place. */
  readonly isDatabaseIgnored: boolean
  /** Null where nobody stands at this machine: a process of several on PostgreSQL, or one without the API. */
  readonly account: (AccountKey & Pick<Credentials, 'dialects'> & { credentialsFile: string; isDayIgnored: boolean }) | null
}

/** Opens the server and, for whoever stands at this machine, an account: its credentials are written once it may be called. */
export async function startServer(options: ServeOptions, environment: Environment): Promise<StartedServer> {
  const config = readOptions(options, environment)
  const isDatabaseIgnored = options.data !== undefined && (environment.DATABASE_URL ?? '') !== ''
  const makesFolder = config.databaseUrl === undefined && config.dataDir !== 'memory:' && !existsSync(config.dataDir)
  if (config.roles.includes('api') && makesFolder) await refuseTakenPort(config)
  const isLocal = config.databaseUrl === undefined || options.sandbox === true || options.credentialsFile !== undefined
  if (config.databaseUrl === undefined) checkNeeds(config.dataDir, isComplete(config.dataDir))
  if (!isLocal || !config.roles.includes('api')) return { ...(await open(config)), config, isDatabaseIgnored, account: null }

  refuseHeldFolder(config)
  // Whoever has the port may be the one who wrote the file.
  if (!makesFolder) await refuseTakenPort(config)
  const file = options.credentialsFile ?? credentialsFileOf(config.databaseUrl === undefined ? config.dataDir : dataFolders.serve)
  const stood = readCredentials(file) !== null
  const kept = putAside(file)
  const bringBack = () => (stood ? putBack(file) : undefined)
  const operatorKey = config.operatorKey ?? kept?.operatorKey ?? `bdr_operator_${randomBytes(32).toString('hex')}`
  // For tests on somebody's PostgreSQL, a key lies beside the credentials.
  const keptBeside = options.sandbox && config.databaseUrl !== undefined ? join(dirname(file), 'secret.key') : undefined
  const server = await open({ ...config, operatorKey, secretKeyFile: config.secretKeyFile ?? keptBeside }).catch(error => {
    bringBack()
    throw error
  })
  try {
    const account = await accountFor(server, kept, options)
    const dialects =
      account.mode === 'sandbox' ? { dialects: await clientCredentials(server, account.accountId, kept?.dialects ?? {}) } : {}
    writeCredentials(file, {
      baseUrl: server.url,
      accountId: account.accountId,
      apiKey: account.apiKey,
      operatorKey,
      ...dialects,
    })
    return {
      ...server,
      config,
      isDatabaseIgnored,
      account: { ...account, ...dialects, credentialsFile: file, isDayIgnored: await isDayIgnored(server, account, options) },
    }
  } catch (error) {
    await server.close()
    bringBack()
    throw error
  }
}

/** Options are said in the environment's words, which the server's configuration checks. */
function readOptions(options: ServeOptions, environment: Environment): Config {
  const { data, host, port, role, tlsCert, tlsKey } = options
  const said = {
    BORDERO_DATA: data ?? environment.BORDERO_DATA ?? dataFolders.serve,
    // A folder that is named is meant, whatever database the environment names.
    ...(data !== undefined && { DATABASE_URL: undefined }),
    ...(host !== undefined && { BORDERO_HOST: host }),
    ...(port !== undefined && { BORDERO_PORT: String(port) }),
    ...(role !== undefined && { BORDERO_ROLES: role.join(',') }),
    ...(tlsCert !== undefined && { BORDERO_TLS_CERT: tlsCert }),
    ...(tlsKey !== undefined && { BORDERO_TLS_KEY: tlsKey }),
  }
  try {
    return readConfig({ ...environment, ...said })
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError(exitCodes.usage, error.message, { cause: error })
    throw error
  }
}

/** Before the credentials of the server that holds it are touched. */
function refuseHeldFolder(config: Config): void {
  if (config.databaseUrl !== undefined || config.dataDir === 'memory:') return
  try {
    new DataDir(config.dataDir).release()
  } catch (error) {
    throw startFault(error, config)
  }
}

/** Before anything is made in a folder. */
async function refuseTakenPort(config: Config): Promise<void> {
  try {
    await tryListening(config)
  } catch (error) {
    throw startFault(error, config)
  }
}

async function open(config: Config): Promise<RunningServer> {
  try {
    return await serve(config)
  } catch (error) {
    throw startFault(error, config)
  }
}

/** Whether a day was asked for and the account's clock stands elsewhere: it was there before, and a clock is set once. */
async function isDayIgnored(
  { db }: RunningServer,
  { accountId, mode }: AccountKey,
  { sandboxDay }: ServeOptions,
): Promise<boolean> {
  const id = readId('account', accountId)
  if (sandboxDay === undefined || mode !== 'sandbox' || id === null) return false
  return (await findAccount(db, id))?.sandboxNow !== noonOfSandbox(sandboxDay)
}

const noonOfSandbox = (day: CivilDate) => instantAt(day, 12, 'America/Sao_Paulo')

async function accountFor(
  server: RunningServer,
  kept: Credentials | null,
  { sandbox, sandboxDay }: ServeOptions,
): Promise<AccountKey> {
  const wanted = { mode: sandbox ? ('sandbox' as const) : null, sandboxNow: sandboxDay && noonOfSandbox(sandboxDay) }
  const account = await firstAccount(server, kept, wanted)
  if (account !== null) return account
  throw new CliError(exitCodes.failure, 'Estes dados são de uma conta real: para testes, escolha outra pasta com --data.', {
    details: { code: 'not_a_sandbox' },
  })
}

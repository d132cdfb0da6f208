import { isIP } from 'node:net'
import { join } from 'node:path'
import { type CallLimits, callLimits } from '../dialects/call-limits.ts'
import { parseSecretKey } from '../platform/secrets.ts'

// The only reader of the environment: read once, checked whole, typed from here on.

export const roles = ['api', 'worker', 'scheduler'] as const
export type Role = (typeof roles)[number]

export interface Config {
  /** PostgreSQL, as the owner; without it the embedded database in `dataDir`. */
  databaseUrl: string | undefined
  /** PostgreSQL, as a login that may only work; `databaseUrl` when not given. */
  appUrl: string | undefined
  /** A folder, or `memory:`. */
  dataDir: string
  poolSize: number
  host: string
  /** 0 takes a free one. */
  port: number
  /** PEM files. */
  tls: { certFile: string; keyFile: string } | undefined
  /** Addresses or networks whose forwarded host and protocol are believed. */
  trustedProxies: readonly string[]
  /** Administers accounts; without it nobody does over HTTP. */
  operatorKey: string | undefined
  /** What kept secrets are encrypted under: the key in use, then those before it. Empty: see `secretKeyFile`. */
  secretKeys: readonly Buffer[]
  /** Where a key is made and kept when none was given; without it nothing secret can be kept. */
  secretKeyFile: string | undefined
  /** Where the Central Bank's time series are asked for indices ('https://api.bcb.gov.br', or `SIMULATED_INDICES`); without it nothing goes out. */
  indicesUrl: string | undefined
  roles: readonly Role[]
  /** How many may work on one account's due work at a time in this process. */
  workers: number
  logLevel: LogLevel
  /** Whether dialects refuse the same call too soon, as their vendors do. */
  callLimits: CallLimits
}

/** In the place of an address: SGS is simulated in this process, with the months of the repository. */
export const SIMULATED_INDICES = 'simulado'

const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

/** What is wrong with the configuration, each with the name of its variable; meant for whoever starts the server. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

type Environment = Readonly<Record<string, string | undefined>>

/** Throws ConfigError with everything that is wrong. */
export function readConfig(environment: Environment = process.env): Config {
  const wrong: string[] = []
  const text = (name: string) => environment[name]?.trim() || undefined
  const whole = (name: string, usual: number, from: number, to: number): number => {
    const given = text(name)
    if (given === undefined) return usual
    const value = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN
    if (!(value >= from && value <= to)) wrong.push(`${name} deve ser um número inteiro de ${from} a ${to}, não "${given}"`)
    return value
  }
  const list = (name: string) =>
    (text(name) ?? '')
      .split(',')
      .map(part => part.trim())
      .filter(part => part !== '')
  const oneOf = <T extends string>(name: string, given: string, known: readonly T[]): T | undefined => {
    const found = known.find(value => value === given)
    if (found === undefined) wrong.push(`${name} aceita ${known.join(', ')}, não "${given}"`)
    return found
  }

  const databaseUrl = text('DATABASE_URL')
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl))
    wrong.push('DATABASE_URL deve começar com postgres://')
  const certFile = text('BORDERO_TLS_CERT')
  const keyFile = text('BORDERO_TLS_KEY')
  if ((certFile === undefined) !== (keyFile === undefined)) wrong.push('BORDERO_TLS_CERT e BORDERO_TLS_KEY são informados juntos')
  const trustedProxies = list('BORDERO_TRUSTED_PROXIES')
  for (const proxy of trustedProxies.filter(proxy => !isNetwork(proxy)))
    wrong.push(`BORDERO_TRUSTED_PROXIES aceita endereços e redes como 10.0.0.7 ou 10.0.0.0/8, não "${proxy}"`)
  const operatorKey = text('BORDERO_OPERATOR_KEY')
  if (operatorKey !== undefined && operatorKey.length < 20) wrong.push('BORDERO_OPERATOR_KEY deve ter ao menos 20 caracteres')
  const secretKeys = [...list('BORDERO_SECRET_KEY').slice(0, 1), ...list('BORDERO_PREVIOUS_SECRET_KEYS')].map(parseSecretKey)
  if (secretKeys.includes(null)) {
    // Never what was given.
    wrong.push(
      'BORDERO_SECRET_KEY e BORDERO_PREVIOUS_SECRET_KEYS trazem chaves de 32 bytes em base64 ou hexadecimal (openssl rand -base64 32)',
    )
  }
  const dataDir = text('BORDERO_DATA') ?? 'data/bordero'
  const indicesUrl = text('BORDERO_INDICES_URL')
  if (indicesUrl !== undefined && indicesUrl !== SIMULATED_INDICES && !isWebAddress(indicesUrl))
    wrong.push(`BORDERO_INDICES_URL deve ser um endereço como https://api.bcb.gov.br, ou ${SIMULATED_INDICES}`)
  const chosen = list('BORDERO_ROLES').map(role => oneOf('BORDERO_ROLES', role, roles))

  const config: Config = {
    databaseUrl,
    appUrl: text('BORDERO_APP_DATABASE_URL'),
    dataDir,
    poolSize: whole('BORDERO_POOL_SIZE', 10, 2, 200),
    host: text('BORDERO_HOST') ?? '127.0.0.1',
    port: whole('BORDERO_PORT', 8080, 0, 65_535),
    tls: certFile !== undefined && keyFile !== undefined ? { certFile, keyFile } : undefined,
    trustedProxies,
    operatorKey,
    secretKeys: secretKeys.filter(key => key !== null),
    indicesUrl,
    secretKeyFile: databaseUrl === undefined && dataDir !== 'memory:' ? join(dataDir, 'secret.key') : undefined,
    roles: chosen.length > 0 ? chosen.filter(role => role !== undefined) : roles,
    // The embedded database does one thing at a time.
    workers: whole('BORDERO_WORKERS', databaseUrl === undefined ? 1 : 2, 1, 64),
    callLimits: oneOf('BORDERO_CALL_LIMITS', text('BORDERO_CALL_LIMITS') ?? 'live', callLimits) ?? 'live',
    logLevel: oneOf('BORDERO_LOG', text('BORDERO_LOG') ?? 'info', logLevels) ?? 'info',
  }
  if (wrong.length > 0) throw new ConfigError(`Configuração inválida: ${wrong.join('; ')}.`)
  return config
}

/** An address, a network of addresses, or one of the names that the HTTP library has for networks. */
function isNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true
  const [address = '', length, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  return length === undefined || (/^[1-9]\d{0,2}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128))
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
}

import { expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

test('without anything: the embedded database here, on this machine alone, in all roles', () => {
  expect(readConfig({})).toEqual({
    databaseUrl: undefined,
    appUrl: undefined,
    dataDir: 'data/bordero',
    poolSize: 10,
    host: '127.0.0.1',
    port: 8080,
    tls: undefined,
    trustedProxies: [],
    operatorKey: undefined,
    secretKeys: [],
    secretKeyFile: 'data/bordero/secret.key',
    roles: ['api', 'worker', 'scheduler'],
    workers: 1,
    callLimits: 'live',
    logLevel: 'info',
  })
})

test('reads what is given, and takes two workers for PostgreSQL', () => {
  const config = readConfig({
    DATABASE_URL: 'postgres://bordero@db/bordero',
    BORDERO_PORT: '0',
    BORDERO_ROLES: 'worker, scheduler',
    BORDERO_TRUSTED_PROXIES: '10.0.0.0/8,127.0.0.1',
    BORDERO_TLS_CERT: 'cert.pem',
    BORDERO_TLS_KEY: 'key.pem',
    BORDERO_LOG: '',
  })
  expect(config).toMatchObject({
    databaseUrl: 'postgres://bordero@db/bordero',
    port: 0,
    roles: ['worker', 'scheduler'],
    trustedProxies: ['10.0.0.0/8', '127.0.0.1'],
    tls: { certFile: 'cert.pem', keyFile: 'key.pem' },
    workers: 2,
    logLevel: 'info',
  })
})

test('says everything that is wrong at once, by the variable’s name', () => {
  const environment = {
    DATABASE_URL: 'mysql://x',
    BORDERO_PORT: '80a',
    BORDERO_ROLES: 'api,cook',
    BORDERO_TLS_KEY: 'k',
    BORDERO_OPERATOR_KEY: 'short',
    BORDERO_TRUSTED_PROXIES: '10.0.0.0/8,nginx',
    BORDERO_LOG: 'loud',
  }
  const read = () => readConfig(environment)
  expect(read).toThrow(ConfigError)
  for (const name of Object.keys(environment)) expect(read).toThrow(name)
})

test('takes a key for secrets and those before it, and never says what was given', () => {
  const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const keys = { BORDERO_SECRET_KEY: one.toString('base64'), BORDERO_PREVIOUS_SECRET_KEYS: ` ${other.toString('hex')} ` }
  expect(readConfig(keys).secretKeys).toEqual([one, other])
  expect(readConfig({ DATABASE_URL: 'postgres://x/y' }).secretKeyFile).toBeUndefined()
  expect(readConfig({ BORDERO_DATA: 'memory:' }).secretKeyFile).toBeUndefined()
  const wrong = () => readConfig({ BORDERO_SECRET_KEY: 'my-password' })
  expect(wrong).toThrow(/BORDERO_SECRET_KEY/)
  expect(wrong).not.toThrow(/my-password/)
})

test.each(['10.0.0.7', '::1', '10.0.0.0/8', 'fd00::/8', 'loopback'])('believes the proxy %s', proxy => {
  expect(readConfig({ BORDERO_TRUSTED_PROXIES: proxy }).trustedProxies).toEqual([proxy])
})

test.each(['nginx', '10.0.0', '10.0.0.0/0', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/'])(
  'does not believe the proxy %s',
  proxy => {
    expect(() => readConfig({ BORDERO_TRUSTED_PROXIES: proxy })).toThrow(`não "${proxy}"`)
  },
)

import type { Config } from '../../app/config.ts'
import { DatabaseUnusable, faultOf, sqlState } from '../../platform/db/faults.ts'
import { CliError, exitCodes } from '../exit-codes.ts'

/** Why a server did not start, in a sentence that says what to do; what nobody can do anything about stays as it is. */
export function startFault(error: unknown, config: Config): unknown {
  if (!(error instanceof Error)) return error
  const [code, told] = reasonOf(error, config) ?? []
  return told === undefined ? error : new CliError(exitCodes.failure, told, { cause: error, details: { code } })
}

type Reason = readonly [code: string, told: string]

function reasonOf(error: Error, config: Config): Reason | null {
  if (error instanceof DatabaseUnusable) return [error.code, error.message]
  return ofListening(error, config) ?? ofTls(error, config) ?? ofDatabase(error, config) ?? ofFolder(error, config)
}

// Node puts these on errors without a type of their own.
const partsOf = (error: Error): NodeJS.ErrnoException => error

function ofListening(error: Error, { host, port }: Config): Reason | null {
  const { code, syscall } = partsOf(error)
  if (code === 'EADDRINUSE')
    return ['port_taken', `A porta ${port} está ocupada: escolha outra com --port (0 escolhe uma livre).`]
  if (code === 'EACCES' && syscall === 'listen')
    return ['port_forbidden', `O sistema não permite a porta ${port}: escolha com --port uma acima de 1023.`]
  if (code === 'EADDRNOTAVAIL' || (code === 'ENOTFOUND' && syscall === 'getaddrinfo' && isHost(error, host)))
    return ['host_unknown', `Esta máquina não tem o endereço ${host}: escolha outro com --host (0.0.0.0 atende em todos).`]
  return null
}

function isHost(error: Error, host: string): boolean {
  return 'hostname' in error && error.hostname === host
}

function ofTls(error: Error, { tls }: Config): Reason | null {
  if (tls === undefined) return null
  const { code = '', path } = partsOf(error)
  const { certFile, keyFile } = tls
  if (path === certFile) return ['tls_unreadable', `O certificado ${certFile} ${unreadable(code)}: confira --tls-cert.`]
  if (path === keyFile) return ['tls_unreadable', `A chave ${keyFile} ${unreadable(code)}: confira --tls-key.`]
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH')
    return ['tls_mismatch', `A chave ${keyFile} não é a do certificado ${certFile}: informe o par.`]
  // Every other complaint of the TLS library, while it reads the two files.
  if (/^ERR_(OSSL|TLS|MISSING_PASSPHRASE)/.test(code))
    return [
      'tls_invalid',
      `O certificado ${certFile} ou a chave ${keyFile} não é um PEM válido (começa com "-----BEGIN …", sem senha): confira --tls-cert e --tls-key.`,
    ]
  return null
}

function unreadable(code: string): string {
  if (code === 'ENOENT') return 'não existe'
  if (code === 'EISDIR') return 'é uma pasta'
  return code === 'EACCES' || code === 'EPERM' ? 'não pode ser lido por este usuário' : `não pôde ser lido (${code})`
}

function ofDatabase(error: Error, { databaseUrl }: Config): Reason | null {
  if (databaseUrl === undefined) return null
  const server = hostOf(databaseUrl)
  const state = sqlState(error) ?? ''
  if (state.startsWith('28'))
    return [
      'database_login',
      `O PostgreSQL em ${server} recusou o usuário ou a senha: confira DATABASE_URL e BORDERO_APP_DATABASE_URL.`,
    ]
  if (state === '3D000')
    return ['database_missing', `O PostgreSQL em ${server} não tem o banco de DATABASE_URL: crie-o com createdb.`]
  if (state === '42501')
    return [
      'database_login',
      `O usuário de DATABASE_URL não pode criar as tabelas no PostgreSQL em ${server}: conceda-lhe o banco.`,
    ]
  if (faultOf(error) === 'transient')
    return [
      'database_unreachable',
      `O PostgreSQL em ${server} não responde: confira se ele está no ar, e o endereço em DATABASE_URL.`,
    ]
  return null
}

/** Without user and password, which the address may hold. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || 'localhost' : 'DATABASE_URL'
}

const folderFaults: Readonly<Record<string, string>> = {
  EEXIST: 'já há um arquivo com esse nome',
  ENOTDIR: 'no caminho há um arquivo em vez de uma pasta',
  EACCES: 'este usuário não tem permissão',
  EPERM: 'este usuário não tem permissão',
  EROFS: 'o disco só permite leitura',
  ENOSPC: 'o disco está cheio',
}

function ofFolder(error: Error, { databaseUrl, dataDir }: Config): Reason | null {
  if (databaseUrl !== undefined || dataDir === 'memory:') return null
  const { code = '', syscall } = partsOf(error)
  const why = folderFaults[code]
  if (why === undefined || syscall === undefined) return null
  return ['data_dir_unusable', `A pasta de dados ${dataDir} não pode ser usada: ${why}. Escolha outra com --data.`]
}

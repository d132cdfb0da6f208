import type { Target } from './client.ts'
import { credentialsFileOf, dataFolders, readCredentials } from './credentials.ts'
import { CliError, exitCodes } from './exit-codes.ts'

export interface TargetOptions {
  url?: string
  key?: string
  credentialsFile?: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Which server, and with which key: the options, else the environment, else the file that a server of this machine wrote.
 * A key from a file goes to that file's address and no other.
 */
export function findTarget(options: TargetOptions, surroundings: Environment): Target {
  // Who names a file means what stands in it.
  const environment = options.credentialsFile === undefined ? surroundings : {}
  const url = options.url ?? (environment.BORDERO_URL || undefined)
  const key = options.key ?? (environment.BORDERO_KEY || undefined)
  if (url !== undefined && key !== undefined) {
    return { url: checked(url), key, source: options.url === undefined ? 'BORDERO_URL' : '--url' }
  }
  const named = options.credentialsFile ?? (environment.BORDERO_CREDENTIALS_FILE || undefined)
  const file = named ?? usualFiles.find(usual => readCredentials(usual) !== null)
  const credentials = file === undefined ? null : readCredentials(file)
  if (file === undefined || credentials === null) throw nowhere(named, url)
  if (url !== undefined && new URL(checked(url)).origin !== new URL(credentials.baseUrl).origin) throw nowhere(undefined, url)
  return { url: credentials.baseUrl, key: key ?? credentials.apiKey, source: file }
}

const usualFiles = [credentialsFileOf(dataFolders.serve), credentialsFileOf(dataFolders.demo)] as const

/** The file that a command finds by itself now. */
export function usualCredentialsFile(): string | undefined {
  return usualFiles.find(file => readCredentials(file) !== null)
}

function nowhere(named: string | undefined, url: string | undefined): CliError {
  if (named !== undefined)
    return new CliError(exitCodes.unreachable, `Não há credenciais em ${named}: o servidor as grava ali quando está pronto.`, {
      details: { code: 'no_credentials', file: named },
    })
  if (url !== undefined)
    return new CliError(exitCodes.usage, `Falta a chave para ${url}: informe --key, ou BORDERO_KEY no ambiente.`, {
      details: { code: 'no_credentials' },
    })
  const message =
    'Nenhum servidor no ar nesta pasta: inicie um com "npx bordero serve --sandbox" ou "npm run demo", ou informe --url e --key (BORDERO_URL e BORDERO_KEY).'
  return new CliError(exitCodes.unreachable, message, { details: { code: 'no_server' } })
}

function checked(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url
  throw new CliError(exitCodes.usage, `"${url}" não é um endereço: use algo como http://127.0.0.1:8080.`, {
    details: { code: 'invalid_url' },
  })
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type Credentials, readCredentials } from '../../src/cli/credentials.ts'
import { type StartedServer, startServer } from '../../src/cli/serve/start-server.ts'
import { civilDate } from '../../src/core/dates.ts'
import { command, type Ran } from './command.ts'

/** A server in memory for the commands of one file's tests, its sandbox on that day; gone with them. */
export function ownServer(sandboxDay: string) {
  let folder: string
  let server: StartedServer
  const file = () => join(folder, 'credentials.json')

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bordero-commands-'))
    const options = {
      sandbox: true,
      sandboxDay: civilDate(sandboxDay),
      port: 0,
      data: 'memory:',
      credentialsFile: file(),
    } as const
    server = await startServer(options, { BORDERO_LOG: 'error' })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })

  return {
    bordero: (...args: string[]): Promise<Ran> => command([...args, '--credentials-file', file()], fetch),
    /** Where files of a test may lie. */
    place: (name: string) => join(folder, name),
    credentials: (): Credentials => {
      const credentials = readCredentials(file())
      if (credentials === null) throw new Error('the server wrote no credentials')
      return credentials
    },
  }
}

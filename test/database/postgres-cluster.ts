import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

/** A PostgreSQL of our own in a temporary folder, reached through a socket there, so that no port can be taken. */
export interface Cluster {
  /** As the superuser, to the database `postgres`. */
  url: string
  stop(): Promise<void>
}

/** Where initdb and postgres lie, or null when this machine has none. */
export function postgresPrograms(): string | null {
  const { stdout, status } = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' })
  const folder = status === 0 ? stdout.trim() : null
  return folder !== null && existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')) ? folder : null
}

/** `fast` forgoes every sync: right for tests, wrong for a measurement. */
export async function startCluster(programs: string, { fast }: { fast: boolean }): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'bordero-pg-'))
  const user = unprivilegedUser()
  if (user) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  // C.UTF-8 is what PGlite sorts by.
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions']
  execFileSync(join(programs, 'initdb'), initdb, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], ...user })
  const unsafe = fast ? ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'] : []
  const server = startServer(
    join(programs, 'postgres'),
    ['-D', data, '-c', 'listen_addresses=', '-k', folder, ...unsafe],
    folder,
    user,
  )
  const url = `postgres://postgres@${encodeURIComponent(folder)}/postgres`
  try {
    await untilReady(url, server)
  } catch (error) {
    await stop(server, folder)
    throw error
  }
  return { url, stop: () => stop(server, folder) }
}

type User = { uid: number; gid: number }

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): User | null {
  if (process.getuid?.() !== 0) return null
  const idOf = (flag: string, name: string) => spawnSync('id', [flag, name], { encoding: 'utf8' })
  const name = idOf('-u', 'postgres').status === 0 ? 'postgres' : 'nobody'
  return { uid: Number(idOf('-u', name).stdout), gid: Number(idOf('-g', name).stdout) }
}

/** The shell stops the server when its standard input ends, which it does even when we are killed. */
const guard = '"$0" "$@" </dev/null & server=$!; cat >/dev/null; kill -INT $server; wait $server'

function startServer(program: string, options: string[], cwd: string, user: User | null): ChildProcess {
  return spawn('sh', ['-c', guard, program, ...options], { cwd, stdio: ['pipe', 'ignore', 'ignore'], ...user })
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new Client({ connectionString: url })
    client.on('error', () => {})
    try {
      await client.connect()
      return await client.end()
    } catch (error) {
      if (tries === 2400 || server.exitCode !== null) throw error
      await sleep(50)
    }
  }
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
  const ended = server.exitCode === null ? new Promise(resolve => server.once('exit', resolve)) : null
  server.stdin?.end()
  await ended
  rmSync(folder, { recursive: true, force: true })
}

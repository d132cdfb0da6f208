import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const lookEveryMs = 100

/**
 * npm and npx pass SIGINT and SIGTERM on to the shell that stands between them and us. The shell dies of it and tells nobody; of
 * SIGHUP and SIGKILL not even the shell hears. So whoever was started by npm looks whether npm and that shell are still there.
 * Without npm nobody is watched: a server started from a script outlives the script.
 */
export function whenNpmIsGone(act) {
  if (process.env.npm_command === undefined) return
  const parent = process.ppid
  const above = upToNpm(parent)
  const look = setInterval(() => {
    if (process.ppid === parent && above.every(isAlive)) return
    clearInterval(look)
    act()
  }, lookEveryMs)
  look.unref()
}

const mostShells = 5

/** The shells above us and the npm above them; nobody where the system does not tell, or somebody else stands between. */
function upToNpm(parent) {
  const above = []
  for (let pid = parent; above.length < mostShells; ) {
    const it = tellOf(pid)
    if (it === null) return []
    above.push(pid)
    if (isNpm.test(it.name)) return above
    if (!/sh$/.test(it.name)) return []
    pid = it.parent
  }
  return []
}

/** As npm calls itself, and as node calls it before that. */
const isNpm = /^(npm|npx|node|MainThread)/

function tellOf(pid) {
  try {
    return process.platform === 'linux' ? inProc(pid) : inPs(pid)
  } catch {
    return null
  }
}

/** '2762 (sh) S 2751 …' */
function inProc(pid) {
  const [, name, parent] = /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return { name, parent: Number(parent) }
}

/** '  2751 /bin/sh' */
function inPs(pid) {
  const said = execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' })
  const [, parent, name] = /^\s*(\d+)\s+(?:.*\/)?(.+)$/m.exec(said)
  return { name, parent: Number(parent) }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

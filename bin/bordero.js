#!/usr/bin/env node
// Plain JavaScript, so that whatever Node the system has can start it: it hands over to the packaged Node 24, which runs
// our TypeScript as it is.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { whenNpmIsGone } from './when-npm-is-gone.js'

const main = new URL('../src/cli/main.ts', import.meta.url)
const wanted = 24

if (Number.parseInt(process.versions.node, 10) === wanted) {
  whenNpmIsGone(() => process.kill(process.pid, 'SIGTERM'))
  await import(main.href)
} else handOver(packagedNode())

function packagedNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json')
    const path = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.node)
    if (existsSync(path)) return path
  } catch {
    // Not installed: said below.
  }
  console.error(`bordero: falta o Node ${wanted} que vem com o projeto. Rode "npm ci" nesta pasta (sem --ignore-scripts).`)
  process.exit(5)
}

/** With the same streams, signals, and exit code; the channel tells the other that this process is gone, however it went. */
function handOver(node) {
  // The default lets memory grow by some 50 MB before anything is collected, and is no faster (bench/results).
  const child = spawn(node, ['--max-semi-space-size=8', fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  whenNpmIsGone(() => child.kill('SIGTERM'))
  child.on('error', error => {
    console.error(`bordero: o Node ${wanted} em ${node} não iniciou: ${error.message}`)
    process.exit(5)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

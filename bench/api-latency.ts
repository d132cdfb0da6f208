import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createApiKey } from '../src/accounts/api-keys.ts'
import { registerRoutes } from '../src/app/routes.ts'
import { dueHandlers } from '../src/app/schedule.ts'
import { systemClock } from '../src/platform/clock.ts'
import type { Ctx } from '../src/platform/context.ts'
import { openApp } from '../src/platform/http/app.ts'
import { openLog } from '../src/platform/log.ts'

const prober = fileURLToPath(new URL('prober.ts', import.meta.url))

export interface Latency {
  requests: number
  p50: number
  p99: number
}

/** Milliseconds that `GET /v1/contracts/:id` takes while `work` goes on in the same server, asked by a client in another process. */
export async function latencyDuring(ctx: Ctx, work: () => Promise<void>): Promise<Latency> {
  const services = {
    db: ctx.db,
    clock: systemClock,
    log: openLog({ level: 'error' }),
    operatorKey: undefined,
    onChange() {},
    onDueWork() {},
  }
  const app = await openApp(services, {}, app => registerRoutes(app, dueHandlers()))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const { text } = await createApiKey(ctx, { name: 'bench', scopes: ['*'] })
  const client = spawn(process.execPath, [prober, `${url}/v1/contracts/ctr_1`, text], { stdio: ['pipe', 'pipe', 'inherit'] })
  let said = ''
  client.stdout.on('data', chunk => {
    said += chunk
  })
  const gone = new Promise(resolve => client.once('exit', resolve))
  await work()
  client.stdin.end()
  await gone
  await app.close()
  return JSON.parse(said)
}

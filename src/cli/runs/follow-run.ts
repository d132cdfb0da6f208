import { setTimeout as wait } from 'node:timers/promises'
import type { Run } from '../answers.ts'
import type { Client } from '../client.ts'

const moving: ReadonlySet<Run['state']> = new Set(['previewing', 'preparing', 'running'])
const firstPauseMs = 50
const longestPauseMs = 500

/** Until the run stands still, for whatever reason. It goes on at the server, whether somebody follows it or not. */
export async function followRun(client: Client, started: Run, onProgress: (run: Run) => void = () => {}): Promise<Run> {
  let run = started
  for (let pauseMs = firstPauseMs; moving.has(run.state); pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    onProgress(run)
    await wait(pauseMs)
    run = await client.get<Run>(`/v1/billing-runs/${run.id}`)
  }
  return run
}

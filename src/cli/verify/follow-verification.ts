import { setTimeout as wait } from 'node:timers/promises'
import type { Verification } from '../answers.ts'
import type { Client } from '../client.ts'

const firstPauseMs = 50
const longestPauseMs = 1000

/** Until it has an end. Whoever stops waiting asks for the same verification later. */
export async function followVerification(client: Client, asked: Verification): Promise<Verification> {
  let it = asked
  for (let pauseMs = firstPauseMs; it.state !== 'done'; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    await wait(pauseMs)
    it = await client.get<Verification>(`/v1/verifications/${it.id}`)
  }
  return it
}

import { describe, expect, it } from 'vitest'
import { Places } from './places.ts'

describe('places of sendings', () => {
  const asked = (places: Places, account: number, said: string[]) => {
    const name = `${account}`
    const taking = places.take(account).then(giveBack => {
      said.push(name)
      return giveBack
    })
    return taking
  }
  const settled = () => new Promise(resolve => setImmediate(resolve))

  it('are bounded for an account, however many are free', async () => {
    const said: string[] = []
    const places = new Places(10, 2)
    const first = asked(places, 1, said)
    void asked(places, 1, said)
    void asked(places, 1, said)
    void asked(places, 2, said)
    await settled()
    expect(said).toEqual(['1', '1', '2'])
    ;(await first)()
    await settled()
    expect(said).toEqual(['1', '1', '2', '1'])
  })

  it('go round the accounts that wait, and not to whoever waits with most', async () => {
    const said: string[] = []
    const places = new Places(1, 1)
    const giveBack = await asked(places, 9, said)
    const waiting = [
      asked(places, 1, said),
      asked(places, 1, said),
      asked(places, 1, said),
      asked(places, 2, said),
      asked(places, 2, said),
    ]
    giveBack()
    // A second time changes nothing.
    giveBack()
    for (const next of [0, 3, 1, 4, 2]) (await waiting[next])?.()
    await settled()
    expect(said).toEqual(['9', '1', '2', '1', '2', '1'])
  })
})

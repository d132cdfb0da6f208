import { expect, test } from 'vitest'
import type { Priority } from './connection.ts'
import { FairQueue } from './fair-queue.ts'

/** Lets `arrivals` in through one busy slot and tells in which order they came. */
async function orderOf(queue: FairQueue, arrivals: Priority[]): Promise<string> {
  const leaveFirst = await queue.enter('interactive')
  const order: string[] = []
  const all = arrivals.map(async priority => {
    const leave = await queue.enter(priority)
    order.push(priority[0] ?? '')
    leave()
  })
  leaveFirst()
  await Promise.all(all)
  return order.join('')
}

test('interactive work goes before background work that came earlier', async () => {
  expect(await orderOf(new FairQueue(1, 1), ['background', 'background', 'interactive', 'interactive'])).toBe('iibb')
})

test('after eight interactive turns one background turn is let in', async () => {
  const arrivals: Priority[] = ['background', 'background', ...Array<Priority>(20).fill('interactive')]
  // The turn that was running when they arrived is the first of the eight.
  expect(await orderOf(new FairQueue(1, 1), arrivals)).toBe('iiiiiiibiiiiiiiibiiiii')
})

test('background work leaves a slot free for interactive work', async () => {
  const queue = new FairQueue(3, 2)
  await queue.enter('background')
  const leave = await queue.enter('background')
  let third = false
  void queue.enter('background').then(() => {
    third = true
  })
  await queue.enter('interactive')
  expect(third).toBe(false)
  leave()
  await Promise.resolve()
  await Promise.resolve()
  expect(third).toBe(true)
})

test('leaving twice frees one slot only', async () => {
  const queue = new FairQueue(1, 1)
  const leave = await queue.enter('interactive')
  leave()
  leave()
  await queue.enter('interactive')
  let second = false
  void queue.enter('interactive').then(() => {
    second = true
  })
  await new Promise(resolve => setImmediate(resolve))
  expect(second).toBe(false)
})

test('one account leaves slots free for others, and its own wait in line', async () => {
  const queue = new FairQueue(3, 3, 2)
  const order: string[] = []
  const enter = async (name: string, account: number | null, priority: Priority = 'interactive') => {
    const leave = await queue.enter(priority, account)
    order.push(name)
    return leave
  }
  const leaveFirst = await enter('1a', 1)
  await enter('1b', 1, 'background')
  void enter('1c', 1)
  void enter('1d', 1)
  const leaveNobodys = await enter('nobody', null)
  leaveNobodys()
  const leaveOther = await enter('2', 2)
  leaveOther()
  await new Promise(resolve => setImmediate(resolve))
  expect(order).toEqual(['1a', '1b', 'nobody', '2'])
  leaveFirst()
  await new Promise(resolve => setImmediate(resolve))
  expect(order).toEqual(['1a', '1b', 'nobody', '2', '1c'])
})

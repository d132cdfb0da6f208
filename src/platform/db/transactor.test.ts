import { sql } from 'kysely'
import { DatabaseError } from 'pg'
import { expect, test } from 'vitest'
import type { ConnectionSource, Wear } from './connection.ts'
import { CommitUnknown, ConnectionLost } from './faults.ts'
import { beside, Transactor } from './transactor.ts'

/** A source whose connection records what it is told and fails where the test says. */
function scripted(fails: Record<string, unknown[]> = {}) {
  const said: string[] = []
  const returned: Wear[] = []
  const connectionSaying = (prefix: string) => {
    const say = async (text: string) => {
      said.push(`${prefix}${text}`)
      const error = fails[`${prefix}${text}`]?.shift()
      if (error) throw error
    }
    return {
      script: say,
      async query(text: string) {
        await say(text)
        return { rows: [], affected: 0 }
      },
    }
  }
  const lease = (prefix: string) => ({ connection: connectionSaying(prefix), release: (wear: Wear) => returned.push(wear) })
  const idle = { inUse: 0, waiting: 0, lent: 0, waitedSeconds: 0 }
  const source: ConnectionSource = {
    acquire: async () => lease(''),
    acquireBeside: async () => lease('beside: '),
    load: () => ({ interactive: idle, background: idle }),
    close: async () => {},
  }
  // Each acquisition takes as long as the test says, in milliseconds; nothing else takes any time.
  const line = { waitsMs: 0 }
  let [asked, now] = [false, 0]
  const stopwatch = () => {
    if (asked) now += line.waitsMs
    asked = !asked
    return now
  }
  return { transactor: new Transactor(source, stopwatch), said, returned, line }
}

function answer(code: string): DatabaseError {
  return Object.assign(new DatabaseError('refused', 0, 'error'), { code })
}

const account = { account: 7 }
const begin = `begin; set local lock_timeout = '5000ms'; set local bordero.account = '7'`

test('the account travels with begin, and only an account that is one', async () => {
  const { transactor, said } = scripted()
  await transactor.transact(account, async () => {}, 'interactive')
  await transactor.transact('dispatch', async () => {}, 'interactive')
  await transactor.transact('dispatch', async () => {}, 'background')
  const dispatch = `begin; set local lock_timeout = '5000ms'; set local role bordero_dispatch`
  // A person is told of a row that somebody holds; what a job does can wait for it.
  expect(said).toEqual([begin, 'commit', dispatch, 'commit', 'begin; set local role bordero_dispatch', 'commit'])
  for (const wrong of [0, -1, 1.5, Number.NaN]) {
    await expect(transactor.transact({ account: wrong }, async () => {}, 'interactive')).rejects.toThrow(TypeError)
  }
})

test('who stood in line for a connection waits the less for a lock, and meets one in vain when its time has passed', async () => {
  const { transactor, said, line } = scripted()
  const timeoutAfter = async (waitsMs: number, work = async () => {}) => {
    line.waitsMs = waitsMs
    said.length = 0
    await transactor.transact('dispatch', work, 'interactive')
    return /lock_timeout = '(.*?)'/.exec(said[0] ?? '')?.[1]
  }
  expect(await timeoutAfter(3000)).toBe('2000ms')
  expect(await timeoutAfter(4999)).toBe('1ms')
  expect(await timeoutAfter(65_000)).toBe('1ms')
  expect(await timeoutAfter(0)).toBe('5000ms')
})

test('the lines before each repetition count together, and the one for a transaction beside by itself', async () => {
  const { transactor, said, line } = scripted({ commit: [answer('40P01')] })
  line.waitsMs = 2000
  await transactor.transact('dispatch', tx => beside(tx, async () => {}), 'interactive')
  expect(said.filter(text => text.includes('begin')).map(text => text.replace(/begin.*'(.*)'.*/, '$1'))).toEqual([
    '3000ms',
    'beside: 3000ms',
    '1000ms',
    'beside: 3000ms',
  ])
})

test('work that fails is rolled back and its connection used again', async () => {
  const { transactor, said, returned } = scripted()
  const failing = transactor.transact(account, () => Promise.reject(new Error('no')), 'interactive')
  await expect(failing).rejects.toThrow('no')
  expect(said).toEqual([begin, 'rollback'])
  expect(returned).toEqual(['usable'])
})

test('a deadlock repeats the outermost work, other errors do not', async () => {
  const { transactor, said } = scripted({ commit: [answer('40001'), answer('40P01')] })
  let runs = 0
  await transactor.transact(account, () => transactor.transact(account, async () => void runs++, 'interactive'), 'interactive')
  expect(runs).toBe(3)
  expect(said).toEqual([begin, 'commit', 'rollback', begin, 'commit', 'rollback', begin, 'commit'])

  const other = scripted({ commit: [answer('23503')] })
  await expect(other.transactor.transact(account, async () => {}, 'interactive')).rejects.toThrow('refused')
  expect(other.said).toEqual([begin, 'commit', 'rollback'])
})

test('a deadlock that does not go away surfaces after five repetitions', async () => {
  const { transactor, said } = scripted({ commit: Array.from({ length: 9 }, () => answer('40P01')) })
  await expect(transactor.transact(account, async () => {}, 'interactive')).rejects.toThrow('refused')
  expect(said.filter(text => text === 'commit')).toHaveLength(6)
})

test('a connection lost during the commit is neither repeated nor reused', async () => {
  for (const error of [new ConnectionLost('gone'), answer('57P01')]) {
    const { transactor, said, returned } = scripted({ commit: [error] })
    await expect(transactor.transact(account, async () => {}, 'interactive')).rejects.toThrow(CommitUnknown)
    expect(said).toEqual([begin, 'commit'])
    expect(returned).toEqual(['broken'])
  }
})

test('a connection lost before the commit is thrown away', async () => {
  const { transactor, returned } = scripted({ [begin]: [new ConnectionLost('gone')], rollback: [new ConnectionLost('gone')] })
  await expect(transactor.transact(account, async () => {}, 'interactive')).rejects.toThrow(ConnectionLost)
  expect(returned).toEqual(['broken'])
})

test('beside an open transaction is another one, committed at once', async () => {
  const { transactor, said } = scripted()
  const undone = transactor.transact(
    account,
    async tx => {
      await beside(tx, async other => {
        expect(other).not.toBe(tx)
        // One is enough: what asks for a further one has it.
        expect(await beside(other, async same => same)).toBe(other)
      })
      throw new Error('no')
    },
    'interactive',
  )
  await expect(undone).rejects.toThrow('no')
  expect(said).toEqual([begin, `beside: ${begin}`, 'beside: commit', 'rollback'])
})

test('a connection lost while the one beside commits says nothing of the open one', async () => {
  const { transactor, said, returned } = scripted({ 'beside: commit': [new ConnectionLost('gone')] })
  const failing = transactor.transact(account, tx => beside(tx, async () => {}), 'interactive')
  await expect(failing).rejects.toThrow(ConnectionLost)
  expect(said).toEqual([begin, `beside: ${begin}`, 'beside: commit', 'rollback'])
  expect(returned).toEqual(['broken', 'usable'])
})

test('nothing is begun beside a transaction that has ended', async () => {
  const { transactor, said } = scripted()
  const late = await transactor.transact(account, async tx => () => beside(tx, it => sql`select 1`.execute(it)), 'interactive')
  await expect(late()).rejects.toThrow('the transaction has ended')
  expect(said).toEqual([begin, 'commit'])
})

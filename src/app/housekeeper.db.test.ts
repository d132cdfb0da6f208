import { expect, it } from 'vitest'
import { eachEngine } from '../../test/database/each-engine.ts'
import type { TestDatabase } from '../../test/database/test-database.ts'
import { type TestApi, testApi } from '../../test/http/test-api.ts'
import { addMillis, type Instant } from '../core/dates.ts'
import { clockAt, systemClock } from '../platform/clock.ts'
import { openLog } from '../platform/log.ts'
import { Housekeeper } from './housekeeper.ts'

const DAY = 86_400_000
const log = openLog({ level: 'silent' })

const keepHouse = (database: TestDatabase, now: Instant) =>
  new Housekeeper({ db: database.db, clock: clockAt(now), log }).keepHouse()

async function company(database: TestDatabase): Promise<TestApi> {
  const api = await testApi(database)
  expect((await api.post('/v1/service-items', { name: 'Suporte' }, { once: 'a' })).status).toBe(201)
  return api
}

const isReplayed = async (api: TestApi) =>
  (await api.post('/v1/service-items', { name: 'Suporte' }, { once: 'a' })).headers['idempotent-replayed'] === 'true'

eachEngine('the housekeeper', database => {
  it('forgets the answers of every account after a week, and not before', async () => {
    const before = systemClock.now()
    const [one, other] = [await company(database()), await company(database())]
    await keepHouse(database(), addMillis(before, 7 * DAY))
    expect([await isReplayed(one), await isReplayed(other)]).toEqual([true, true])
    await keepHouse(database(), addMillis(systemClock.now(), 7 * DAY + 1))
    expect([await isReplayed(one), await isReplayed(other)]).toEqual([false, false])
  })

  it('forgets those of an account that was closed, too', async () => {
    const api = await company(database())
    await database().asOwner(owner => owner.query(`update account set state = 'closed' where account_id = $1`, [api.account]))
    await keepHouse(database(), addMillis(systemClock.now(), 7 * DAY + 1))
    const { rows } = await database().asOwner(owner =>
      owner.query('select count(*)::int as n from idempotency_key where account_id = $1', [api.account]),
    )
    expect(rows[0]?.n).toBe(0)
  })

  it('goes by the clock of the machine, not by that of a sandbox', async () => {
    const api = await company(database())
    await api.moveClock('2030-01-01T12:00:00.000Z')
    await keepHouse(database(), systemClock.now())
    expect(await isReplayed(api)).toBe(true)
  })

  it('forgets more than one transaction takes, and finds them by their age', async () => {
    const api = await company(database())
    const kept = () =>
      database().asOwner(async owner => {
        const { rows } = await owner.query('select count(*)::int as n from idempotency_key where account_id = $1', [api.account])
        return Number(rows[0]?.n)
      })
    await database().asOwner(owner =>
      owner.query(
        `insert into idempotency_key (account_id, key, fingerprint, status, headers, created_at)
         select $1::bigint, 'tenant:' || n, ''::bytea, 200, '{}', '2020-01-01T00:00:00Z' from generate_series(1, 1201) n`,
        [api.account],
      ),
    )
    expect(await kept()).toBe(1202)
    await keepHouse(database(), systemClock.now())
    expect(await kept()).toBe(1)
    const index = await database().asOwner(owner =>
      owner.query(`select indexdef from pg_indexes where indexname = 'idempotency_key_by_age'`, []),
    )
    expect(index.rows[0]?.indexdef).toContain('(account_id, created_at)')
  })
})

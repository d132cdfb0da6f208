import { describe, expect, inject, test, vi } from 'vitest'
import { PgliteSource } from './pglite.ts'

describe.runIf(inject('engines').includes('pglite'))('the upkeep of the embedded database', () => {
  test('keeps the log short and the statistics fresh while it works', async () => {
    const failures: unknown[] = []
    const source = await PgliteSource.open({ dataDir: null, onUpkeepError: error => failures.push(error) })
    await source.withOwner(owner =>
      owner.script(
        'create role bordero_app; create table filled (id int, filler text); grant insert, update, select on filled to bordero_app',
      ),
    )
    const turn = async (text: string) => {
      const { connection, release } = await source.acquire('background')
      const { rows } = await connection.query(text)
      release('usable')
      return rows
    }
    let longestLog = 0
    for (let round = 0; round < 50; round++) {
      await turn(`select pg_logical_emit_message(false, 'test', repeat('x', 4000000))`)
      await turn(`insert into filled select g, 'x' from generate_series(1, 100) g`)
      const [{ bytes } = {}] = await turn(
        'select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::int8 as bytes from pg_control_checkpoint()',
      )
      longestLog = Math.max(longestLog, Number(bytes))
    }
    expect(longestLog).toBeGreaterThan(64e6)
    expect(longestLog).toBeLessThan(128e6)
    // PostgreSQL counts what was changed a second or so later, so that the turn which sees it may be a later one.
    await vi.waitFor(
      async () => {
        const rows = await turn(`select reltuples > 1000 as analyzed from pg_class where relname = 'filled'`)
        expect(rows).toEqual([{ analyzed: true }])
      },
      { timeout: 300_000, interval: 50 },
    )
    expect(failures).toEqual([])
    await source.close()
  })
})

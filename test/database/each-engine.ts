import { beforeAll, describe, inject } from 'vitest'
import { openTestDatabase, type TestDatabase } from './test-database.ts'

/**
 * The same tests on every chosen engine. `database()` may be called inside tests and hooks, not while they are being
 * collected.
 */
export function eachEngine(name: string, tests: (database: () => TestDatabase) => void): void {
  describe.each(inject('engines'))(`${name} (%s)`, engine => {
    let opened: TestDatabase | undefined
    beforeAll(async () => {
      opened = await openTestDatabase(engine)
    })
    tests(() => {
      if (!opened) throw new Error('the database opens before the first test')
      return opened
    })
  })
}

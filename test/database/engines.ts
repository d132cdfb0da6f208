import type { Db } from '../../src/platform/db/db.ts'
import { postgresPrograms } from './postgres-cluster.ts'

export type Engine = Db['engine']

/**
 * Which engines the tests run on. BORDERO_TEST_ENGINES=pglite|postgres|both; without it both, or PGlite alone on a
 * machine without PostgreSQL. What was asked for by name and cannot be had is an error, so that CI skips nothing.
 */
export function chosenEngines(): Engine[] {
  const asked = process.env.BORDERO_TEST_ENGINES
  const postgresAtHand = process.env.BORDERO_TEST_POSTGRES !== undefined || postgresPrograms() !== null
  switch (asked) {
    case 'pglite':
      return ['pglite']
    case 'postgres':
    case 'both':
      if (!postgresAtHand)
        throw new Error('no PostgreSQL here: install it (Debian: apt-get install postgresql) or set BORDERO_TEST_POSTGRES')
      return asked === 'both' ? ['pglite', 'postgres'] : ['postgres']
    case undefined:
      if (postgresAtHand) return ['pglite', 'postgres']
      console.warn('No PostgreSQL found: the database tests run on PGlite only.')
      return ['pglite']
    default:
      throw new Error(`BORDERO_TEST_ENGINES is pglite, postgres or both, not ${asked}`)
  }
}

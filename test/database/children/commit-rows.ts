import { DatabaseUnusable } from '../../../src/platform/db/faults.ts'
import { PgliteSource } from '../../../src/platform/db/pglite.ts'

/**
 * A process of its own: opens the folder that it is given and commits row after row, saying on its standard output
 * when it is open and which row was acknowledged. Refused, it says why and ends with 3.
 */
const [folder = ''] = process.argv.slice(2)
const source = await PgliteSource.open({ dataDir: folder }).catch((error: unknown) => {
  if (!(error instanceof DatabaseUnusable)) throw error
  console.log(`refused ${error.code}: ${error.message}`)
  process.exit(3)
})
const { connection } = await source.acquire('interactive')
await connection.script('create table if not exists acknowledged (id serial primary key, filler text)')
console.log('open')
for (;;) {
  const { rows } = await connection.query('insert into acknowledged (filler) values ($1) returning id', ['x'.repeat(2000)])
  console.log(`acknowledged ${rows[0]?.id}`)
}

import { PgBoss } from 'pg-boss'
import type { SqlConnection } from './connection.ts'
import { toQueueParameter } from './parameters.ts'

export const queueSchema = 'pgboss'

/**
 * pg-boss keeps its tables in a schema of their own and knows how to create and upgrade them, which takes the owner.
 * The server runs it with `migrate: false`, as bordero_app.
 */
export async function migrateQueue(owner: SqlConnection): Promise<void> {
  const boss = new PgBoss({
    schema: queueSchema,
    db: { executeSql: (text, parameters = []) => owner.query(text, parameters.map(toQueueParameter)) },
    migrate: true,
    supervise: false,
    schedule: false,
  })
  await boss.start()
  await boss.stop({ graceful: false })
  await owner.script(`
    revoke all on schema ${queueSchema} from public;
    grant usage on schema ${queueSchema} to bordero_app;
    grant select, insert, update, delete on all tables in schema ${queueSchema} to bordero_app;
    grant usage on all sequences in schema ${queueSchema} to bordero_app;
    grant execute on all functions in schema ${queueSchema} to bordero_app;
  `)
}

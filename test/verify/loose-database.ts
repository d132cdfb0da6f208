import { inject } from 'vitest'
import { instant } from '../../src/core/dates.ts'
import { dbOver } from '../../src/platform/db/db.ts'
import { PgliteSource } from '../../src/platform/db/pglite.ts'
import { PostgresSource, withOwner } from '../../src/platform/db/postgres.ts'
import type { Engine } from '../database/engines.ts'
import { copyTemplate, dropDatabase } from '../database/postgres-databases.ts'
import type { TestDatabase } from '../database/test-database.ts'

/**
 * A database of its own whose constraints are dropped, so that what they would refuse can be planted: what verify proves must not
 * rest on them.
 */
export async function openLooseDatabase(engine: Engine): Promise<TestDatabase & { close(): Promise<void> }> {
  const opened = engine === 'pglite' ? await openPglite() : await openPostgres()
  await opened.asOwner(owner => owner.script(dropConstraints))
  return {
    ...opened,
    freshAccount: ({ now = instant('2026-01-01T12:00:00.000Z') } = {}) =>
      opened.asOwner(async owner => {
        const { rows } = await owner.query(
          `insert into account (account_id, name, mode, sandbox_now, created_at)
           values (nextval('account_id_seq'), 'Conta de teste', 'sandbox', $1, $1) returning account_id`,
          [now],
        )
        return Number(rows[0]?.account_id)
      }),
  }
}

type Opened = Pick<TestDatabase, 'engine' | 'db' | 'asOwner'> & { close(): Promise<void> }

async function openPglite(): Promise<Opened> {
  const embedded = await PgliteSource.open({ dataDir: null, image: inject('pgliteImage') })
  await embedded.withOwner(async () => {})
  const db = dbOver('pglite', embedded)
  return { engine: 'pglite', db, asOwner: work => embedded.withOwner(work), close: () => db.close() }
}

async function openPostgres(): Promise<Opened> {
  const { url: serverUrl, template } = inject('postgres')
  const name = `${template}_loose_${process.env.VITEST_POOL_ID}`
  const url = await copyTemplate(serverUrl, template, name)
  const db = dbOver('postgres', new PostgresSource(url, 6, () => {}))
  const close = async () => {
    await db.close()
    await dropDatabase(serverUrl, name)
  }
  return { engine: 'postgres', db, asOwner: work => withOwner(url, work), close }
}

/** Those that a fault could break, and unique indexes besides; not those that statements name to be told of a conflict. */
const dropConstraints = `
do $$ declare one record; begin
  for one in
    select conrelid::regclass as relation, conname from pg_constraint
    where connamespace = 'public'::regnamespace and contype in ('f', 'c', 'u', 'p')
      and conrelid::regclass::text not in ('id_range', 'due_work', 'outbox', 'idempotency_key', 'customer_credit', 'account')
    order by contype = 'f' desc
  loop
    execute format('alter table %s drop constraint if exists %I cascade', one.relation, one.conname);
  end loop;
end $$;
drop index invoice_number;
drop index coverage_seed;
drop index billing_event_part_origin;`

import { type RawBuilder, sql } from 'kysely'

/**
 * What the world is to be told, one row per version of a subject: the part of `record`'s statement that writes it.
 * Two entries about one version of one subject are one message; the first one names it.
 */
export function outboxInsert(source: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    insert into outbox (account_id, noun, subject_id, subject_version, event, created_at)
    select account_id, noun, subject_id, subject_version, event, at from ${source} where event is not null order by id
    on conflict do nothing`
}

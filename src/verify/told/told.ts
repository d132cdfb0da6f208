import { type RawBuilder, sql } from 'kysely'
import type { Noun } from '../../core/ids.ts'
import { account } from '../../platform/account.ts'

// What the history tells of a row, to be held against the row itself. That it was not rewritten is the chain's to prove. A payload that is
// gone tells nothing: that is a finding of its own, and the row is not judged.

/** The payload of an entry, as a relation with `before` and `after`: `from history h cross join lateral ${payloadOf('h.id')} p`. */
export function payloadOf(entry: string): RawBuilder<unknown> {
  return sql`(
    select before, after from history_payload where account_id = ${account} and history_id = ${sql.ref(entry)} offset 0)`
}

/** The last entry of a subject, but for comments, with what it tells, as a relation `(id, after)`: `left join lateral ${lastEntry('readjustment', 'r.id')} h on true`. */
export function lastEntry(noun: Noun, subject: string): RawBuilder<unknown> {
  return sql`(
    select h.id, e.after from history h cross join lateral ${payloadOf('h.id')} e
    where h.account_id = ${account} and h.noun = ${sql.lit(noun)} and h.subject_id = ${sql.ref(subject)} and h.action <> 'comment'
    order by h.id desc limit 1)`
}

/** Of an object, what is another value than was told: `{dueOn: {stored, told}}`; null where all is the same. */
export function differences(told: string, stored: string): RawBuilder<unknown> {
  const before = sql.ref(told)
  return sql`(
    select jsonb_object_agg(s.key, jsonb_build_object('stored', s.value, 'told', ${before} -> s.key))
    from jsonb_each(${sql.ref(stored)}) s where ${before} -> s.key is distinct from s.value)`
}

/** The elements of an array within a payload; none where there is none. */
export function listIn(payload: string, key: string): RawBuilder<unknown> {
  const list = sql`${sql.ref(payload)} -> ${sql.lit(key)}`
  return sql`case jsonb_typeof(${list}) when 'array' then ${list} else '[]' end`
}

/**
 * What is found of rows against what was told of them, from a relation `told (id, told, stored)`: each key that was told with another
 * value than is stored. A key that was not told is not judged, since older entries do not know every field.
 */
export function notAsTold(code: string, noun: string): RawBuilder<unknown> {
  return sql`
    select ${sql.lit(code)} as code, ${sql.lit(noun)} as noun, t.id, null as "startsOn", null as "endsOn",
           jsonb_build_object('differs', d.differs) as details
    from (select * from told where not told @> stored offset 0) t
    cross join lateral (
      select jsonb_object_agg(s.key, jsonb_build_object('stored', s.value, 'told', t.told -> s.key)) as differs
      from jsonb_each(t.stored) s where t.told ? s.key and t.told -> s.key is distinct from s.value
    ) d
    where d.differs is not null`
}

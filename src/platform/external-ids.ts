import { sql } from 'kysely'
import type { Noun } from '../core/ids.ts'
import { refuse } from '../core/refusal.ts'
import { account } from './account.ts'
import { keepsPlan, rowsOf } from './db/bulk.ts'
import type { Reader, Tx } from './db/db.ts'

/** An id that a user brought along from another system, so that its links keep working. One names one subject of a noun. */
export interface ExternalId {
  system: string
  id: string
}

export interface SubjectExternalId extends ExternalId {
  subjectId: number
}

const columns = { system: 'text', external: 'text', id: 'bigint' } as const

/** As they are shown: each once, by system and id. */
export function tidyIds(ids: readonly ExternalId[]): ExternalId[] {
  const byText = new Map(ids.map(({ system, id }) => [JSON.stringify([system, id]), { system, id }]))
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, id]) => id)
}

/** Adds ids to those that the subjects have. Saying the same again is fine; an id that names another subject is refused. */
export async function addExternalIds(tx: Tx, noun: Noun, ids: readonly SubjectExternalId[]): Promise<void> {
  if (ids.length === 0) return
  const rows = ids.map(id => ({ system: id.system, external: id.id, id: id.subjectId }))
  const { rows: taken } = await sql<ExternalId>`
    with given as (
      select distinct system, external, id from ${rowsOf(columns, rows)} as r
    ), saved as (
      insert into external_id as e (account_id, system, noun, external, id)
      select distinct on (system, external) ${account}, system, ${noun}, external, id from given order by system, external, id
      -- Returns the row that stands, whoever wrote it.
      on conflict (account_id, system, noun, external) do update set id = e.id
      returning system, external, id
    )
    select g.system, g.external as id from given g join saved s using (system, external) where s.id <> g.id
    order by g.system, g.external`.execute(tx)
  const [first] = taken
  if (first !== undefined) {
    refuse('external_id_taken', `O id ${first.id} de ${first.system} já pertence a outro cadastro.`, {
      path: '/externalIds',
      details: { externalIds: taken },
    })
  }
}

/** Gives a subject exactly these ids. */
export async function replaceExternalIds(tx: Tx, noun: Noun, subjectId: number, ids: readonly ExternalId[]): Promise<void> {
  await sql`delete from external_id where account_id = ${account} and noun = ${noun} and id = ${subjectId}`.execute(tx)
  await addExternalIds(
    tx,
    noun,
    ids.map(id => ({ ...id, subjectId })),
  )
}

/** Takes away the ids that subjects have of one system. */
export async function dropExternalIds(tx: Tx, noun: Noun, system: string, subjectIds: readonly number[]): Promise<void> {
  if (subjectIds.length === 0) return
  const rows = subjectIds.map(id => ({ id }))
  await sql`
    delete from external_id e using ${rowsOf({ id: 'bigint' }, rows)} as r
    where e.account_id = ${account} and e.noun = ${noun} and e.id = r.id and e.system = ${system}`.execute(tx)
}

/** The ids of each subject that has any. */
export async function externalIdsOf(tx: Reader, noun: Noun, subjectIds: readonly number[]): Promise<Map<number, ExternalId[]>> {
  if (subjectIds.length === 0) return new Map()
  const rows = subjectIds.map(id => ({ id }))
  const { rows: ids } = await sql<SubjectExternalId>`${keepsPlan}
    select e.id as "subjectId", e.system, e.external as id
    from ${rowsOf({ id: 'bigint' }, rows)} as r join external_id e on e.account_id = ${account} and e.noun = ${noun} and e.id = r.id`.execute(
    tx,
  )
  return new Map([...Map.groupBy(ids, id => id.subjectId)].map(([subjectId, list]) => [subjectId, tidyIds(list)]))
}

/** Which subject an id names; null when nobody has it. */
export async function subjectOfExternalId(tx: Reader, noun: Noun, id: ExternalId): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    select id from external_id where account_id = ${account} and system = ${id.system} and noun = ${noun} and external = ${id.id}`.execute(
    tx,
  )
  return rows[0]?.id ?? null
}

/** Which subjects many ids name; those that name nobody are not in the answer. */
export async function subjectsOfExternalIds(tx: Reader, noun: Noun, ids: readonly ExternalId[]): Promise<SubjectExternalId[]> {
  if (ids.length === 0) return []
  const wanted = ids.map(id => ({ system: id.system, external: id.id }))
  const { rows } = await sql<SubjectExternalId>`
    select distinct e.system, e.external as id, e.id as "subjectId"
    from ${rowsOf({ system: 'text', external: 'text' }, wanted)} as r
    join external_id e on e.account_id = ${account} and e.system = r.system and e.noun = ${noun} and e.external = r.external`.execute(
    tx,
  )
  return rows
}

export type WithExternalIds<T> = T & { externalIds: ExternalId[] }

/** The subjects with the ids that name them. */
export async function withExternalIds<T extends { id: number }>(
  tx: Reader,
  noun: Noun,
  subjects: readonly T[],
): Promise<WithExternalIds<T>[]> {
  const ids = await externalIdsOf(
    tx,
    noun,
    subjects.map(subject => subject.id),
  )
  return subjects.map(subject => ({ ...subject, externalIds: ids.get(subject.id) ?? [] }))
}

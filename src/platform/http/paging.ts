import { type TProperties, type TSchema, Type } from 'typebox'
import { parseCivilDate, parseInstant } from '../../core/dates.ts'
import { refuse } from '../../core/refusal.ts'
import { Fields, List, OrNull, Text, Whole } from './fields.ts'

/** The query of a list: its own filters, and where in it the caller is. */
export function PageQuery<P extends TProperties>(filters: P) {
  return Fields({
    ...filters,
    limit: Type.Optional(Whole(1, 200, { description: 'Quantos itens por página; 50 se não informado.' })),
    cursor: Type.Optional(Text(1000, { description: 'O nextCursor da página anterior.' })),
  })
}

/** One page of `item`. */
export function PageOf<S extends TSchema>(item: S) {
  return Type.Object({ data: List(item, 200), nextCursor: OrNull(Type.String()) })
}

type KeyTypes = { text: string; integer: number; date: string; instant: string }
export type KeyPart = keyof KeyTypes
/** The values of a sort key: [name, id] for ['text', 'integer']. */
export type SortKey<K extends readonly KeyPart[]> = { -readonly [I in keyof K]: KeyTypes[K[I]] }

export interface Page<K extends readonly KeyPart[]> {
  limit: number
  /** The key of the last row that the caller has, or null on the first page. */
  after: SortKey<K> | null
}

const usualLimit = 50

/**
 * Where a page begins. `parts` says of what the list's sort key is made, its id last; a cursor of another list, or one
 * that somebody made up, is refused as `invalid_cursor`.
 */
export function readPage<const K extends readonly KeyPart[]>(query: { limit?: number; cursor?: string }, parts: K): Page<K> {
  return { limit: query.limit ?? usualLimit, after: query.cursor === undefined ? null : readCursor(query.cursor, parts) }
}

/** `rows` are one more than `limit` when there are further ones: that is what a store is asked for. */
export function toPage<R, T, const K extends readonly KeyPart[]>(
  rows: readonly R[],
  page: Page<K>,
  keyOf: (row: R) => SortKey<K>,
  show: (row: R) => T,
): { data: T[]; nextCursor: string | null } {
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  return {
    data: shown.map(show),
    nextCursor:
      rows.length > page.limit && last !== undefined ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null,
  }
}

function readCursor<K extends readonly KeyPart[]>(cursor: string, parts: K): SortKey<K> {
  const key = parseJson(Buffer.from(cursor, 'base64url').toString())
  if (!Array.isArray(key) || key.length !== parts.length || !parts.every((part, i) => holds[part](key[i]))) {
    refuse('invalid_cursor', 'O cursor não é desta lista; comece pela primeira página.', { status: 400 })
  }
  // Each part has just been checked to be what K says.
  return key as SortKey<K>
}

const holds: Record<KeyPart, (value: unknown) => boolean> = {
  text: value => typeof value === 'string' && !value.includes('\0') && value.isWellFormed(),
  integer: value => Number.isSafeInteger(value),
  date: value => typeof value === 'string' && parseCivilDate(value) !== null,
  instant: value => typeof value === 'string' && parseInstant(value) === value,
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

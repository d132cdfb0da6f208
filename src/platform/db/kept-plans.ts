import type { ClientBase } from 'pg'

/**
 * Begins a statement that each session parses and plans once: where that costs as much as doing it. For inserts from `rowsOf`, which
 * read no table, and for what finds its rows by key. What its plan should look like must not hang on its parameters.
 */
export const KEEPS_PLAN = '/* keeps its plan */'

/** Texts differ by what is the same in all rows of a statement: some hundred are seen in a life, and a session prepares those it uses. */
const MOST_KEPT = 1_000
/** The names by which all sessions of this process know them. */
const names = new Map<string, string>()

/** The name that a text with the mark is prepared by; undefined for one that is sent as it is. */
export function keptName(text: string): string | undefined {
  if (!text.startsWith(KEEPS_PLAN)) return undefined
  const known = names.get(text)
  if (known !== undefined || names.size === MOST_KEPT) return known
  const name = `kept_${names.size + 1}`
  names.set(text, name)
  return name
}

/** A plan that was made for a table of three rows reads all of it, so none is older than this, whoever fills the table meanwhile. */
const OLDEST_MS = 10_000
/** Nor is it kept beyond as many rows as were saved until it was made, and some: the one who fills the table may be this process. */
const FEW_ROWS = 2_000

/** Rows that this process has saved since it began. */
let saved = 0

export function countSaved(rows: number): void {
  saved += rows
}

interface Age {
  sinceMs: number
  saved: number
}

const ages = new WeakMap<ClientBase, Age>()

/**
 * Whether the session should forget its plans, those of foreign keys included, before it goes on. Who is told so once has to do it.
 * Statements stay prepared; each is planned anew when it is next used.
 */
export function arePlansOld(session: ClientBase, nowMs = performance.now()): boolean {
  const age = ages.get(session)
  if (age && nowMs - age.sinceMs < OLDEST_MS && saved < 2 * age.saved + FEW_ROWS) return false
  ages.set(session, { sinceMs: nowMs, saved })
  return age !== undefined
}

import type { ClientBase, QueryResult } from 'pg'
import type { SqlConnection, SqlResult } from './connection.ts'
import { asConnectionFault } from './faults.ts'
import { toParameter } from './parameters.ts'

/**
 * Begins a statement that each session plans once and keeps: where planning costs as much as doing, and no choice could age, since it
 * reads no table. A statement that does read some must not have it: a plan that was made for an empty table is kept too.
 */
export const PLANNED_ONCE = '/* planned once */'

/** Texts differ by what is the same in all rows of a statement: some dozens are seen in a life. */
const MOST_KEPT = 200
/** The names by which all sessions of this process know them. */
const kept = new Map<string, string>()

/** One session spoken to with the pg driver, whose wire protocol both engines understand. */
export class PgConnection implements SqlConnection {
  readonly #client: ClientBase

  constructor(client: ClientBase) {
    this.#client = client
  }

  async query(text: string, parameters: readonly unknown[] = []): Promise<SqlResult> {
    const result = await this.#send(text, parameters.map(toParameter))
    // Several statements in one text, as pg-boss sends them, give a result each.
    if (Array.isArray(result)) return { rows: result.flatMap(one => one.rows), affected: 0 }
    return { rows: result.rows, affected: result.rowCount ?? 0 }
  }

  async script(text: string): Promise<void> {
    await this.#send(text, [])
  }

  async #send(text: string, values: unknown[]): Promise<QueryResult | QueryResult[]> {
    try {
      const name = text.startsWith(PLANNED_ONCE) ? nameOf(text) : undefined
      return await (name === undefined ? this.#client.query(text, values) : this.#client.query({ name, text, values }))
    } catch (error) {
      throw asConnectionFault(error)
    }
  }
}

function nameOf(text: string): string | undefined {
  const known = kept.get(text)
  if (known !== undefined || kept.size === MOST_KEPT) return known
  const name = `kept_${kept.size + 1}`
  kept.set(text, name)
  return name
}

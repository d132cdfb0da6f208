import type { ClientBase, QueryResult } from 'pg'
import type { SqlConnection, SqlResult } from './connection.ts'
import { asConnectionFault } from './faults.ts'
import { arePlansOld, countSaved, keptName } from './kept-plans.ts'
import { toParameter } from './parameters.ts'

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
    const affected = result.rowCount ?? 0
    if (result.command === 'INSERT') countSaved(affected)
    return { rows: result.rows, affected }
  }

  async script(text: string): Promise<void> {
    await this.#send(text, [])
  }

  async #send(text: string, values: unknown[]): Promise<QueryResult | QueryResult[]> {
    try {
      const name = keptName(text)
      if (name === undefined) return await this.#client.query(text, values)
      if (arePlansOld(this.#client)) await this.#client.query('discard plans')
      return await this.#client.query({ name, text, values })
    } catch (error) {
      throw asConnectionFault(error)
    }
  }
}

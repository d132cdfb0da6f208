/** What a person waits for precedes what a job does; both engines honour it when connections are scarce. */
export type Priority = 'interactive' | 'background'

export interface SqlResult {
  rows: Record<string, unknown>[]
  /** Rows inserted, updated, deleted or selected, as PostgreSQL's command tag counts them. */
  affected: number
}

/** One session with the database, whichever engine answers. It is used by one caller at a time. */
export interface SqlConnection {
  query(text: string, parameters?: readonly unknown[]): Promise<SqlResult>
  /** Several statements without parameters in one round trip; their rows are dropped. */
  script(text: string): Promise<void>
}

/** `broken`: the session is in an unknown state and must not be given to anybody else. */
export type Wear = 'usable' | 'broken'

export interface Lease {
  connection: SqlConnection
  release(wear: Wear): void
}

/** How busy the connections are, for whoever watches the server. */
export interface Load {
  inUse: number
  waiting: number
  /** Since the start: how often a connection was lent, and how long that was waited for in all. */
  lent: number
  waitedSeconds: number
}

export interface ConnectionSource {
  /** `account` is whose work it is, null when nobody's: one account never gets all connections. */
  acquire(priority: Priority, account?: number | null): Promise<Lease>
  /**
   * A connection out of a few that no ordinary transaction ever holds, so that one that is open may wait for it. An engine with a
   * single connection has none.
   */
  acquireBeside?(): Promise<Lease>
  load(): Record<Priority, Load>
  close(): Promise<void>
}

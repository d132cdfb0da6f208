import type { SqlConnection } from './connection.ts'

/** A turn of the embedded database as its superuser, outside every transaction. */
type OwnerTurn = (work: (owner: SqlConnection) => Promise<void>) => Promise<void>

const turnsBetweenLooks = 16
/** Replaying this much after a crash takes about half a second; writing it out takes about a tenth. */
const walLimitBytes = 64 * 1024 * 1024

/**
 * What PostgreSQL's background processes do and PGlite, which has none, never does: without checkpoints the log grows
 * until the disk is full (400 MB after 300,000 rows, and three seconds to recover), and without vacuum and analyze
 * tables bloat and plans rest on no statistics. Looked at every few turns, done as background work, one thing at a time.
 */
export class PgliteUpkeep {
  readonly #takeTurn: OwnerTurn
  readonly #onError: (error: unknown) => void
  #turns = 0
  #looking = false

  constructor(takeTurn: OwnerTurn, onError: (error: unknown) => void) {
    this.#takeTurn = takeTurn
    this.#onError = onError
  }

  turnEnded(): void {
    this.#turns++
    if (this.#turns < turnsBetweenLooks || this.#looking) return
    this.#turns = 0
    this.#looking = true
    this.#takeTurn(doWhatIsDue)
      .catch(this.#onError)
      .finally(() => {
        this.#looking = false
      })
  }
}

async function doWhatIsDue(owner: SqlConnection): Promise<void> {
  const { rows } = await owner.query(due)
  const command = rows[0]?.command
  if (typeof command === 'string') await owner.script(command)
}

/** The thresholds are autovacuum's, but larger: here it takes its turn among the others. */
const due = `
  select 'checkpoint' as command, 0 as rank from pg_control_checkpoint()
  where pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) > ${walLimitBytes}
  union all
  (select format('vacuum (analyze) %s', relid::regclass), 1 from pg_stat_user_tables
    where n_dead_tup > 1000 + 0.2 * n_live_tup order by n_dead_tup desc limit 1)
  union all
  (select format('analyze %s', relid::regclass), 2 from pg_stat_user_tables
    where n_mod_since_analyze > 1000 + 0.5 * n_live_tup order by n_mod_since_analyze desc limit 1)
  order by rank limit 1`

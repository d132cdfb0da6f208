import { sql } from 'kysely'

/** The account of the open transaction, for stores: `where account_id = ${account}`. As a subquery it is asked once a statement. */
export const account = sql<number>`(select current_setting('bordero.account')::bigint)`

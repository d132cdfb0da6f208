import { sql } from 'kysely'
import { account } from '../../platform/account.ts'
import type { Reader } from '../../platform/db/db.ts'

/** Whether a ruler writes with this e-mail template. Rulers are few, and only whoever deletes a template asks. */
export async function isStepOfARuler(tx: Reader, emailTemplateId: number): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select from notification_ruler
      where account_id = ${account} and steps @> cast(${JSON.stringify([{ emailTemplateId }])} as jsonb)
    ) as found`.execute(tx)
  return rows[0]?.found === true
}

import { sql } from 'kysely'
import type { App } from './route.ts'

/** For whoever watches the process: is it alive, and may requests be sent to it? */
export function addHealth(app: App): void {
  app.get('/health_check', { schema: { hide: true } }, async () => ({ status: 'ok' }))
  // The database was migrated before it was opened, so one that answers is current. What fails is answered as 503.
  app.get('/ready', { schema: { hide: true } }, async () => {
    await app.services.db.transact('dispatch', tx => sql`select 1`.execute(tx))
    return { status: 'ready' }
  })
}

import { ownAccount } from '../accounts/account-store.ts'
import type { Clock } from '../platform/clock.ts'
import type { Reader } from '../platform/db/db.ts'
import type { PostLimits, Resolve } from '../platform/net/post.ts'
import type { Secrets } from '../platform/secrets.ts'
import type { WebhookForms } from './form.ts'

/** What sending stands on besides a context; the app hands it over once. */
export interface WebhookMachine {
  readonly secrets: Secrets
  readonly forms: WebhookForms
  /** The machine's: leases and signatures go by it, whatever an account's clock says. */
  readonly clock: Clock
  readonly resolve: Resolve
  readonly limits: PostLimits
}

/** A sandbox's receivers may run on this machine. */
export async function mayReachLoopback(tx: Reader): Promise<boolean> {
  return (await ownAccount(tx))?.mode === 'sandbox'
}

import { webhookMachine } from '../../src/app/webhook-machine.ts'
import { usualLimits } from '../../src/platform/net/post.ts'
import { Secrets } from '../../src/platform/secrets.ts'
import type { WebhookMachine } from '../../src/webhooks/machine.ts'

/** What several processes of one installation share: the key. */
export function senderMachine(totalMs = usualLimits.totalMs): WebhookMachine {
  return { ...webhookMachine(new Secrets([Buffer.alloc(32, 3)])), limits: { ...usualLimits, totalMs } }
}

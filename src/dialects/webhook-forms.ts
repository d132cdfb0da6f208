import type { WebhookForm } from '../webhooks/form.ts'
import { finteraWebhooks } from './fintera/webhooks.ts'

/** The formats of webhooks that vendors have, beside the core's own. */
export const vendorWebhookForms: readonly WebhookForm[] = [finteraWebhooks]

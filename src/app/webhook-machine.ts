import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { vendorWebhookForms } from '../dialects/webhook-forms.ts'
import { systemClock } from '../platform/clock.ts'
import { resolveBySystem, usualLimits } from '../platform/net/post.ts'
import { secretKeyOfFile } from '../platform/secret-key-file.ts'
import { Secrets } from '../platform/secrets.ts'
import { formsOf } from '../webhooks/form.ts'
import type { WebhookMachine } from '../webhooks/machine.ts'
import { standardForm } from '../webhooks/standard-form.ts'
import type { Config } from './config.ts'

/** Every format of webhooks that there is. */
export const webhookForms = formsOf(standardForm, ...vendorWebhookForms)

export function webhookMachine(secrets: Secrets): WebhookMachine {
  return { secrets, forms: webhookForms, clock: systemClock, resolve: resolveBySystem, limits: usualLimits }
}

/** After the database's folder is this process's: a key that is made now lies in it. */
export function openSecrets({ secretKeys, secretKeyFile, dataDir }: Config): Secrets {
  if (secretKeys[0] !== undefined) {
    // What was sealed while the server had a key of its own making still opens.
    const own = secretKeyFile !== undefined && existsSync(secretKeyFile) ? [secretKeyOfFile(secretKeyFile)] : []
    return new Secrets([...secretKeys, ...own])
  }
  if (secretKeyFile !== undefined) return new Secrets([secretKeyOfFile(secretKeyFile)])
  // What is kept in memory ends with the process, and so may its key.
  return new Secrets(dataDir === 'memory:' ? [randomBytes(32)] : [])
}

import { createHmac } from 'node:crypto'
import { millisOf } from '../core/dates.ts'
import { showId } from '../core/ids.ts'
import { typeOf } from './event-types.ts'
import type { WebhookForm } from './form.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const PREFIX = 'whsec_'

/**
 * Standard Webhooks (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md): symmetric signatures `v1`, several of them
 * while a secret is rotated, the schedule that it recommends, and a thin payload: what happened to what, to be read from the API.
 */
export const standardForm: WebhookForm = {
  name: 'standard',
  events: null,
  retries: [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
  ping: null,
  testsNewAddress: false,
  bodyOf: told =>
    JSON.stringify({
      type: typeOf(told),
      timestamp: told.at,
      data: { type: told.noun, id: showId(told.noun, told.subjectId), version: told.version },
    }),
  testBody: (endpointId, at) =>
    JSON.stringify({
      type: 'webhook_endpoint.test',
      timestamp: at,
      data: { type: 'webhook_endpoint', id: showId('webhook_endpoint', endpointId) },
    }),
  headersOf: ({ messageId, at, body, secrets }) => {
    const timestamp = String(Math.floor(millisOf(at) / SECOND))
    const signed = `${messageId}.${timestamp}.${body}`
    const signatures = secrets.map(secret => `v1,${createHmac('sha256', keyOf(secret)).update(signed).digest('base64')}`)
    return { 'webhook-id': messageId, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
  },
  isDelivered: status => status >= 200 && status < 300,
  secretOf: random => `${PREFIX}${random.toString('base64')}`,
  secretFault: secret => {
    const bytes = keyOf(secret)
    const isWhole = secret.startsWith(PREFIX) && bytes.toString('base64') === secret.slice(PREFIX.length)
    return isWhole && bytes.length >= 24 && bytes.length <= 64 ? null : 'O segredo é "whsec_" e de 24 a 64 bytes em base64.'
  },
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64')
}

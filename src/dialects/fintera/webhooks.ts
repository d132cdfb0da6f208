import { createHmac } from 'node:crypto'
import type { EventType } from '../../webhooks/event-types.ts'
import type { Told, WebhookForm } from '../../webhooks/form.ts'

const HOUR = 3_600_000

/** Seed, "Teste": posted when an address is registered, and before every sending. */
const TEST = '{"test":true}'

/** The seed's nine, by what we call what they are about. */
const invoiceEvents: ReadonlySet<string> = new Set([
  'update',
  'emit',
  'undo_emission',
  'cancel',
  'undo_cancellation',
  'confirm_receival',
  'undo_receival',
  'receivement_error',
])
const CHANGE_PLAN = 'contract.change_plan'

/**
 * Webhooks as Fintera sends them (seed, "Webhooks"; vendors §3.5). Keys stand in the seed's order. Ids are text, as the seed writes them
 * there, though they are numbers everywhere else.
 *
 * Signature: HMAC-SHA1 in hexadecimal of the request's id followed by the body. The official client (myfreecomm/billimatic-client-ruby,
 * lib/billimatic/signature.rb) takes both as arguments and leaves the names of the headers open; those of its maker's other product,
 * whose check is the same line by line, are X-Cobrato-RequestId and X-Cobrato-Signature.
 */
export const finteraWebhooks: WebhookForm = {
  name: 'fintera',
  says: 'Fintera Faturamento: {"test":true} antes de cada aviso, os corpos dela, assinados por HMAC-SHA1',
  events: [...[...invoiceEvents].map((event): EventType => `invoice.${event}`), CHANGE_PLAN],
  // Five retries at about 2, 6, 12, 24 and 48 hours: each pause is what lies between two of them.
  retries: [2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR],
  ping: TEST,
  testsNewAddress: true,
  testBody: () => TEST,
  bodyOf: told => JSON.stringify(told.noun === 'contract' ? planBody(told) : invoiceBody(told)),
  // There is one signature, and nothing that says by which secret: after a rotation it is the new one's at once.
  headersOf: ({ messageId, body, secrets: [secret = ''] }) => ({
    'x-billimatic-requestid': messageId,
    'x-billimatic-signature': createHmac('sha1', secret).update(`${messageId}${body}`).digest('hex'),
  }),
  isDelivered: status => status === 200,
  secretOf: random => random.toString('hex'),
  secretFault: secret =>
    /^[\x21-\x7e]{16,200}$/.test(secret) ? null : 'O segredo tem de 16 a 200 caracteres ASCII, sem espaços.',
}

function invoiceBody({ event, subjectId, contract }: Told) {
  return {
    event,
    object_type: 'Invoice',
    object_id: String(subjectId),
    contract_token: contract?.token ?? null,
    contract_id: contract === null ? null : String(contract.id),
  }
}

function planBody({ event, planId, contract }: Told) {
  return { event, plan_id: planId === null ? null : String(planId), contract_token: contract?.token ?? null }
}

import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { instant } from '../core/dates.ts'
import { choiceFault, isChosen } from './event-types.ts'
import { pauseAfter } from './form.ts'
import { standardForm as form } from './standard-form.ts'

const at = instant('2021-02-25T17:09:41.000Z')

describe('a standard webhook', () => {
  it('tells what happened to what, and nothing of what it holds', () => {
    const body = form.bodyOf({
      noun: 'invoice',
      subjectId: 12,
      version: 3,
      event: 'emit',
      at,
      contract: { id: 1, token: 'a' },
      planId: null,
    })
    expect(body).toBe(
      '{"type":"invoice.emit","timestamp":"2021-02-25T17:09:41.000Z","data":{"type":"invoice","id":"inv_12","version":3}}',
    )
  })

  it('is signed as the specification shows', () => {
    // The example of the reference implementations (libraries/python/tests, javascript/src/tests).
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const messageId = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
    const body = '{"test": 2432232314}'
    const seconds = 1_614_265_330
    const headers = form.headersOf({ messageId, at: instant('2021-02-25T15:02:10.000Z'), body, secrets: [secret] })
    expect(headers).toEqual({
      'webhook-id': messageId,
      'webhook-timestamp': String(seconds),
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  it('is signed by both secrets while one is rotated', () => {
    const [one, other] = [form.secretOf(Buffer.alloc(32, 1)), form.secretOf(Buffer.alloc(32, 2))]
    const headers = form.headersOf({ messageId: 'm', at, body: '{}', secrets: [one, other] })
    const by = (byte: number) => createHmac('sha256', Buffer.alloc(32, byte)).update('m.1614272981.{}').digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${by(1)} v1,${by(2)}`)
  })

  it('is delivered by any 2xx, and tried again as the specification recommends', () => {
    expect([200, 202, 204, 299, 301, 404, 500].map(form.isDelivered)).toEqual([true, true, true, true, false, false, false])
    const seconds = Array.from({ length: 10 }, (_, i) => (pauseAfter(form, i + 1, 0.5) ?? 0) / 1000)
    expect(seconds).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, 0])
  })

  it('takes a secret of 24 to 64 bytes', () => {
    expect(form.secretFault(form.secretOf(Buffer.alloc(32, 7)))).toBeNull()
    for (const secret of [
      'abc',
      'whsec_',
      'whsec_abc',
      `whsec_${Buffer.alloc(23).toString('base64')}`,
      `whsec_${Buffer.alloc(65).toString('base64')}`,
    ])
      expect(form.secretFault(secret)).toMatch(/24 a 64/)
  })
})

describe('chosen events', () => {
  it('are all, those of a noun, or one', () => {
    expect(isChosen(['*'], 'customer.create')).toBe(true)
    expect(isChosen(['invoice.*'], 'invoice.emit')).toBe(true)
    expect(isChosen(['invoice.*'], 'invoice_rule.create')).toBe(false)
    expect(isChosen(['invoice.emit', 'invoice.cancel'], 'invoice.update')).toBe(false)
  })

  it('are refused when nothing of the kind is ever told', () => {
    expect(['*', 'invoice.*', 'invoice.emit', 'contract.suspend'].map(choice => choiceFault(choice, null))).toEqual([
      null,
      null,
      null,
      null,
    ])
    expect(choiceFault('invoice.emited', null)).toMatch(/invoice\.emit,/)
    expect(choiceFault('invoices.emit', null)).toMatch(/De "invoices" não há avisos/)
    for (const choice of ['', 'invoice', 'invoice.emit.x', 'invoice.EMIT', '*.emit'])
      expect(choiceFault(choice, null)).not.toBeNull()
  })
})

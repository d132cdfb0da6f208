import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { instant } from '../../core/dates.ts'
import { choiceFault } from '../../webhooks/event-types.ts'
import { pauseAfter, type Told } from '../../webhooks/form.ts'
import { finteraWebhooks as form } from './webhooks.ts'

const at = instant('2026-01-01T12:00:00.000Z')
const told: Told = {
  noun: 'invoice',
  subjectId: 1543,
  version: 2,
  event: 'emit',
  at,
  contract: { id: 410, token: 'cebec471e33560b9c579217acd739b04' },
  planId: null,
}

describe('a webhook of the seed', () => {
  it.each([
    'update',
    'emit',
    'undo_emission',
    'cancel',
    'undo_cancellation',
    'confirm_receival',
    'undo_receival',
    'receivement_error',
  ])('%s of an invoice: keys in the order of the seed', event => {
    expect(form.bodyOf({ ...told, event })).toBe(
      `{"event":"${event}","object_type":"Invoice","object_id":"1543","contract_token":"cebec471e33560b9c579217acd739b04","contract_id":"410"}`,
    )
    expect(choiceFault(`invoice.${event}`, form.events)).toBeNull()
  })

  it('change_plan has its own keys', () => {
    const body = form.bodyOf({ ...told, noun: 'contract', subjectId: 410, event: 'change_plan', planId: 7 })
    expect(body).toBe('{"event":"change_plan","plan_id":"7","contract_token":"cebec471e33560b9c579217acd739b04"}')
  })

  it('tests an address with what the seed posts, before every body too', () => {
    expect([form.ping, form.testBody(1, at), form.testsNewAddress]).toEqual(['{"test":true}', '{"test":true}', true])
  })

  it('is signed with HMAC-SHA1 over the id of the request and the body', () => {
    const headers = form.headersOf({
      messageId: 'anything',
      at,
      body: '{"test":true}',
      secrets: ['my-secret-of-16-letters', 'the-one-before'],
    })
    expect(headers).toEqual({
      'x-billimatic-requestid': 'anything',
      'x-billimatic-signature': createHmac('sha1', 'my-secret-of-16-letters').update('anything{"test":true}').digest('hex'),
    })
  })

  it('is delivered by 200 alone', () => {
    expect([200, 201, 204, 302, 500].map(form.isDelivered)).toEqual([true, false, false, false, false])
  })

  it('is tried again at about 2, 6, 12, 24 and 48 hours', () => {
    const hours = [1, 2, 3, 4, 5].map(failures => (pauseAfter(form, failures, 0.5) ?? 0) / 3_600_000)
    expect(hours.map((_, i) => hours.slice(0, i + 1).reduce((sum, pause) => sum + pause))).toEqual([2, 6, 12, 24, 48])
    expect(pauseAfter(form, 6, 0.5)).toBeNull()
    expect([pauseAfter(form, 1, 0), pauseAfter(form, 1, 1)]).toEqual([6_480_000, 7_920_000])
  })

  it('tells of nothing that the seed does not know', () => {
    expect(choiceFault('invoice.create', form.events)).toMatch(/Este formato só avisa de/)
    expect(choiceFault('customer.*', form.events)).toMatch(/Este formato só avisa de/)
    expect(choiceFault('invoice.*', form.events)).toBeNull()
    expect(choiceFault('*', form.events)).toBeNull()
  })
})

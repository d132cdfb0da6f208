import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSamples, type Samples } from '../../../test/http/sample-routes.ts'

let samples: Samples
beforeAll(async () => {
  samples = await openSamples()
})
afterAll(() => samples.app.close())

describe('a failure', () => {
  test('that is a refusal says what, where and why', async () => {
    expect((await samples.send('POST', '/v1/failures/refusal', undefined, { 'x-request-id': 'request-0001' })).body).toEqual({
      type: 'about:blank',
      title: 'Unprocessable Entity',
      status: 422,
      code: 'contract_suspended',
      detail: 'O contrato está suspenso.',
      faults: [{ path: '/contract', code: 'contract_suspended', message: 'O contrato está suspenso.' }],
      details: { since: '2026-01-01' },
      requestId: 'request-0001',
    })
  })

  test('of ours says nothing of what is inside', async () => {
    for (const kind of ['bug', 'disk']) {
      const reply = await samples.send('POST', `/v1/failures/${kind}`)
      expect(reply).toMatchObject({
        status: 500,
        body: { code: 'internal_error' },
        headers: { 'content-type': 'application/problem+json; charset=utf-8' },
      })
      expect(JSON.stringify(reply.body)).not.toMatch(/JSON|secret|ENOSPC|device|\.ts/)
    }
  })

  test('because somebody else holds what it changes asks to try again', async () => {
    const reply = await samples.send('POST', '/v1/failures/held')
    expect(reply).toMatchObject({ status: 503, body: { code: 'busy' }, headers: { 'retry-after': '2' } })
  })

  test('of the database asks to try again', async () => {
    const reply = await samples.send('POST', '/v1/failures/outage')
    expect(reply).toMatchObject({ status: 503, body: { code: 'database_unavailable' }, headers: { 'retry-after': '2' } })
    expect(JSON.stringify(reply.body)).not.toContain('10.0.0.7')
  })
})

import { type TSchema, Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { fakeApp } from '../../../test/http/fake-app.ts'
import { Day, Fields, List } from './fields.ts'
import { route } from './route.ts'

describe('a route', () => {
  const start = (body: TSchema) =>
    fakeApp(app => route(app, 'POST /v1/loose', { access: 'customers:write', summary: 'x', body }, async () => ({})))

  test.each([
    ['a text without a bound', Fields({ name: Type.String() }), 'body/name: text without maxLength'],
    ['a list without a bound', Fields({ list: Type.Array(Day()) }), 'body/list: list without maxItems'],
    ['a number without bounds', Fields({ n: Type.Integer({ minimum: 0 }) }), 'body/n: number without minimum and maximum'],
    ['an open object', Fields({ list: List(Type.Object({}), 3) }), 'body/list/*: open object'],
    ['a field that may be anything', Fields({ x: Type.Unknown() }), 'body/x: anything at all'],
    [
      'a branch without bounds',
      Fields({ x: Type.Union([Type.Null(), Fields({ y: Type.String() })]) }),
      'body/x|1/y: text without maxLength',
    ],
  ])('with %s does not start', async (_name, body, message) => {
    await expect(start(body)).rejects.toThrow(message)
  })

  test('of /v1 without access does not start', async () => {
    await expect(fakeApp(app => void app.get('/v1/free', async () => 1))).rejects.toThrow('declares no access')
  })
})

import { expect, it } from 'vitest'
import { appKeyText, credentialForms, drawCredential, grantText } from './credential.ts'

it('a key says where it comes from, shows a prefix, and is never drawn twice', () => {
  const drawn = Array.from({ length: 200 }, () => drawCredential('token'))
  for (const { prefix, text, credentials } of drawn) {
    expect(text).toMatch(new RegExp(`^bdr_${prefix}_[0-9a-f]{64}$`))
    expect(credentials).toEqual({ token: text })
  }
  expect(new Set(drawn.map(key => key.text)).size).toBe(200)
})

it('a client that says a number finds its key by the digits too', () => {
  const { credentials, text, prefix } = drawCredential('app_key')
  expect(credentials).toEqual({
    app_key: expect.stringMatching(/^[1-9]\d{12}$/),
    app_secret: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  const { app_key = '', app_secret = '' } = credentials
  expect(prefix).toBe(app_key)
  expect(appKeyText(Number(app_key), app_secret)).toBe(text)
})

it('a user is found however its address is written, its password only as it is', () => {
  const { credentials, text } = drawCredential('password_grant')
  const { client_id = '', client_secret = '', username = '', password = '' } = credentials
  const parts = { clientId: client_id, clientSecret: client_secret, username, password }
  expect(username).toMatch(/^api\.[a-z0-9]{8}@bordero\.example$/)
  expect(grantText({ ...parts, username: ` ${username.toUpperCase()} ` })).toBe(text)
  expect(grantText({ ...parts, password: password.toUpperCase() })).not.toBe(text)
})

it('nothing shown of a credential is part of its secrets', () => {
  for (const form of credentialForms) {
    const { prefix, credentials } = drawCredential(form)
    for (const secret of Object.values(credentials).filter(value => /[0-9a-f]{64}$/.test(value))) {
      expect(prefix).not.toContain(secret)
    }
  }
})

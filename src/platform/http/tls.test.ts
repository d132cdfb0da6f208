import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { expect, test } from 'vitest'
import { fakeApp } from '../../../test/http/fake-app.ts'

function pem(file: string): Buffer {
  return readFileSync(new URL(`../../../test/http/tls/${file}`, import.meta.url))
}

test('with a certificate the server speaks TLS, and tells browsers to stay with it', async () => {
  const app = await fakeApp(() => {}, { tls: { cert: pem('cert.pem'), key: pem('key.pem') } })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const [address] = app.addresses()
  const port = typeof address === 'object' ? address.port : undefined
  const headers = await new Promise(resolve =>
    get({ host: '127.0.0.1', port, path: '/health_check', ca: pem('cert.pem'), agent: false }, response =>
      resolve(response.resume().headers),
    ),
  )
  expect(headers).toMatchObject({ 'strict-transport-security': 'max-age=31536000' })
  await app.close()
})

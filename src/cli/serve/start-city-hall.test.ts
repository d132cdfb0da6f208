import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readyWords } from '../commands/city-hall.ts'
import { startTestCityHall } from './start-city-hall.ts'

test('a city hall tells where its certificates are, and a client that shows them is answered', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'city-hall-'))
  const started = await startTestCityHall({ port: 0, authority: folder, state: join(folder, 'notes.jsonl') })
  try {
    const words = readyWords(started)
    expect(words).toContain(`${join(folder, 'client.p12')} (senha bordero)`)
    expect(words).toContain(`curl --cacert ${join(folder, 'authority.pem')} --cert ${join(folder, 'client.pem')}`)
    const tls = {
      ca: readFileSync(started.files.authority),
      pfx: readFileSync(started.files.clientPkcs12),
      passphrase: started.password,
    }
    const status = await new Promise((resolve, reject) => {
      request(`${started.url}/parametrizacao/4205407/convenio`, { ...tls, agent: false }, answer => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode))
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(200)
  } finally {
    await started.close()
    rmSync(folder, { recursive: true })
  }
})

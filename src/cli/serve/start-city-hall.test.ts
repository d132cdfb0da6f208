import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Company, codesOf, operate } from '../../../test/city-hall/company.ts'
import { systemClock } from '../../platform/clock.ts'
import { certificateOf, openFolder } from '../../sandbox/city-hall/authority-folder.ts'
import type { RunningCityHall } from '../../sandbox/city-hall/city-hall.ts'
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

test('a city hall that is killed between accepting a note and answering has the note when it starts again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'city-hall-'))
  const running: ChildProcess[] = []
  const start = async () => {
    const main = new URL('../main.ts', import.meta.url).pathname
    const choices = ['--port', '0', '--authority', folder, '--state', join(folder, 'notes.jsonl')]
    const child = spawn(process.execPath, [main, '--json', 'city-hall', ...choices], { stdio: ['ignore', 'pipe', 'inherit'] })
    running.push(child)
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('the city hall ended before it stood')))
    const [line] = await Promise.race([once(child.stdout, 'data'), ended])
    // Later on it is killed, and that is no fault.
    ended.catch(() => {})
    const { baseUrl } = JSON.parse(String(line)) as { baseUrl: string }
    const credentials = openFolder(folder, systemClock.now())
    const certificate = (taxId: string) => certificateOf(credentials.authority, systemClock.now(), taxId)
    // What a client in another process knows of a city hall.
    const at = { url: baseUrl, credentials, certificate } as unknown as RunningCityHall
    return { child, at, company: new Company(at) }
  }
  try {
    const before = await start()
    await operate(before.at, 'PUT', '/faults', { faults: [{ kind: 'timeout', on: 'issue' }] })
    const unanswered = before.company
      .issue({ dCompet: '2026-11-01', dhEmi: '2026-11-01T09:00:00-03:00' })
      .catch(() => 'no answer')
    await expect.poll(async () => (await operate(before.at, 'GET', '/counters')).body.notes).toBe(1)
    before.child.kill('SIGKILL')
    expect(await unanswered).toBe('no answer')

    const after = await start()
    const again = await after.company.issue({ dCompet: '2026-11-01', dhEmi: '2026-11-01T09:00:00-03:00' })
    expect(codesOf(again)).toEqual(['E0014'])
    const found = await after.company.get('/SefinNacional/dps/DPS420540721122233300018100001000000000001001')
    expect(found.body.chaveAcesso).toHaveLength(50)
  } finally {
    for (const child of running) child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  }
})

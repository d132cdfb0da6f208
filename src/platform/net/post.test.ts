import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { readDestination } from './destination.ts'
import { Line, PostError, type PostLimits, type Resolve, usualLimits } from './post.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const nobody: Resolve = () => Promise.reject(new Error('no name was to be asked for'))
const short: PostLimits = { ...usualLimits, totalMs: 150 }

async function post(url: string, { resolve = nobody, limits = usualLimits, sandbox = true } = {}) {
  const destination = readDestination(url, sandbox)
  if (typeof destination === 'string') throw new Error(destination)
  const line = await Line.to(destination, sandbox, resolve, limits)
  try {
    return await line.post(Buffer.from('{"a":1}'), { 'content-type': 'application/json' })
  } finally {
    line.close()
  }
}

const failure = (posting: Promise<unknown>) =>
  posting.then(
    () => 'went through',
    (error: unknown) => (error instanceof PostError ? error.failure : String(error)),
  )

describe('a POST to somebody else', () => {
  it('brings the bytes and tells the answer, bounded', async () => {
    const seen: string[] = []
    const port = await listen((request, response) => {
      request.on('data', chunk => seen.push(String(chunk)))
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${request.headers.host} ${request.headers['content-length']}`)
        response.writeHead(201, { 'set-cookie': 'session=1', 'x-long': 'y'.repeat(5000), 'x-short': 'z' })
        response.end(`a\0${'b'.repeat(100_000)}`)
      })
    })
    const { status, headers, answer } = await post(`http://127.0.0.1:${port}/hook?a=1`)
    expect(seen).toEqual(['{"a":1}', `POST /hook?a=1 127.0.0.1:${port} 7`])
    expect([status, answer.length, answer.slice(0, 3)]).toEqual([201, 4096, 'a\ufffdb'])
    expect(JSON.stringify(headers).length).toBeLessThan(2100)
    expect(headers).not.toHaveProperty('set-cookie')
  })

  it('does not follow a redirect, wherever it leads', async () => {
    const inside: string[] = []
    const secret = await listen((request, response) => {
      inside.push(String(request.url))
      response.end('credentials')
    })
    const port = await listen((_, response) => response.writeHead(302, { location: `http://127.0.0.1:${secret}/` }).end())
    expect((await post(`http://127.0.0.1:${port}/`)).status).toBe(302)
    expect(inside).toEqual([])
  })

  it('gives up on one that stalls before, and within, its answer', async () => {
    const silent = await listen(() => {})
    expect(await failure(post(`http://127.0.0.1:${silent}/`, { limits: short }))).toBe('timeout')
    const slow = await listen((_, response) => {
      response.writeHead(200)
      response.write('a')
    })
    expect(await failure(post(`http://127.0.0.1:${slow}/`, { limits: short }))).toBe('timeout')
  })

  it('tells one that hangs up, or is not there, from one that answers', async () => {
    const rude = await listen(request => request.socket.destroy())
    expect(await failure(post(`http://127.0.0.1:${rude}/`))).toBe('unreachable')
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise(resolve => server.close(resolve))
    expect(await failure(post(`http://127.0.0.1:${port}/`))).toBe('unreachable')
  })

  it('asks for a name once, and speaks to the address that was judged: what the name says afterwards changes nothing', async () => {
    const port = await listen((request, response) => response.end(request.headers.host))
    const answers = [['127.0.0.1'], ['10.0.0.1']]
    let asked = 0
    const resolve: Resolve = async () => answers[asked++] ?? []
    const { answer } = await post(`http://rebinding.localhost:${port}/`, { resolve })
    expect([answer, asked]).toEqual([`rebinding.localhost:${port}`, 1])
  })

  it('refuses a name of which one address is not public, and one that has none', async () => {
    const to = (...addresses: string[]) =>
      failure(post('https://example.com/', { resolve: async () => addresses, sandbox: false }))
    expect(await to('8.8.8.8', '127.0.0.1')).toBe('address_refused')
    expect(await to('169.254.169.254')).toBe('address_refused')
    expect(await to('::ffff:10.0.0.1')).toBe('address_refused')
    expect(await to('64:ff9b::7f00:1')).toBe('address_refused')
    expect(await to()).toBe('unreachable')
  })

  it('lets a sandbox speak to this machine without TLS, and never to another one', async () => {
    const away = { resolve: async () => ['93.184.216.34'] }
    expect(await failure(post('http://a.localhost:9000/', away))).toBe('address_refused')
  })

  it('does not wait for ever for a name', async () => {
    const never: Resolve = () => new Promise(() => {})
    expect(await failure(post('https://example.com/', { resolve: never, limits: short, sandbox: false }))).toBe('timeout')
    const unknown: Resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
    expect(await failure(post('https://example.com/', { resolve: unknown, sandbox: false }))).toBe('unreachable')
  })
})

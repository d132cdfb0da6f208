import { readFileSync } from 'node:fs'
import type { App } from '../platform/http/route.ts'

/** The first page that somebody sees who opens the server's address: the last run, how to prove it, and where to go on. */
export function registerHome(app: App): void {
  const page = readFileSync(new URL('home/index.html', import.meta.url))
  const script = readFileSync(new URL('home/home.js', import.meta.url))
  app.get('/', { schema: { hide: true } }, async (_request, reply) => reply.type('text/html; charset=utf-8').send(page))
  app.get('/home.js', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(script),
  )
}

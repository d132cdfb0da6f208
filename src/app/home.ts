import { readFileSync } from 'node:fs'
import type { App } from '../platform/http/route.ts'

const files = [
  { url: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { url: '/home.js', file: 'home.js', type: 'text/javascript; charset=utf-8' },
  { url: '/home-words.js', file: 'home-words.js', type: 'text/javascript; charset=utf-8' },
  { url: '/home.css', file: 'home.css', type: 'text/css; charset=utf-8' },
] as const

/** The first page that somebody sees who opens the server's address: the last run, how to prove it, and where to go on. */
export function registerHome(app: App): void {
  for (const { url, file, type } of files) {
    const content = readFileSync(new URL(`home/${file}`, import.meta.url))
    app.get(url, { schema: { hide: true } }, async (_request, reply) => reply.type(type).send(content))
  }
}

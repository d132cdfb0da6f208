import { readFileSync } from 'node:fs'
import type { App } from './route.ts'

const files = [
  { url: '/docs', file: 'index.html', type: 'text/html; charset=utf-8' },
  { url: '/docs/docs.js', file: 'docs.js', type: 'text/javascript; charset=utf-8' },
  { url: '/docs/docs.css', file: 'docs.css', type: 'text/css; charset=utf-8' },
  { url: '/docs/icon.svg', file: 'icon.svg', type: 'image/svg+xml' },
] as const

/** The API's document, and a page that shows it: both without anything from another host. */
export function addDocs(app: App): void {
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    return reply.type('application/json; charset=utf-8').send(documentText(app))
  })
  for (const { url, file, type } of files) {
    const content = readFileSync(new URL(`docs/${file}`, import.meta.url))
    app.get(url, { schema: { hide: true } }, async (_request, reply) => reply.type(type).send(content))
  }
}

/** As committed in api/openapi.json. */
export function documentText(app: App): string {
  return `${JSON.stringify(app.swagger(), null, 2)}\n`
}

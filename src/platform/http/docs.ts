import { createHash } from 'node:crypto'
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
  // Made when somebody asks first, and once: everybody may ask, and it takes a while.
  let document: { text: string; etag: string } | undefined
  app.get('/openapi.json', { schema: { hide: true } }, async (request, reply) => {
    document ??= tagged(documentText(app))
    reply.header('etag', document.etag).header('cache-control', 'no-cache')
    if (isKnown(request.headers['if-none-match'], document.etag)) return reply.code(304).send()
    return reply.type('application/json; charset=utf-8').send(document.text)
  })
  for (const { url, file, type } of files) {
    const content = readFileSync(new URL(`docs/${file}`, import.meta.url))
    app.get(url, { schema: { hide: true } }, async (_request, reply) => reply.type(type).send(content))
  }
}

function tagged(text: string): { text: string; etag: string } {
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url')}"` }
}

/** As RFC 9110 compares for this header: weakly, among several or any. */
function isKnown(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map(tag => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}

/** As committed in api/openapi.json. */
export function documentText(app: App): string {
  return `${JSON.stringify(app.swagger(), null, 2)}\n`
}

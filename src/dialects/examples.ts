import { existsSync, readFileSync } from 'node:fs'
import type { ForeignExample } from '../platform/http/foreign-document.ts'

/** What an operation is sent and answers, of its first golden transcript; null: it has none. */
export function exampleOf(dialect: string, operation: string): ForeignExample | null {
  const file = new URL(`${dialect}/golden/${operation}.json`, import.meta.url)
  if (!existsSync(file)) return null
  // Held by the test that replays it.
  const { body, status, answer } = JSON.parse(readFileSync(file, 'utf8')) as ForeignExample
  const shown = { ...(body !== undefined && { body: filled(body) }), status }
  return answer === undefined ? shown : { ...shown, answer: filled(answer) }
}

/** `{{name}}` stands for what only a server can know. */
function filled(value: unknown): unknown {
  if (typeof value === 'string') {
    if (value === '{{key}}') return 'bdr_…'
    return /^\{\{\w+\}\}$/.test(value) ? 1 : value.replaceAll(/\{\{\w+\}\}/g, '1')
  }
  if (Array.isArray(value)) return value.map(filled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filled(inner)]))
}

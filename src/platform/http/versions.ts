import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { refuse } from '../../core/refusal.ts'

export function etagOf(version: number): string {
  return `"v${version}"`
}

/** The version that the caller saw, from `If-Match`. Verbs compare it and refuse `stale_version` with 412. */
export function expectedVersion(request: FastifyRequest): number {
  const header = request.headers['if-match']
  if (header === undefined) {
    refuse('precondition_required', 'Envie o cabeçalho If-Match com o ETag da versão que você leu.', { status: 428 })
  }
  const match = /^"v([1-9]\d{0,9})"$/.exec(header)
  if (match === null) refuse('invalid_if_match', 'O cabeçalho If-Match deve trazer um ETag como "v3".', { status: 400 })
  return Number(match[1])
}

/** Of bytes that have no version. */
export function contentEtag(content: Buffer): string {
  return `"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`
}

/** Whether the caller has it, by `If-None-Match`: one ETag, several, or any; weak ones count (RFC 9110, 13.1.2). */
export function isAlreadyThere(request: FastifyRequest, etag: string): boolean {
  const header = request.headers['if-none-match']
  if (header === undefined) return false
  return header.trim() === '*' || header.split(',').some(one => one.trim().replace(/^W\//, '') === etag)
}

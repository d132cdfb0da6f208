import { isUtf8 } from 'node:buffer'
import { gunzipSync } from 'node:zlib'
import { about, type Problem, envelopeProblems as problems } from './problem.ts'

export type Opened = { readonly xml: string; readonly problem?: undefined } | { readonly problem: Problem }

/** What a document may have when it is unpacked: a gzip of a few kilobytes can hold gigabytes. */
export const mostBytes = 2 * 1024 * 1024

/** Takes the XML out of `{"member": "base64 of gzip"}`, which may have no other member. */
export function openEnvelope(body: Buffer, member: string): Opened {
  const packed = memberOf(body, member)
  if (typeof packed !== 'string') return { problem: packed }
  const bare = packed.replace(/[\r\n]/g, '')
  const bytes = Buffer.from(bare, 'base64')
  // Node skips what is not base64 instead of refusing it.
  if (bytes.length === 0 || bytes.toString('base64') !== padded(bare)) return { problem: problems.notBase64 }
  let unpacked: Buffer
  try {
    unpacked = gunzipSync(bytes, { maxOutputLength: mostBytes })
  } catch (error) {
    return { problem: about(problems.notGzip, error instanceof Error ? error.message : '') }
  }
  return isUtf8(unpacked) ? { xml: unpacked.toString('utf8') } : { problem: problems.notUtf8 }
}

const padded = (base64: string) => base64.padEnd(Math.ceil(base64.length / 4) * 4, '=')

function memberOf(body: Buffer, member: string): string | Problem {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch {
    return about(problems.other, 'O corpo não é JSON.')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return about(problems.other, 'O corpo não é um objeto.')
  const entries = Object.entries(parsed)
  const unknown = entries.find(([name]) => name !== member)?.[0]
  if (unknown !== undefined) return about(problems.other, `Membro desconhecido: ${unknown}.`)
  const value: unknown = entries[0]?.[1]
  return typeof value === 'string' ? value : about(problems.other, `Falta o membro ${member}, um texto.`)
}

/** The root element as it was written: the declaration and comments before it are no part of it. Blanks and marks of order as well. */
export function elementIn(xml: string): string {
  const before = /^(?:\s|<\?[^>]*\?>|<!--[\s\S]*?-->)*/.exec(xml)?.[0].length ?? 0
  return xml.slice(before, xml.lastIndexOf('>') + 1)
}

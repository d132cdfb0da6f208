import type { Fault } from '../../core/refusal.ts'
import { misleads } from '../../core/text.ts'
import { pointerTo } from './json-pointer.ts'

export const deepest = 32

/**
 * What PostgreSQL cannot hold: the NUL character, and half of a surrogate pair, in values and names alike; JSON may carry both as
 * escapes. And what makes a text look other than it is, to whoever reads it on an invoice or in a terminal. Nesting beyond any of our schemas is named here too, so that nothing after it needs care.
 */
export function textFaults(root: unknown): Fault[] {
  const faults: Fault[] = []
  const open: { value: unknown; path: string; depth: number }[] = [{ value: root, path: '', depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path, depth } = next
    if (typeof value === 'string') {
      if (!isStorable(value))
        faults.push({ path, code: 'invalid_text', message: 'O texto contém um caractere que não pode ser guardado.' })
      else if (misleads(value))
        faults.push({
          path,
          code: 'invalid_text',
          message: 'O texto contém um caractere invisível de controle ou de direção; retire-o.',
        })
    } else if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value)) {
      if (depth === deepest) return [{ path, code: 'too_deep', message: `O conteúdo tem mais de ${deepest} níveis.` }]
      for (const [name, child] of Object.entries(value)) {
        if (!isStorable(name))
          faults.push({
            path,
            code: 'invalid_text',
            message: 'O nome de um campo contém um caractere que não pode ser guardado.',
          })
        else if (typeof child === 'string' || typeof child === 'object')
          open.push({ value: child, path: pointerTo(path, name), depth: depth + 1 })
      }
    }
  }
  return faults
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

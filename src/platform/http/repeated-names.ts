import type { Fault } from '../../core/refusal.ts'
import { pointerTo } from './json-pointer.ts'
import { deepest } from './text-faults.ts'

/** An object with the names that it has had, or a list; and where in it we are. */
type Open = { names: Set<string> | null; at: string | number }

const QUOTE = 34
const COMMA = 44
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/**
 * Names that one object of a JSON text has twice. JSON.parse takes the last without a word, and another reader the first: nobody can
 * know which was meant. `text` must be JSON that parses, which makes one look at each character enough (a megabyte of contracts takes 15 ms).
 * Ends with the `most`-th fault, and below the depth that is refused anyway.
 */
export function repeatedNames(text: string, most: number): Fault[] {
  const faults: Fault[] = []
  const open: Open[] = []
  let isName = false
  for (let i = 0; i < text.length && faults.length < most && open.length <= deepest; i++) {
    const inside = open.at(-1)
    switch (text.charCodeAt(i)) {
      case QUOTE: {
        const end = endOfString(text, i)
        if (isName && inside?.names) {
          inside.at = nameOf(text, i, end)
          if (inside.names.has(inside.at)) faults.push(repeated(open, inside.at))
          inside.names.add(inside.at)
          isName = false
        }
        i = end
        break
      }
      case OPEN_OBJECT:
        open.push({ names: new Set(), at: '' })
        isName = true
        break
      case OPEN_LIST:
        open.push({ names: null, at: 0 })
        isName = false
        break
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        open.pop()
        isName = false
        break
      case COMMA:
        isName = inside?.names != null
        if (typeof inside?.at === 'number') inside.at++
    }
  }
  return faults
}

/** The same name may be written with escapes and without. */
function nameOf(text: string, start: number, end: number): string {
  const name = text.slice(start + 1, end)
  return name.includes('\\') ? JSON.parse(`"${name}"`) : name
}

/** The place of the quote that ends it: one with no backslash before it, or with an even number of them. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return end
  }
}

function repeated(open: readonly Open[], name: string): Fault {
  return repeatedName(
    open.reduce((path, { at }) => pointerTo(path, at), ''),
    name,
  )
}

/** @param path a JSON pointer to where it stands */
export function repeatedName(path: string, name: string): Fault {
  return { path, code: 'duplicate_name', message: `O campo "${name.slice(0, 60)}" veio mais de uma vez; envie-o uma vez só.` }
}

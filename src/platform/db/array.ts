type Element = string | number | bigint | boolean | null

/**
 * Values as one PostgreSQL array literal, for bulk statements: sql`cast(${pgArray(ids)}::text as bigint[])`.
 * The same text on both engines; a driver's own array handling is not.
 */
export function pgArray(values: Iterable<Element>): string {
  const elements: string[] = []
  for (const value of values) elements.push(showElement(value))
  return `{${elements.join(',')}}`
}

const needsEscape = /["\\]/

function showElement(value: Element): string {
  if (value === null) return 'NULL'
  if (typeof value !== 'string') return String(value)
  return needsEscape.test(value) ? `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : `"${value}"`
}

/** Reads the array literals that PostgreSQL writes: one dimension, `{a,"b c",NULL}`. */
export function parseArray<T>(text: string, parseElement: (text: string) => T): (T | null)[] {
  if (text === '{}') return []
  const list: (T | null)[] = []
  let at = 1
  while (at < text.length) {
    const element = text[at] === '"' ? quotedElement(text, at) : bareElement(text, at)
    list.push(element.value === null ? null : parseElement(element.value))
    at = element.end + 1
  }
  return list
}

interface Read {
  value: string | null
  /** Where the comma or the closing brace stands. */
  end: number
}

function bareElement(text: string, start: number): Read {
  if (text[start] === '{' || text[start] === '[') throw new TypeError(`only arrays of one dimension are read: ${text}`)
  let end = start
  while (end < text.length && text[end] !== ',' && text[end] !== '}') end++
  const value = text.slice(start, end)
  return { value: value === 'NULL' ? null : value, end }
}

function quotedElement(text: string, start: number): Read {
  let value = ''
  let at = start + 1
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\') at++
    value += text[at]
    at++
  }
  return { value, end: at + 1 }
}

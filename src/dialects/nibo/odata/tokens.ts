// The words of an OData expression (OASIS OData 4.01, part 2, §5.1.1; ABNF of its literals).

import { type CivilDate, type Instant, nearestCivilDate, parseInstant } from '../../../core/dates.ts'
import { type Decimal, parseDecimal } from '../../../core/money.ts'
import { isGuid } from '../guid.ts'
import { refuseWith } from '../words.ts'

export type Literal =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'number'; readonly value: Decimal }
  | { readonly type: 'day'; readonly value: CivilDate }
  | { readonly type: 'moment'; readonly value: Instant }
  | { readonly type: 'guid'; readonly value: string }
  | { readonly type: 'flag'; readonly value: boolean }
  | { readonly type: 'null'; readonly value: null }

export type Token =
  | { readonly kind: 'literal'; readonly literal: Literal; readonly at: number }
  /** A property (`stakeholder/name`), a function or an operator. */
  | { readonly kind: 'word'; readonly word: string; readonly at: number }
  | { readonly kind: '(' | ')' | ','; readonly at: number }

/** Longer than any client's, and short enough to be read at once. */
const MOST_CHARS = 4000

export function tokensOf(text: string): Token[] {
  if (text.length > MOST_CHARS) refuseWith(`A expressão tem mais de ${MOST_CHARS} caracteres.`)
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    const char = text[at] ?? ''
    if (/\s/.test(char)) {
      at++
    } else if (char === '(' || char === ')' || char === ',') {
      tokens.push({ kind: char, at })
      at++
    } else if (char === "'") {
      const quoted = quotedAt(text, at)
      tokens.push({ kind: 'literal', literal: { type: 'text', value: quoted.value }, at })
      at = quoted.end
    } else {
      const word = /^[^\s(),']+/.exec(text.slice(at))?.[0] ?? ''
      tokens.push(bare(word, at))
      at += word.length
    }
  }
  return tokens
}

/** A quote within is written twice. */
function quotedAt(text: string, at: number): { value: string; end: number } {
  const parts: string[] = []
  for (let from = at + 1; ; ) {
    const end = text.indexOf("'", from)
    if (end < 0) return refuseWith(`There is an unterminated string literal at position ${text.length} in '${text}'.`)
    parts.push(text.slice(from, end))
    if (text[end + 1] !== "'") return { value: parts.join("'"), end: end + 1 }
    from = end + 2
  }
}

function bare(word: string, at: number): Token {
  const literal = literalOf(word)
  if (literal !== null) return { kind: 'literal', literal, at }
  if (/^[A-Za-z_]\w*(?:\/[A-Za-z_]\w*)*$/.test(word)) return { kind: 'word', word, at }
  return refuseWith(`Syntax error: character or literal '${word.slice(0, 100)}' is not valid at position ${at}.`)
}

function literalOf(word: string): Literal | null {
  if (word === 'null') return { type: 'null', value: null }
  if (word === 'true' || word === 'false') return { type: 'flag', value: word === 'true' }
  if (isGuid(word)) return { type: 'guid', value: word.toLowerCase() }
  const number = /^-?\d+(?:\.\d+)?$/.test(word) ? parseDecimal(word) : null
  if (number !== null) return { type: 'number', value: number }
  // 0001-01-01 and 9999-12-31 are the least and the most of a .NET client: before and after all that there is.
  const day = nearestCivilDate(word)
  if (day !== null) return { type: 'day', value: day }
  const moment = /^\d{4}-\d{2}-\d{2}T/.test(word) ? momentOf(word) : null
  return moment === null ? null : { type: 'moment', value: moment }
}

/** Without a zone it is told in UTC, as a server of theirs would. */
function momentOf(word: string): Instant | null {
  const zoned = /(?:Z|[+-]\d{2}:\d{2})$/i.test(word) ? word : `${word}Z`
  const said = word.slice(0, 10)
  const day = nearestCivilDate(said)
  if (day === null || day === said) return parseInstant(zoned)
  // Of a year beyond the calendar nobody asks for the hour; a wrong one is none all the same.
  return parseInstant(`2000${zoned.slice(4)}`) === null ? null : parseInstant(`${day}T12:00:00Z`)
}

// The grammar of $filter, by recursive descent. Nothing is known here of what properties there are.

import { refuseWith } from '../words.ts'
import { type Literal, type Token, tokensOf } from './tokens.ts'

export const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const
export type Comparison = (typeof comparisons)[number]

export const functionNames = ['contains', 'startswith', 'tolower', 'year', 'month'] as const
export type FunctionName = (typeof functionNames)[number]

export type Expression =
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'property'; readonly path: string }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Expression[] }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }

/** How deep brackets, calls and negations may stand in each other. */
const MOST_DEPTH = 40

export function parseExpression(text: string): Expression {
  return new Parser(text).whole()
}

class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokensOf(text)
  }

  whole(): Expression {
    const expression = this.#or()
    if (this.#next < this.#tokens.length) this.#unexpected()
    return expression
  }

  #or(): Expression {
    return this.#joined('or', () => this.#joined('and', () => this.#not()))
  }

  #joined(word: 'and' | 'or', part: () => Expression): Expression {
    const parts = [part()]
    while (this.#takes(word)) parts.push(part())
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : { kind: word, of: parts }
  }

  #not(): Expression {
    if (!this.#takes('not')) return this.#comparison()
    return this.#within(() => ({ kind: 'not', of: this.#not() }))
  }

  #comparison(): Expression {
    const left = this.#value()
    const by = comparisons.find(word => this.#takes(word))
    return by === undefined ? left : { kind: 'compare', by, left, right: this.#value() }
  }

  #value(): Expression {
    const token = this.#tokens[this.#next]
    if (token === undefined) return this.#unexpected()
    this.#next++
    if (token.kind === 'literal') return { kind: 'literal', literal: token.literal }
    if (token.kind === '(') {
      const inner = this.#within(() => this.#or())
      this.#expect(')')
      return inner
    }
    if (token.kind !== 'word' || isOperator(token.word)) {
      this.#next--
      return this.#unexpected()
    }
    return this.#tokens[this.#next]?.kind === '(' ? this.#call(token.word) : { kind: 'property', path: token.word }
  }

  #call(word: string): Expression {
    const name = functionNames.find(known => known === word.toLowerCase())
    if (name === undefined) return refuseWith(`An unknown function with name '${word.slice(0, 100)}' was found.`)
    this.#expect('(')
    const args = this.#within(() => {
      const all = [this.#or()]
      while (this.#tokens[this.#next]?.kind === ',') {
        this.#next++
        all.push(this.#or())
      }
      return all
    })
    this.#expect(')')
    return { kind: 'call', name, args }
  }

  #within<T>(read: () => T): T {
    if (++this.#depth > MOST_DEPTH) refuseWith('The recursion limit has been exceeded: the expression is too deep.')
    const inner = read()
    this.#depth--
    return inner
  }

  #takes(word: string): boolean {
    const token = this.#tokens[this.#next]
    // As their document has them: `year(dueDate) eq 2023 AND month(dueDate) eq 10`.
    if (token?.kind !== 'word' || token.word.toLowerCase() !== word) return false
    this.#next++
    return true
  }

  #expect(kind: '(' | ')'): void {
    if (this.#tokens[this.#next]?.kind !== kind) this.#unexpected()
    this.#next++
  }

  #unexpected(): never {
    const at = this.#tokens[this.#next]?.at ?? this.#text.length
    return refuseWith(`Syntax error at position ${at} in '${this.#text}'.`)
  }
}

function isOperator(word: string): boolean {
  const said = word.toLowerCase()
  return said === 'and' || said === 'or' || said === 'not' || comparisons.some(known => known === said)
}

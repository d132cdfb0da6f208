import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../../core/refusal.ts'
import { Worded } from '../../worded.ts'
import { parseExpression } from './expression.ts'
import { readListQuery } from './query.ts'
import type { Fields } from './typed.ts'

const fields: Fields = {
  scheduleid: { type: 'guid', noun: 'receivable' },
  'stakeholder/name': { type: 'text' },
  duedate: { type: 'day' },
  value: { type: 'number' },
  ispaid: { type: 'flag' },
}

const asked = { fields, called: 'Schedule', inner: ['stakeholder', 'category'] }
const read = (params: Record<string, string>) => readListQuery(new URLSearchParams(params), asked)

function told(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof Worded) return String(Reflect.get(error.answer.body ?? {}, 'error_description'))
    throw error
  }
  throw new Error('it was not refused')
}

const filtered = (text: string) => told(() => read({ $filter: text }))

describe('what is refused of a query, in their words', () => {
  test('a property that is not there', () => {
    expect(filtered('nope eq 1')).toBe("Could not find a property named 'nope' on type 'Schedule'.")
    expect(filtered('constructor eq 1')).toBe("Could not find a property named 'constructor' on type 'Schedule'.")
    expect(told(() => read({ $orderby: 'id' }))).toBe("Could not find a property named 'id' on type 'Schedule'.")
  })

  test('types that do not go together', () => {
    expect(filtered("scheduleId eq '1f4d5c78-7f34-4c9f-91c3-6d53728c35a5'")).toBe(
      "A binary operator with incompatible types was detected. Found operand types 'Edm.Guid' and 'Edm.String' for operator kind 'Equal'.",
    )
    expect(filtered('value gt isPaid')).toContain("'Edm.Decimal' and 'Edm.Boolean' for operator kind 'GreaterThan'")
    expect(filtered('year(value) eq 1')).toContain("with name 'year'")
    expect(filtered('value')).toContain('single boolean value')
  })

  test('skipping without an order', () => {
    expect(told(() => read({ $skip: '10' }))).toContain("The method 'Skip' is only supported for sorted input")
    expect(read({ $skip: '10', $orderby: 'dueDate' }).skip).toBe(10)
  })

  test('what is to be expanded and stands in no row, or is a value', () => {
    expect(read({ $expand: 'category, Stakeholder' })).toEqual(read({}))
    expect(read({ $expand: '' })).toEqual(read({}))
    const expanded = (text: string) => told(() => read({ $expand: text }))
    expect(expanded('category,nope')).toBe("Could not find a property named 'nope' on type 'Schedule'.")
    expect(expanded('constructor')).toBe("Could not find a property named 'constructor' on type 'Schedule'.")
    expect(expanded('value')).toContain("Property 'value' on type 'Schedule' is not a navigation property")
    for (const text of ['category(', 'category($select=name)', 'category name', ',', '*']) {
      expect(expanded(text)).toContain('Syntax error in $expand')
    }
  })

  test('an option of OData that is not known, for whoever sends one counts on it', () => {
    for (const name of ['$select', '$SEARCH', '$apply', '$']) {
      expect(told(() => read({ [name]: 'value' }))).toBe(`The query parameter '${name.toLowerCase()}' is not supported.`)
    }
    // Told in every answer, or no option of OData at all.
    expect(read({ $count: 'true', $inlinecount: 'allpages', $format: 'json', Organization: 'x', apitoken: 'y' })).toEqual(
      read({}),
    )
  })

  test('numbers that are none, words that are none', () => {
    for (const top of ['-1', 'x', '1.5']) expect(told(() => read({ $top: top }))).toContain('$top')
    for (const text of [
      "'open",
      'value eq',
      'eq 1',
      '(value eq 1',
      'value eq 1)',
      'value eq 1 value',
      'length(x) eq 1',
      'value # 1',
      'contains(',
    ])
      expect(filtered(text), text).toMatch(/yntax error|unterminated|unknown function/)
  })

  test('a thousand brackets, calls or negations', () => {
    for (const text of [
      `${'('.repeat(1000)}isPaid${')'.repeat(1000)}`,
      `${'not '.repeat(900)}isPaid`,
      `${'tolower('.repeat(400)}`,
    ])
      expect(filtered(text), text.slice(0, 20)).toContain('recursion limit')
    expect(filtered(`value eq ${'1'.repeat(5000)}`)).toContain('4000')
  })
})

describe('a query', () => {
  test('has five hundred rows at most', () => {
    expect(read({ $top: '9999' }).top).toBe(500)
    expect(read({}).top).toBe(500)
    expect(read({ $TOP: '0' }).top).toBe(0)
  })

  test('of any text is an expression or is refused, and nothing else', () => {
    const word = fc.constantFrom(
      'value',
      'eq',
      'and',
      'or',
      'not',
      '(',
      ')',
      "'a'",
      '1',
      'true',
      'null',
      'contains',
      ',',
      'dueDate',
      '2024-01-01',
      'x/y',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word, { maxLength: 30 }).map(words => words.join(' ')),
          fc.string(),
        ),
        text => {
          try {
            read({ $filter: text })
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('may write its operators as their document does, in capitals', () => {
    const small = 'year(dueDate) eq 2023 and not (value le 1 or isPaid)'
    const capital = 'year(dueDate) EQ 2023 AND NOT (value Le 1 OR isPaid)'
    expect(parseExpression(capital)).toEqual(parseExpression(small))
    expect(filtered('AND eq 1')).toContain('Syntax error')
  })

  test('and binds closer than or, not closer than both', () => {
    expect(parseExpression('a or b and not c')).toEqual({
      kind: 'or',
      of: [
        { kind: 'property', path: 'a' },
        {
          kind: 'and',
          of: [
            { kind: 'property', path: 'b' },
            { kind: 'not', of: { kind: 'property', path: 'c' } },
          ],
        },
      ],
    })
  })
})

// An expression held against the properties of a resource: each part has a type, and what does not fit is refused in their words.

import type { CivilDate, Instant } from '../../../core/dates.ts'
import type { Decimal } from '../../../core/money.ts'
import { fromGuid, type GuidNoun } from '../guid.ts'
import { refuseWith } from '../words.ts'
import type { Comparison, Expression } from './expression.ts'

/** `guid`: a number of ours, shown as one. */
export type FieldType = 'text' | 'number' | 'day' | 'moment' | 'flag' | 'guid'

/** What may be asked of one property. */
export interface Field {
  readonly type: FieldType
  /** Of a GUID. */
  readonly noun?: GuidNoun
}

/** By their paths in lower case: names are read in any case, as in bodies. */
export type Fields = Readonly<Record<string, Field>>

/** A value, or a property, of a type. A GUID's value is our number, 0 of one that is nobody's. */
export type Typed =
  | { readonly kind: 'value'; readonly type: 'text'; readonly value: string }
  | { readonly kind: 'value'; readonly type: 'number'; readonly value: Decimal }
  | { readonly kind: 'value'; readonly type: 'day'; readonly value: CivilDate }
  | { readonly kind: 'value'; readonly type: 'moment'; readonly value: Instant }
  | { readonly kind: 'value'; readonly type: 'guid'; readonly value: number }
  | { readonly kind: 'value'; readonly type: 'null'; readonly value: null }
  | { readonly kind: 'field'; readonly type: FieldType; readonly path: string }
  | { readonly kind: 'lower'; readonly type: 'text'; readonly of: Typed }
  | { readonly kind: 'part'; readonly type: 'number'; readonly part: 'year' | 'month'; readonly of: Typed }
  | {
      readonly kind: 'holds'
      readonly type: 'flag'
      readonly where: 'anywhere' | 'first'
      readonly text: Typed
      readonly part: Typed
    }

/** What is either so or not: null is no third answer (OData 4.01, part 2, §5.1.1.1). */
export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  /** A flag, or a function that answers one. */
  | { readonly kind: 'is'; readonly of: Typed }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly left: Typed; readonly right: Typed }
  | { readonly kind: 'equal-conditions'; readonly isEqual: boolean; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }

/** `called`: how the resource is named where a property of it is not found. */
export function conditionOf(expression: Expression, fields: Fields, called: string): Condition {
  const condition = new Typing(fields, called).read(expression)
  return isCondition(condition) ? condition : notBoolean()
}

/** The property by which something is sorted. */
export function fieldAt(path: string, fields: Fields, called: string): { path: string; field: Field } {
  const known = path.toLowerCase()
  const field = Object.hasOwn(fields, known) ? fields[known] : undefined
  if (field !== undefined) return { path: known, field }
  return refuseWith(`Could not find a property named '${path.slice(0, 100)}' on type '${called}'.`)
}

class Typing {
  readonly #fields: Fields
  readonly #called: string

  constructor(fields: Fields, called: string) {
    this.#fields = fields
    this.#called = called
  }

  read(it: Expression): Condition | Typed {
    switch (it.kind) {
      case 'literal':
        return this.#literal(it.literal)
      case 'property': {
        const { path, field } = fieldAt(it.path, this.#fields, this.#called)
        const typed: Typed = { kind: 'field', type: field.type, path }
        return field.type === 'flag' ? { kind: 'is', of: typed } : typed
      }
      case 'call':
        return this.#call(it.name, it.args)
      case 'and':
      case 'or':
        return { kind: it.kind, of: it.of.map(part => this.#condition(part)) }
      case 'not':
        return { kind: 'not', of: this.#condition(it.of) }
      case 'compare':
        return this.#comparison(it.by, it.left, it.right)
    }
  }

  #literal(literal: Extract<Expression, { kind: 'literal' }>['literal']): Condition | Typed {
    if (literal.type === 'flag') return { kind: 'constant', value: literal.value }
    // Of which noun it is, is known beside its property.
    if (literal.type === 'guid') return { kind: 'value', type: 'guid', value: 0 }
    return { kind: 'value', ...literal }
  }

  #condition(it: Expression): Condition {
    const read = this.read(it)
    return isCondition(read) ? read : notBoolean()
  }

  #typed(it: Expression): Typed {
    const read = this.read(it)
    if (!isCondition(read)) return read
    return refuseWith(
      `A binary operator with incompatible types was detected: 'Edm.Boolean' stands where another type is expected.`,
    )
  }

  #comparison(by: Comparison, a: Expression, b: Expression): Condition {
    const [left, right] = [this.#withNoun(a, b), this.#withNoun(b, a)]
    if (isCondition(left) && isCondition(right)) {
      if (by !== 'eq' && by !== 'ne') return incompatible('flag', 'flag', by)
      return { kind: 'equal-conditions', isEqual: by === 'eq', left, right }
    }
    const [l, r] = [asTyped(left), asTyped(right)]
    if (l.type === 'null' || r.type === 'null') {
      if (by === 'eq' || by === 'ne') return { kind: 'compare', by, left: l, right: r }
      return { kind: 'constant', value: false }
    }
    const [first, second] = alike(l, r)
    if (first.type !== second.type) return incompatible(l.type, r.type, by)
    if ((first.type === 'guid' || first.type === 'flag') && by !== 'eq' && by !== 'ne') return incompatible(l.type, r.type, by)
    return { kind: 'compare', by, left: first, right: second }
  }

  /** A GUID means what the property beside it means. */
  #withNoun(it: Expression, beside: Expression): Condition | Typed {
    if (it.kind !== 'literal' || it.literal.type !== 'guid' || beside.kind !== 'property') return this.read(it)
    const { field } = fieldAt(beside.path, this.#fields, this.#called)
    const number = field.noun === undefined ? null : fromGuid(field.noun, it.literal.value)
    return { kind: 'value', type: 'guid', value: number ?? 0 }
  }

  #call(name: Extract<Expression, { kind: 'call' }>['name'], args: readonly Expression[]): Condition | Typed {
    const typed = args.map(arg => this.#typed(arg))
    const [first, second] = typed
    const fits = (it: Typed | undefined, ...types: (FieldType | 'null')[]): it is Typed =>
      it !== undefined && types.includes(it.type)
    switch (name) {
      case 'contains':
      case 'startswith':
        if (typed.length === 2 && fits(first, 'text') && fits(second, 'text')) {
          const where = name === 'contains' ? 'anywhere' : 'first'
          return { kind: 'is', of: { kind: 'holds', type: 'flag', where, text: first, part: second } }
        }
        break
      case 'tolower':
        if (typed.length === 1 && fits(first, 'text')) return { kind: 'lower', type: 'text', of: first }
        break
      case 'year':
      case 'month':
        if (typed.length === 1 && fits(first, 'day', 'moment')) return { kind: 'part', type: 'number', part: name, of: first }
    }
    return refuseWith(`No function signature for the function with name '${name}' matches the specified arguments.`)
  }
}

function isCondition(it: Condition | Typed): it is Condition {
  return !('type' in it)
}

/** A flag is compared with null as any other value. */
function asTyped(it: Condition | Typed): Typed {
  if (!isCondition(it)) return it
  return it.kind === 'is' ? it.of : notBoolean()
}

/** A day may be compared with a moment: it is the day of it that is meant, since days of ours have no time. */
function alike(left: Typed, right: Typed): [Typed, Typed] {
  if (left.type === 'day' && right.kind === 'value' && right.type === 'moment') return [left, dayOf(right.value)]
  if (right.type === 'day' && left.kind === 'value' && left.type === 'moment') return [dayOf(left.value), right]
  if (left.type === 'moment' && right.kind === 'value' && right.type === 'day') return [left, momentOf(right.value)]
  if (right.type === 'moment' && left.kind === 'value' && left.type === 'day') return [momentOf(left.value), right]
  return [left, right]
}

function dayOf(moment: Instant): Typed {
  return { kind: 'value', type: 'day', value: moment.slice(0, 10) as CivilDate } // an instant begins with its day
}

function momentOf(day: CivilDate): Typed {
  return { kind: 'value', type: 'moment', value: `${day}T00:00:00.000Z` as Instant } // a day, and a time that there is
}

const edm: Record<FieldType | 'null', string> = {
  text: 'Edm.String',
  number: 'Edm.Decimal',
  day: 'Edm.DateTimeOffset',
  moment: 'Edm.DateTimeOffset',
  flag: 'Edm.Boolean',
  guid: 'Edm.Guid',
  null: 'Edm.Null',
}

const operatorKinds: Record<Comparison, string> = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
}

function incompatible(left: FieldType | 'null', right: FieldType | 'null', by: Comparison): never {
  return refuseWith(
    `A binary operator with incompatible types was detected. Found operand types '${edm[left]}' and '${edm[right]}' for operator kind '${operatorKinds[by]}'.`,
  )
}

function notBoolean(): never {
  return refuseWith('The $filter expression must evaluate to a single boolean value.')
}

// What a field of a reference may be. One word says what is sent, what is shown, what the column holds, and what stands there when
// nothing was said.

import { type TSchema, Type } from 'typebox'
import { type Noun, showId } from '../../core/ids.ts'
import { type Decimal, decimal } from '../../core/money.ts'
import { given } from '../../core/text.ts'
import type { SqlType } from '../../platform/db/bulk.ts'
import { Flag, IdOf, List, OneOf, OrNull, Percent, Quantity, Text, Whole } from '../../platform/http/fields.ts'

export interface Field<V> {
  readonly sent: TSchema
  readonly shown: TSchema
  readonly sql: SqlType
  /** What was sent, which has the right shape by then, as it is kept; null where nothing is said that a needed field could be. */
  readonly read: (sent: unknown) => V | null
  /** What the column gave. */
  readonly fromColumn?: (stored: unknown) => unknown
  /** As the API shows it; as it is kept, unless told. */
  show?(value: V): unknown
  /** The reference whose id it holds. */
  readonly names?: Noun
  readonly isNeeded?: true
}

/** What a field of this word holds. */
export type ValueOf<F> = F extends Field<infer V> ? V : never

/** A text that must be there. */
export function needed(maxLength: number, description?: string): Field<string> {
  const sent = Text(maxLength, described(description))
  return { sent, shown: Type.String(), sql: 'text', read: value => given(value as string | null), isNeeded: true } // a text by its schema
}

export function text(maxLength: number, description?: string): Field<string | null> {
  return optional(Text(maxLength, described(description)), Type.String(), 'text', value => given(value as string | null))
}

export function flag(otherwise: boolean, description?: string): Field<boolean> {
  const sent = Type.Optional(Flag(described(description)))
  return { sent, shown: Type.Boolean(), sql: 'boolean', read: value => (typeof value === 'boolean' ? value : otherwise) }
}

export function oneOf<const V extends string>(values: readonly V[], otherwise: V, description?: string): Field<V> {
  const sent = Type.Optional(OneOf(values, described(description)))
  return { sent, shown: OneOf(values), sql: 'text', read: value => values.find(known => known === value) ?? otherwise }
}

/** Each at most once, in the order of `values`. */
export function someOf<const V extends string>(values: readonly V[], description?: string): Field<readonly V[]> {
  return {
    sent: Type.Optional(List(OneOf(values), values.length, described(description))),
    shown: Type.Array(OneOf(values)),
    sql: 'jsonb',
    read: value => values.filter(known => Array.isArray(value) && value.includes(known)),
  }
}

/** 0 to 100, exact. */
export function percent(description?: string): Field<Decimal | null> {
  return optional(Percent(described(description)), Type.String(), 'numeric', asDecimal, asDecimal)
}

/** Reais or another quantity, exact; not negative. */
export function amount(description?: string): Field<Decimal | null> {
  return optional(Quantity(described(description)), Type.String(), 'numeric', asDecimal, asDecimal)
}

export function whole(minimum: number, maximum: number, description?: string): Field<number | null> {
  const sent = Whole(minimum, maximum, described(description))
  return optional(sent, Type.Integer(), 'smallint', value => (typeof value === 'number' ? value : null))
}

/** As `field`, with something in place of nothing. */
export function or<V>(field: Field<V | null>, otherwise: V): Field<V> {
  return { ...field, read: value => field.read(value) ?? otherwise }
}

/** The id of another reference. */
export function named(noun: Noun, description?: string): Field<number | null> {
  return {
    sent: Type.Optional(OrNull(IdOf(noun, described(description)))),
    shown: OrNull(Type.String()),
    sql: 'bigint',
    read: value => (typeof value === 'number' ? value : null),
    show: value => (value === null ? null : showId(noun, value)),
    names: noun,
  }
}

function optional<V>(
  schema: TSchema,
  shown: TSchema,
  sql: SqlType,
  read: (sent: unknown) => V | null,
  fromColumn?: (stored: unknown) => unknown,
): Field<V | null> {
  return { sent: Type.Optional(OrNull(schema)), shown: OrNull(shown), sql, read, ...(fromColumn && { fromColumn }) }
}

/** A column pads its scale with zeros: '5.000000' is the rate '5'. */
function asDecimal(value: unknown): Decimal | null {
  return typeof value === 'string' ? decimal(value) : null
}

function described(description: string | undefined): { description?: string } {
  return description === undefined ? {} : { description }
}

// The words of which routes' schemas are made. A field that stands for something else on the wire (an id, a decimal) is decoded:
// the handler gets the branded value, the caller sees text. Every field is bounded; the boot refuses a route that forgets it.

import {
  type Static,
  type TCodec,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  type TSchemaOptions,
  type TUnsafe,
  Type,
} from 'typebox'
import { DecodeUnsafe, HasCodec } from 'typebox/value'
import { type Cnpj, parseCnpj } from '../../core/brazil/cnpj.ts'
import { parseTaxId, type TaxId } from '../../core/brazil/tax-id.ts'
import type { CivilDate, Instant, YearMonth } from '../../core/dates.ts'
import { instant } from '../../core/dates.ts'
import { type Noun, readId, showId } from '../../core/ids.ts'
import { type Cents, type Decimal, decimal, mostCents } from '../../core/money.ts'
import { defineFormat } from './formats.ts'

/** A closed object: a field that it does not name is refused by name. */
export function Fields<P extends TProperties>(properties: P, options: TSchemaOptions = {}): TObject<P> {
  return Type.Object(properties, { ...options, additionalProperties: false })
}

/** All fields of `schema` may be left out: the body of a PATCH. */
export function Partly<P extends TProperties>(
  schema: TObject<P>,
  options: TSchemaOptions = {},
): TObject<{ [K in keyof P]: TOptional<P[K]> }> {
  const optional = Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, Type.Optional(field)]))
  // fromEntries forgets the names, which are those of P.
  return Fields(optional as { [K in keyof P]: TOptional<P[K]> }, options)
}

export function Text(maxLength: number, options: TSchemaOptions & { minLength?: number } = {}) {
  return Type.String({ minLength: 1, ...options, maxLength })
}

export function OneOf<const V extends string>(values: readonly V[], options: TSchemaOptions = {}) {
  return Type.Unsafe<V>({ ...options, type: 'string', enum: [...values] })
}

export function Whole(minimum: number, maximum: number, options: TSchemaOptions = {}) {
  return Type.Integer({ ...options, minimum, maximum })
}

/**
 * A whole number whose bounds are a noun's to judge, with a code and a sentence of their own: any passes here, and the document tells
 * the bounds.
 */
export function Judged(minimum: number, maximum: number, description: string) {
  const most = maximum <= aBillion ? aBillion : Number.MAX_SAFE_INTEGER
  return Whole(-most, most, { description, [judgedBounds]: { minimum, maximum } })
}

const aBillion = 1_000_000_000

/** Where a schema keeps the bounds that its noun judges. */
export const judgedBounds = 'x-judged'

export const Flag = Type.Boolean

/** 'cus_12' on the wire, 12 for the handler. */
export function IdOf(noun: Noun, options: TSchemaOptions = {}) {
  const format = `${noun}-id`
  const example = showId(noun, 12)
  defineFormat(format, `um identificador como ${example}`, text => readId(noun, text) !== null)
  return Type.Decode(Type.String({ ...options, format, examples: [example] }), text => {
    const id = readId(noun, text)
    if (id === null) throw new TypeError(`the format ${format} let ${text} through`)
    return id
  })
}

export { mostCents }

/** Whole cents between two bounds; by default from zero. */
export function Money(options: TSchemaOptions & { minimum?: number; maximum?: number } = {}) {
  return Type.Unsafe<Cents>({ minimum: 0, maximum: mostCents, ...options, type: 'integer' })
}

function decimalField(format: 'decimal' | 'quantity' | 'percent') {
  return (options: TSchemaOptions = {}) => Type.Decode(Type.String({ ...options, format }), (text): Decimal => decimal(text))
}
/** Any sign. */
export const DecimalText = decimalField('decimal')
/** A quantity or a unit price: not negative. */
export const Quantity = decimalField('quantity')
/** 0 to 100. */
export const Percent = decimalField('percent')

export function Day(options: TSchemaOptions = {}) {
  return Type.Unsafe<CivilDate>({ ...options, type: 'string', format: 'date' })
}

export function Month(options: TSchemaOptions = {}) {
  return Type.Unsafe<YearMonth>({ ...options, type: 'string', format: 'month' })
}

export function Moment(options: TSchemaOptions = {}) {
  return Type.Decode(Type.String({ ...options, format: 'date-time' }), (text): Instant => instant(text))
}

export function Email(options: TSchemaOptions = {}) {
  return Type.String({ ...options, format: 'email' })
}

export function TimeZone(options: TSchemaOptions = {}) {
  return Type.String({ ...options, format: 'time-zone' })
}

/** With or without its mask; letters allowed. */
export function CnpjText(options: TSchemaOptions = {}) {
  return Type.Decode(Type.String({ ...options, format: 'cnpj' }), (text): Cnpj => {
    const cnpj = parseCnpj(text)
    if (cnpj === null) throw new TypeError('the format cnpj let a wrong one through')
    return cnpj
  })
}

/** CNPJ or CPF, with or without its mask. */
export function TaxIdText(options: TSchemaOptions = {}) {
  return Type.Decode(Type.String({ ...options, format: 'tax-id' }), (text): TaxId => {
    const taxId = parseTaxId(text)
    if (taxId === null) throw new TypeError('the format tax-id let a wrong one through')
    return taxId
  })
}

export function List<S extends TSchema>(items: S, maxItems: number, options: TSchemaOptions & { minItems?: number } = {}) {
  return Type.Array(items, { ...options, maxItems })
}

/** What somebody else keeps and we only hand through, in answers. */
export const Anything = Type.Unknown

/**
 * The field, or null. One schema with two types instead of a union, so that a fault is the field's own and not
 * "matches none of two"; a decoded field stays decoded.
 */
export function OrNull<S extends TSchema, D>(schema: TCodec<S, D>): TCodec<TUnsafe<Static<S> | null>, D | null>
export function OrNull<S extends TSchema>(schema: S): TUnsafe<Static<S> | null>
export function OrNull(
  schema: TSchema & { title?: string; type?: unknown; enum?: unknown[]; '~codec'?: { decode(value: unknown): unknown } },
): TSchema {
  if (typeof schema.type !== 'string') throw new TypeError('OrNull needs a schema of one type')
  // Without its title: under that name the documentation shows the schema that is never null.
  const { title: _, ...untitled } = schema
  const widened = { ...untitled, type: [schema.type, 'null'], ...(schema.enum ? { enum: [...schema.enum, null] } : {}) }
  // Unsafe forgets what kind of schema it was: an object's own fields are decoded by the object as it is when it is not null.
  const codec =
    schema.type === 'object' && HasCodec(schema)
      ? { decode: (value: unknown) => DecodeUnsafe({}, schema, value) }
      : schema['~codec']
  return codec ? Type.Decode(Type.Unsafe(widened), value => (value === null ? null : codec.decode(value))) : Type.Unsafe(widened)
}

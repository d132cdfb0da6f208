// What is done with several fields at once: read what was sent, show it, and tell columns of them.

import type { TSchema } from 'typebox'
import type { Faults } from '../../core/faults.ts'
import type { Noun } from '../../core/ids.ts'
import type { BulkRow, Columns, SqlType } from '../../platform/db/bulk.ts'
import type { Field, ValueOf } from './field.ts'

export type FieldSet = { readonly [name: string]: Field<unknown> }
export type ValuesOf<F> = { -readonly [K in keyof F]: ValueOf<F[K]> }

/** Another reference that something names, and where it says so. */
export interface Named {
  noun: Noun
  id: number
  path: string
}

/** Each value as its field reads it; what is absent stands as its field says. */
export function readFields<F extends FieldSet>(fields: F, input: object, path: string, faults: Faults): ValuesOf<F> {
  const sent = new Map<string, unknown>(Object.entries(input))
  const read = Object.entries(fields).map(([name, field]) => {
    const value = field.read(sent.get(name) ?? null)
    if (value === null && field.isNeeded) faults.add(`${path}/${name}`, 'blank', 'Este campo não pode ficar em branco.')
    return [name, value]
  })
  return Object.fromEntries(read) as ValuesOf<F> // one value for each field, read by it
}

/** The references that the values name. */
export function namedIn<F extends FieldSet>(fields: F, values: ValuesOf<F>, path: string): Named[] {
  return Object.entries(fields).flatMap(([name, { names }]) => {
    const id: unknown = values[name]
    return names !== undefined && typeof id === 'number' ? [{ noun: names, id, path: `${path}/${name}` }] : []
  })
}

/** Those that were not named before: what went out of use since then may stay where it is. */
export function newlyNamed(before: readonly Named[], after: readonly Named[]): Named[] {
  return after.filter(one => !before.some(other => other.noun === one.noun && other.id === one.id))
}

export function showFields<F extends FieldSet>(fields: F, values: ValuesOf<F>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, field.show ? field.show(values[name]) : values[name]]),
  )
}

export function schemasOf(fields: FieldSet): { sent: Record<string, TSchema>; shown: Record<string, TSchema> } {
  const each = Object.entries(fields)
  return {
    sent: Object.fromEntries(each.map(([name, field]) => [name, field.sent])),
    shown: Object.fromEntries(each.map(([name, field]) => [name, field.shown])),
  }
}

// --- Columns ---

/** `fineValue` is kept in `fine_value`. */
export function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}

export type Typed = Readonly<Record<string, SqlType>>

export function typesOf(fields: FieldSet): Typed {
  return Object.fromEntries(Object.entries(fields).map(([name, { sql }]) => [name, sql]))
}

/** The columns of what has these types. */
export function columnsOf(types: Typed): Columns {
  return Object.fromEntries(Object.entries(types).map(([name, type]) => [columnOf(name), type]))
}

/** A row for `columnsOf(types)`. */
export function toRow(types: Typed, values: object): BulkRow<Columns> {
  const all = new Map<string, unknown>(Object.entries(values))
  const row = Object.entries(types).map(([name, type]) => {
    const value = all.get(name) ?? null
    // Of what is no list, its word keeps what a column takes.
    return [columnOf(name), type === 'jsonb' ? JSON.stringify(value) : (value as string | number | boolean | null)] as const
  })
  return Object.fromEntries(row)
}

/** The row that a store selected, each column under the name of its field. */
export function fromRow<R extends object>(fields: FieldSet, row: R): R {
  const stored = new Map<string, unknown>(Object.entries(row))
  const read = Object.entries(fields).flatMap(([name, { fromColumn }]) =>
    fromColumn ? [[name, fromColumn(stored.get(name))]] : [],
  )
  return { ...row, ...Object.fromEntries(read) }
}

import type { Instant } from '../../core/dates.ts'
import type { Faults } from '../../core/faults.ts'
import type { Noun } from '../../core/ids.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import type { Area } from '../../platform/http/access.ts'
import type { Field } from './field.ts'
import { type FieldSet, type Named, namedIn, readFields, type ValuesOf } from './field-set.ts'

/** The fields of a kind of reference. Each has a name, by which it is listed. */
export type ReferenceFields = { readonly name: Field<string> } & FieldSet

/** What all of them have: whose it is, and its life. */
export interface ReferenceHead {
  id: number
  /** Null: all organizations of the account may name it. */
  organizationId: number | null
  version: number
  createdAt: Instant
  updatedAt: Instant
  archivedAt: Instant | null
}

/** Something that contracts, rules and invoices name: a charge template, an account, a category. */
export type Reference<F extends ReferenceFields> = ReferenceHead & ValuesOf<F>

/**
 * What is special of one kind of reference. Whatever they have in common (routes, verbs, the store) is in this folder, and knows a kind
 * by this description alone.
 */
export interface ReferenceKind<F extends ReferenceFields = ReferenceFields> {
  /** Of its ids and its history; its table is called like it. */
  readonly noun: Noun
  /** /v1/<path> */
  readonly path: string
  readonly called: Called
  /** Whose key may read and change it; the catalogue's, unless told. */
  readonly area?: Area
  /** May be made without an organization, and then is everybody's. */
  readonly isShared?: boolean
  readonly fields: F
  /** What two fields must not say together. */
  judge?(values: ValuesOf<F>, faults: Faults): void
  /** What only other rows tell of it. One that is there already is held. */
  judgeAmong?(tx: Tx, before: Reference<F> | null, values: ValuesOf<F>, faults: Faults): Promise<void>
  /** What it names besides the fields that say so by themselves. */
  namesToo?(values: ValuesOf<F>): Named[]
  /** Named where no foreign key says so. */
  isNamedElsewhere?(tx: Reader, id: number): Promise<boolean>
  /** What a unique index refuses, by the name of the index. */
  readonly taken?: Readonly<Record<string, { code: string; path: string; message: string }>>
}

/** In Portuguese: 'o' 'modelo de cobrança' 'modelos de cobrança'. */
export interface Called {
  readonly article: 'o' | 'a'
  readonly one: string
  readonly many: string
}

/** For the compiler: keeps the fields of a kind as they are written. */
export function referenceKind<const F extends ReferenceFields>(kind: ReferenceKind<F>): ReferenceKind<F> {
  return kind
}

/** The values of a reference, each read by its field and all judged together. */
export function readValues<F extends ReferenceFields>(kind: ReferenceKind<F>, input: object, faults: Faults): ValuesOf<F> {
  const values = readFields(kind.fields, input, '', faults)
  kind.judge?.(values, faults)
  return values
}

/** The other references that it names. */
export function namedBy<F extends ReferenceFields>(kind: ReferenceKind<F>, values: ValuesOf<F>): Named[] {
  return [...namedIn(kind.fields, values, ''), ...(kind.namesToo?.(values) ?? [])]
}

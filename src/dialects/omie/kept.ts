import type { Noun } from '../../core/ids.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import { type Kept, keep, keptOf } from '../kept-store.ts'
import type { ComplexType, ServiceFields } from './fields.ts'

// Every field that may be sent is given back: what no noun of ours has is kept as it was sent.

/** What was sent now over what was kept before, part by part; a list takes the place of the one before. */
export async function keepSent(tx: Tx, noun: Noun, id: number, sent: object): Promise<void> {
  const before = (await keptOf(tx, 'omie', noun, [id])).get(id) ?? {}
  await keep(tx, 'omie', noun, id, merged(before, sent))
}

export async function keptSent(tx: Reader, noun: Noun, ids: readonly number[]): Promise<(id: number) => Kept> {
  const kept = await keptOf(tx, 'omie', noun, ids)
  return id => kept.get(id) ?? {}
}

/** Part by part; a list takes the place of the one before. */
export function merged(before: unknown, sent: object): Kept {
  const known = isPart(before) ? before : {}
  const said = Object.entries(sent).map(([tag, value]) => [tag, isPart(value) ? merged(known[tag], value) : value])
  return { ...known, ...Object.fromEntries(said) }
}

/**
 * A part as it is shown, in the order of its type: what is ours over what was kept. Empty fields are left out; `filled` gives them as
 * lists of theirs do, as '' and 0.
 */
export function shownAs(
  types: ServiceFields['types'],
  type: string,
  ours: Kept,
  kept: Kept,
  filled: boolean,
): Record<string, unknown> {
  const fields: ComplexType = types[type] ?? {}
  const shown = Object.entries(fields).flatMap(([tag, of]) => {
    const value = shownValue(types, of, ours[tag], kept[tag], filled)
    return value === undefined ? [] : [[tag, value]]
  })
  return Object.fromEntries(shown)
}

function shownValue(types: ServiceFields['types'], of: string, ours: unknown, kept: unknown, filled: boolean): unknown {
  if (of in types) {
    const part = shownAs(types, of, isPart(ours) ? ours : {}, isPart(kept) ? kept : {}, filled)
    return Object.keys(part).length === 0 ? undefined : part
  }
  const value = ours ?? kept
  if (of.endsWith('[]') && Array.isArray(value)) {
    // What is kept has an order of keys of its own.
    return value.map(item => shownAs(types, of.slice(0, -2), isPart(item) ? item : {}, {}, filled))
  }
  if (value !== undefined && value !== null && value !== '') return value
  if (!filled || of.endsWith('[]')) return undefined
  return of === 'integer' || of === 'decimal' ? 0 : of === 'boolean' ? false : ''
}

function isPart(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

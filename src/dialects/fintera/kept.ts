// What is kept of a subject for clients that want to hear it again: `said`, texts of fields that ours trims or leaves out when blank, as
// they were sent; and beside it, by their names, fields that no noun of ours has.

import { saysSame } from '../../core/current.ts'
import type { Noun } from '../../core/ids.ts'
import { given } from '../../core/text.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import { type Kept, keep, keptOf, keptOfNouns } from '../kept-store.ts'
import type { Form } from './form.ts'

const DIALECT = 'fintera'

export type Facts = Kept & { readonly said?: Readonly<Record<string, string>> }

const nothing: Facts = {}

export async function factsOf(tx: Reader, noun: Noun, id: number): Promise<Facts> {
  return (await factsOfMany(tx, noun, [id]))(id)
}

export async function factsOfMany(tx: Reader, noun: Noun, ids: readonly number[]): Promise<(id: number) => Facts> {
  const kept = await keptOf(tx, DIALECT, noun, ids)
  return id => kept.get(id) ?? nothing
}

/** As `factsOfMany`, of subjects of several nouns in one statement. */
export async function factsOfNouns<N extends Noun>(
  tx: Reader,
  subjects: Readonly<Record<N, readonly number[]>>,
): Promise<(noun: N, id: number) => Facts> {
  const kept = await keptOfNouns(tx, DIALECT, subjects)
  return (noun, id) => kept[noun].get(id) ?? nothing
}

/** `texts` are fields of ours; `own` are theirs alone, undefined where they were not sent. */
export function factsAfter(before: Facts, form: Form, texts: readonly string[], own: Kept): Facts {
  const said: Record<string, string> = { ...before.said }
  for (const name of texts) {
    const text = form.text(name, Number.POSITIVE_INFINITY)
    if (text === undefined) continue
    if (text === null || given(text) === text) delete said[name]
    else said[name] = text
  }
  const sent = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined))
  const { said: _, ...others } = before
  return { ...others, ...sent, ...(Object.keys(said).length > 0 && { said }) }
}

/** Whether what is kept says anything else; what is null, or false, is as good as never said. */
export function saysElse(before: Facts, after: Facts): boolean {
  const meant = (facts: Facts) =>
    Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null && value !== false))
  return !saysSame(meant(before), meant(after))
}

/** Saves them unless there was and is nothing to say. */
export async function saveFacts(tx: Tx, noun: Noun, id: number, before: Facts, after: Facts): Promise<void> {
  if (JSON.stringify(before) === JSON.stringify(after)) return
  await keep(tx, DIALECT, noun, id, after)
}

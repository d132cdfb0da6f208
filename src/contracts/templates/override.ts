// What a template says, and what somebody says in its place: what is absent is the template's, what is null is said to be nothing.

import type { Faults, PlaceOf } from '../../core/faults.ts'
import type { DetailsInput, DetailsValues } from '../details/billing-details.ts'
import { type DueInput, fieldsOfDue, type LineInput } from '../rules/read-terms.ts'
import type { PaymentMethod } from '../rules/terms.ts'
import { dueInput, type InvoiceTemplate, type TemplateDueInput } from './invoice-template.ts'

/** A template at the moment in which something is made of it. */
export interface KnownTemplate {
  template: InvoiceTemplate
  details: DetailsValues | null
}

// --- Lists: what is in the template stays, is overridden or goes; more is added ---

/** What came out of it; `at` is the place of the last wish about it, null where nobody wished anything. */
export interface Outcome<T> {
  value: T
  at: number | null
}

interface Entry<T> {
  /** Which one of the template; null: one beside them. */
  of: number | null
  removes: boolean | undefined
  wish: Partial<T>
}

interface ListWords {
  path: string
  name: string
  unknown: string
}

/**
 * What the template has in its order, then what is added in the order of the wishes. Of several wishes for one thing, each field is as
 * the last says it that says it.
 */
export function overridden<T extends object>(
  known: readonly { id: number; value: T }[],
  entries: readonly Entry<T>[],
  added: (wish: Partial<T>) => T,
  { path, name, unknown }: ListWords,
  faults: Faults,
): Outcome<T>[] {
  const wished = new Map<number, { wish: Partial<T>; removes: boolean; at: number }>()
  const beside: Outcome<T>[] = []
  entries.forEach(({ of, removes, wish }, at) => {
    const place = `${path}/${at}/${name}`
    if (of !== null && known.some(({ id }) => id === of)) {
      const before = wished.get(of)
      wished.set(of, { wish: { ...before?.wish, ...onlySaid(wish) }, removes: removes ?? before?.removes ?? false, at })
    } else if (of !== null) faults.add(place, 'unknown_in_template', unknown)
    else if (removes === true) faults.add(place, 'required', 'Informe o item do modelo que sai.')
    else beside.push({ value: added(wish), at })
  })
  const staying = known.flatMap(({ id, value }): Outcome<T>[] => {
    const one = wished.get(id)
    if (one === undefined) return [{ value, at: null }]
    return one.removes ? [] : [{ value: { ...value, ...one.wish }, at: one.at }]
  })
  return [...staying, ...beside]
}

/** Without what is only there as undefined. */
export function onlySaid<W extends object>(wish: W): Partial<W> {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) as Partial<W> // some of its own fields
}

/** A line of the template that is to be another or to go; without its id, a line beside those. */
export type LineWish = Partial<Omit<LineInput, 'serviceItemId'>> & {
  serviceItemId?: number | null | undefined
  templateLineId?: number | null
  remove?: boolean
}

/** Without a service where none was said. */
export type LineAsked = Omit<LineInput, 'serviceItemId'> & { serviceItemId: number | null }

export function overriddenLines(
  template: InvoiceTemplate | null,
  wishes: readonly LineWish[],
  faults: Faults,
): Outcome<LineAsked>[] {
  const known = (template?.lines ?? []).map(({ id, ...value }) => ({ id, value }))
  const entries = wishes.map(({ templateLineId = null, remove, serviceItemId, ...line }) => ({
    of: templateLineId,
    removes: remove,
    wish: { ...line, ...(serviceItemId !== undefined && { serviceItemId }) },
  }))
  const added = (wish: Partial<LineAsked>) => ({ ...wish, serviceItemId: wish.serviceItemId ?? null })
  const words = { path: '/lines', name: 'templateLineId', unknown: 'O modelo não tem este serviço.' }
  return overridden<LineAsked>(known, entries, added, words, faults)
}

/** A fault of what came out of the list is told where it was wished, or where the template was chosen that says it. */
export function placeIn(list: string, outcomes: readonly Outcome<unknown>[]): PlaceOf {
  const shape = new RegExp(`^${list}/(\\d+)(.*)$`)
  return path => {
    const [, index, rest = ''] = shape.exec(path) ?? []
    if (index === undefined) return path
    const at = outcomes[Number(index)]?.at ?? null
    return at === null ? '/templateId' : `${list}/${at}${rest}`
  }
}

// --- Due dates ---

export type DueWish = Partial<TemplateDueInput>

/**
 * What is said of due dates, completed and overridden; null where nobody said of which kind they are. Of another kind than the
 * template's, what both count by stays the template's.
 */
export function overriddenDue(template: InvoiceTemplate | null, wish: DueWish = {}): DueInput | null {
  const known = template?.due ?? null
  const kind = wish.kind ?? known?.kind
  if (kind === undefined) return null
  const said = onlySaid(wish)
  const counted = Object.fromEntries(fieldsOfDue[kind].map(field => [field, known?.[field] ?? null]))
  const each = {
    onlyBusinessDays: known?.onlyBusinessDays ?? null,
    roll: known?.roll ?? null,
    installments: template?.createParcels === true ? (known?.installments ?? null) : null,
  }
  return dueInput({ ...counted, ...each, ...said, kind })
}

// --- What goes along ---

/** Undefined where nothing was said at all. What another payment or another account makes senseless goes with what was overridden. */
export function overriddenDetails(
  known: DetailsValues | null,
  wish: DetailsInput | null | undefined,
  paymentMethod: PaymentMethod,
): DetailsInput | null | undefined {
  if (known === null || wish === null) return wish
  const said = onlySaid(wish ?? {})
  return {
    ...known,
    ...(paymentMethod !== 'card' && { cardInstallments: null }),
    ...(said.chargingAccountId != null && { financialAccountId: null }),
    ...(said.financialAccountId != null && { chargingAccountId: null }),
    ...said,
  }
}

// Searches as their framework writes them: `q[issue_date_gteq]=01-04-2018`, `q[id_in][]=1&q[id_in][]=2`, and an attribute alone for `_eq`.

import type { CivilDate } from '../../core/dates.ts'
import type { Decimal } from '../../core/money.ts'
import { readDay, readDecimal, readWhole } from './values.ts'
import { refuseSearch } from './words.ts'

export const predicates = ['not_eq', 'not_in', 'gteq', 'lteq', 'eq', 'in'] as const
export type Predicate = (typeof predicates)[number]

/** How the values of an attribute are read: those that cannot be are an invalid search. A list of texts: one of them. */
export type AttributeType = 'day' | 'whole' | 'decimal' | 'text' | readonly string[]

export type SearchValue = CivilDate | Decimal | number | string

export interface Condition<A extends string> {
  attribute: A
  predicate: Predicate
  /** One, but for `in` and `not_in`. */
  values: readonly SearchValue[]
}

/** Every condition of the query; a parameter that is none of them refuses the search, by its name. */
export function readConditions<A extends string>(
  query: URLSearchParams,
  attributes: Readonly<Record<A, AttributeType>>,
): Condition<A>[] {
  const conditions: Condition<A>[] = []
  const wrong: string[] = []
  for (const key of new Set(query.keys())) {
    const name = /^q\[(\w+)\](?:\[\d*\])?$/.exec(key)?.[1]
    if (name === undefined) {
      if (key.startsWith('q')) wrong.push(key)
      continue
    }
    const sent = query.getAll(key).filter(value => value !== '')
    // Theirs leave a condition out that has no value.
    if (sent.length === 0) continue
    const read = readCondition(name, sent, attributes)
    if (read === null) wrong.push(name)
    else conditions.push(read)
  }
  return wrong.length > 0 ? refuseSearch(...wrong) : conditions
}

function readCondition<A extends string>(
  name: string,
  sent: readonly string[],
  attributes: Readonly<Record<A, AttributeType>>,
): Condition<A> | null {
  const { attribute, predicate } = named(name, attributes) ?? {}
  if (attribute === undefined || predicate === undefined) return null
  const isList = predicate === 'in' || predicate === 'not_in'
  const values = sent.map(text => readValue(text, attributes[attribute]))
  const known = values.filter(value => value !== null)
  if (known.length < values.length || (!isList && known.length !== 1)) return null
  return { attribute, predicate, values: known }
}

/** `created_at_not_eq` is the attribute `created_at`, `state` alone is `state_eq`. */
function named<A extends string>(
  name: string,
  attributes: Readonly<Record<A, AttributeType>>,
): { attribute: A; predicate: Predicate } | null {
  const isAttribute = (text: string): text is A => Object.hasOwn(attributes, text)
  if (isAttribute(name)) return { attribute: name, predicate: 'eq' }
  for (const predicate of predicates) {
    const attribute = name.slice(0, -predicate.length - 1)
    if (name.endsWith(`_${predicate}`) && isAttribute(attribute)) return { attribute, predicate }
  }
  return null
}

function readValue(text: string, type: AttributeType): SearchValue | null {
  if (Array.isArray(type)) return type.includes(text) ? text : null
  if (type === 'day') return readDay(text)
  if (type === 'whole') return readWhole(text)
  return type === 'decimal' ? readDecimal(text) : text
}

// --- Pages ---

export interface Page {
  page: number
  perPage: number
}

const USUAL = 50
const MOST = 100

/** More than the most is the most; a page that there cannot be refuses the search. */
export function readPage(query: URLSearchParams): Page {
  const read = (name: string, usual: number) => {
    const text = query.get(name)
    if (text === null || text === '') return usual
    const number = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0
    return number === 0 ? refuseSearch(name) : number
  }
  return { page: read('page', 1), perPage: Math.min(read('per_page', USUAL), MOST) }
}

/** As a page is answered, with what stands on it under its own name. */
export function pageAnswer(page: Page, total: number, many: string, rows: readonly object[]) {
  return { page: page.page, per_page: page.perPage, total_pages: Math.ceil(total / page.perPage), [many]: rows }
}

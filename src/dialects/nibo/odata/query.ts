import { refuseWith } from '../words.ts'
import { parseExpression } from './expression.ts'
import { type Condition, conditionOf, type Fields, fieldAt } from './typed.ts'

/** What of a list is asked for. */
export interface ListQuery {
  readonly filter: Condition | null
  readonly orderBy: readonly { readonly path: string; readonly isDescending: boolean }[]
  readonly top: number
  readonly skip: number
}

/** Without `$top`, and where it is more. */
export const MOST_ROWS = 500
const MOST_SKIPPED = 1_000_000_000
const MOST_KEYS = 10

/** `$filter`, `$orderby`, `$top`, `$skip`, their names in any case; what else is sent is not looked at. */
export function readListQuery(query: URLSearchParams, fields: Fields, called: string): ListQuery {
  const said = new Map([...query].map(([name, value]) => [name.toLowerCase(), value.trim()]))
  const filter = said.get('$filter') ?? ''
  const orderBy = readOrder(said.get('$orderby') ?? '', fields, called)
  const skip = readCount(said.get('$skip'), '$skip')
  if (skip !== null && orderBy.length === 0) {
    refuseWith(
      "The method 'Skip' is only supported for sorted input in LINQ to Entities. The method 'OrderBy' must be called before the method 'Skip'.",
    )
  }
  return {
    filter: filter === '' ? null : conditionOf(parseExpression(filter), fields, called),
    orderBy,
    top: Math.min(readCount(said.get('$top'), '$top') ?? MOST_ROWS, MOST_ROWS),
    skip: skip ?? 0,
  }
}

function readCount(text: string | undefined, name: string): number | null {
  if (text === undefined || text === '') return null
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), MOST_SKIPPED)
  return refuseWith(`Invalid value '${text.slice(0, 100)}' for ${name} query option found. It must be a non-negative integer.`)
}

function readOrder(text: string, fields: Fields, called: string) {
  if (text === '') return []
  const keys = text.split(',')
  if (keys.length > MOST_KEYS) refuseWith(`O $orderby tem mais de ${MOST_KEYS} campos.`)
  return keys.map(key => {
    const [path = '', direction = 'asc', ...more] = key.trim().split(/\s+/)
    if (!/^(?:asc|desc)$/i.test(direction) || more.length > 0)
      refuseWith(`Syntax error in $orderby: '${key.trim().slice(0, 100)}'.`)
    return { path: fieldAt(path, fields, called).path, isDescending: direction.toLowerCase() === 'desc' }
  })
}

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

/** For the API's document; what each list may be asked by stands in the README of the dialect. */
export const odataQuery = [
  { name: '$filter', description: "Como em OData: `value ge 100 and contains(description, 'plano')`." },
  { name: '$orderby', description: 'Campos separados por vírgula, cada um com `asc` ou `desc`.' },
  { name: '$top', description: 'Quantos, até 500.' },
  { name: '$skip', description: 'A partir de qual.' },
] as const

/** Without `$top`, and where it is more. */
export const MOST_ROWS = 500
const MOST_SKIPPED = 1_000_000_000
const MOST_KEYS = 10
const known = ['$filter', '$orderby', '$top', '$skip', '$expand']

/** What a list may be asked of. */
export interface Asked {
  readonly fields: Fields
  /** As a refusal names it. */
  readonly called: string
  /** What stands within each row, by names in lower case: an answer has all of it, whether it is expanded or not. */
  readonly inner?: readonly string[]
}

/** Told in every answer, or the only way in which there is one. */
const harmless = ['$count', '$inlinecount', '$format']

/**
 * `$filter`, `$orderby`, `$top`, `$skip`, `$expand`, their names in any case. Another option of OData is refused, since whoever sends it
 * counts on it (OData 4.01, part 1, §11.2.1); what is none is not looked at.
 */
export function readListQuery(query: URLSearchParams, { fields, called, inner = [] }: Asked): ListQuery {
  const said = new Map([...query].map(([name, value]) => [name.toLowerCase(), value.trim()]))
  for (const name of said.keys()) {
    if (!name.startsWith('$') || known.includes(name) || harmless.includes(name)) continue
    refuseWith(`The query parameter '${name.slice(0, 100)}' is not supported.`)
  }
  readExpand(said.get('$expand') ?? '', fields, called, inner)
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

/** Names, with commas between them; nothing is said of what is within each. */
function readExpand(text: string, fields: Fields, called: string, inner: readonly string[]): void {
  if (text === '') return
  for (const part of text.split(',')) {
    const name = part.trim()
    if (!/^[A-Za-z_]\w*$/.test(name)) refuseWith(`Syntax error in $expand: '${name.slice(0, 100)}'.`)
    if (inner.includes(name.toLowerCase())) continue
    if (!Object.hasOwn(fields, name.toLowerCase())) {
      refuseWith(`Could not find a property named '${name.slice(0, 100)}' on type '${called}'.`)
    }
    refuseWith(
      `Property '${name}' on type '${called}' is not a navigation property or complex property. Only navigation properties can be expanded.`,
    )
  }
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

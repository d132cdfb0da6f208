import { pgArray } from './array.ts'

type Parameter = string | Uint8Array | null

/**
 * What may stand for $1. Arrays and objects are refused because a driver guesses whether they are arrays or json
 * (an empty array would arrive in a jsonb column as `{}`): pass pgArray(…) or JSON.stringify(…). A Date is refused
 * because it would be written in the machine's own time zone.
 */
export function toParameter(value: unknown): Parameter {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`not a parameter: ${value}`)
      return String(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    default:
      if (value === null) return null
      if (value instanceof Uint8Array) return value
      throw new TypeError(`not a parameter: ${describe(value)}`)
  }
}

/** pg-boss speaks the dialect of the pg driver: arrays are arrays, other objects are json, dates are instants. */
export function toQueueParameter(value: unknown): Parameter {
  if (value === undefined) return null
  if (Array.isArray(value)) return pgArray(value.map(element => (element instanceof Object ? JSON.stringify(element) : element)))
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Object && !(value instanceof Uint8Array)) return JSON.stringify(value)
  return toParameter(value)
}

function describe(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (Array.isArray(value)) return 'an array; use pgArray() or JSON.stringify()'
  if (value instanceof Date) return 'a Date; use its ISO text'
  return 'an object; use JSON.stringify()'
}

import { parseArray } from './array.ts'

/**
 * How a value that PostgreSQL sends as text becomes a value of ours; one table for both engines. Types that are not
 * named here stay text (numeric, date, time, uuid, enum-like text).
 */
type Parse = (text: string) => unknown

const oid = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  date: 1082,
  timestamptz: 1184,
  numeric: 1700,
  uuid: 2950,
  jsonb: 3802,
} as const

const arrayOid = {
  bool: 1000,
  bytea: 1001,
  int2: 1005,
  int4: 1007,
  text: 1009,
  int8: 1016,
  date: 1182,
  timestamptz: 1185,
  numeric: 1231,
  uuid: 2951,
  json: 199,
  jsonb: 3807,
} as const

/** Beyond 2^53 an integer would lose its last digits in silence. */
function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`integer out of the safe range: ${text}`)
  return value
}

const timestamp = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/

/** '2026-01-31 12:00:00.123456+00' to '2026-01-31T12:00:00.123Z'. Sessions run in UTC; what is finer than a millisecond is cut. */
function instant(text: string): string {
  const parts = timestamp.exec(text)
  if (!parts) throw new RangeError(`not an instant of this era in UTC: ${text}`)
  return `${parts[1]}T${parts[2]}.${(parts[3] ?? '').padEnd(3, '0').slice(0, 3)}Z`
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
}

const asIs: Parse = text => text

const scalars: Record<keyof typeof arrayOid, Parse> = {
  bool: text => text === 't',
  bytea: bytes,
  int2: safeInteger,
  int4: safeInteger,
  int8: safeInteger,
  text: asIs,
  date: asIs,
  timestamptz: instant,
  numeric: asIs,
  uuid: asIs,
  json: text => JSON.parse(text),
  jsonb: text => JSON.parse(text),
}

const parsers = new Map<number, Parse>([
  [oid.oid, safeInteger],
  [oid.float4, Number],
  [oid.float8, Number],
])

// Object.keys forgets that these are the keys of the table above.
for (const type of Object.keys(scalars) as (keyof typeof scalars)[]) {
  const parse = scalars[type]
  parsers.set(oid[type], parse)
  parsers.set(arrayOid[type], text => parseArray(text, parse))
}

export function parserOf(typeOid: number): Parse {
  return parsers.get(typeOid) ?? asIs
}

import type { FaultCode } from './fault.ts'

/** What became of a cell: a value, or what is wrong with it and what would have been right. */
export type Reading<T> = { readonly value: T } | Misreading

export interface Misreading {
  readonly code: FaultCode
  /** In Portuguese, to be read after "Esperado:". */
  readonly expected: string
}

export function isMisread<T>(reading: Reading<T>): reading is Misreading {
  return 'code' in reading
}

/** The value, or a misreading where there is none. */
export function orMisread<T>(value: T | null, code: FaultCode, expected: string): Reading<T> {
  return value === null ? { code, expected } : { value }
}

/** One kind of cell. What `format` writes, `parse` reads back as the same value. */
export interface Kind<T> {
  /** The text is trimmed and not empty. */
  parse(text: string): Reading<T>
  format(value: T): string
}

import type { Cents, Decimal } from '../../core/money.ts'
import { leaf, nothing, type Xml } from '../xml/canonical.ts'
import { amountText, percentText } from './numbers.ts'
import { mended, type TextField } from './texts.ts'

/** An element of text as the schema takes it. */
export function text(element: string, field: TextField, said: string | null): Xml {
  return said === null ? nothing : leaf(element, mended(field, said))
}

/** A code of the layout. */
export function code(element: string, said: string | number | null): Xml {
  return said === null ? nothing : leaf(element, String(said))
}

export function amount(element: string, cents: Cents | null): Xml {
  return cents === null ? nothing : leaf(element, amountText(cents))
}

/** Zero is left out: the layout refuses a withheld amount or a discount of nothing (E0431, E0699 to E0701). */
export function amountUnlessZero(element: string, cents: Cents | null): Xml {
  return cents === null || cents === 0 ? nothing : leaf(element, amountText(cents))
}

export function percent(element: string, said: Decimal | null): Xml {
  return said === null ? nothing : leaf(element, percentText(said))
}

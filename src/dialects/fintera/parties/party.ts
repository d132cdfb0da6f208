// What organizations, companies and people have in common on their side: names and an address of flat fields.

import type { Address, AddressInput } from '../../../core/brazil/address.ts'
import { given } from '../../../core/text.ts'
import type { Form } from '../form.ts'
import type { Facts } from '../kept.ts'
import { showText } from '../values.ts'

/** Their field, ours. */
const addressFields = [
  ['address', 'street'],
  ['number', 'number'],
  ['complement', 'complement'],
  ['district', 'district'],
  ['city', 'city'],
  ['state', 'uf'],
  ['zipcode', 'zipCode'],
] as const

export const addressNames = addressFields.map(([theirs]) => theirs)

export type AddressShown = Record<(typeof addressFields)[number][0], string | null>

export function showAddress(address: Address | null, { said = {} }: Facts): AddressShown {
  const shown = addressFields.map(([theirs, ours]) => [theirs, showText(address?.[ours] ?? null, said[theirs])])
  return Object.fromEntries(shown) // a value for each of the names
}

/** The address after what was sent of it; undefined where nothing was, null where nothing is left of it. */
export function readAddressChange(form: Form, before: Address | null): AddressInput | null | undefined {
  if (!addressNames.some(name => form.has(name))) return undefined
  const sent = addressFields.flatMap(([theirs, ours]) => {
    const text = form.text(theirs, 200)
    return text === undefined ? [] : [[ours, text] as const]
  })
  const after: AddressInput = { ...before, ...Object.fromEntries(sent) }
  // The code of the place would put its own name back.
  if (before !== null && (after.city !== before.city || after.uf !== before.uf)) after.municipio = null
  return addressFields.some(([, ours]) => given(after[ours]) !== null) ? after : null
}

/** Ours has one name that is always there; theirs is the one on the door, and the legal one may be missing. */
export interface OwnNames {
  legal: string
  trade: string | null
}

export function showNames(
  { legal, trade }: OwnNames,
  { said = {} }: Facts,
): { name: string | null; company_name: string | null } {
  return {
    name: showText(trade ?? legal, said.name),
    company_name: showText(trade === null ? null : legal, said.company_name),
  }
}

export function readNames(form: Form, before: OwnNames | null): OwnNames {
  const known = before && showNames(before, {})
  const name = form.needed('name', before === null, 200) ?? known?.name ?? ''
  const company = given(form.has('company_name') ? form.text('company_name', 200) : known?.company_name)
  return company === null ? { legal: name, trade: null } : { legal: company, trade: name }
}

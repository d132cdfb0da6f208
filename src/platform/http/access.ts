export const areas = [
  'organizations',
  'customers',
  'catalog',
  'contracts',
  'billing',
  'invoices',
  'receivables',
  'imports',
  'webhooks',
  'history',
  'sandbox',
  'keys',
] as const
export type Area = (typeof areas)[number]

/** What a key may do in an area. `write` does not include `read`: a key is given both when both are meant. */
export type KeyScope = `${Area}:${'read' | 'write'}`

/** Whose key opens a route: a tenant's that holds the scope, or the operator's. */
export type Access = KeyScope | 'operator'

export const everything = '*'

export const keyScopes: readonly KeyScope[] = areas.flatMap(area => [`${area}:read`, `${area}:write`] as const)

export function allows(held: readonly string[], wanted: KeyScope): boolean {
  return held.includes(everything) || held.includes(wanted)
}

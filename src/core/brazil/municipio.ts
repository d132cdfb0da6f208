// The municipalities by their IBGE codes, as the annex of the national NFS-e standard lists them; Boa Esperança do Norte (2025) is
// missing from that annex and was added.

import names from './municipios.json' with { type: 'json' }
import { type Uf, ufs } from './states.ts'

export interface Municipio {
  /** Seven digits. */
  code: string
  name: string
  uf: Uf
}

const byCode = new Map<string, Municipio>()
for (const uf of ufs) {
  for (const [code, name] of Object.entries(names[uf])) byCode.set(code, { code, name, uf })
}

/** The municipality of an IBGE code of seven digits; null when there is none. */
export function municipioOf(code: string): Municipio | null {
  return byCode.get(code) ?? null
}

/** The municipality of a state by its name, accents and capitals aside; null when there is none. */
export function municipioNamed(name: string, uf: Uf): Municipio | null {
  byName ??= new Map([...byCode.values()].map(municipio => [nameKey(municipio.name, municipio.uf), municipio]))
  return byName.get(nameKey(name, uf)) ?? null
}

/** Built once it is asked for. */
let byName: Map<string, Municipio> | undefined

function nameKey(name: string, uf: Uf): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return `${uf} ${plain.replace(/[^a-z0-9]+/g, ' ').trim()}`
}

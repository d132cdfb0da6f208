import type { Faults } from '../faults.ts'
import { given } from '../text.ts'
import { municipioOf } from './municipio.ts'
import { parseUf, type Uf } from './states.ts'

export interface Address {
  street: string | null
  number: string | null
  complement: string | null
  district: string | null
  /** IBGE code of seven digits. */
  municipio: string | null
  city: string | null
  uf: Uf | null
  /** CEP, eight digits. */
  zipCode: string | null
}

export type AddressInput = { [field in keyof Address]?: string | null | undefined }

/** Completes city and state from the municipality, and finds what contradicts. `path` is where it stands in the input. */
export function readAddress(input: AddressInput, path: string, faults: Faults): Address {
  const municipio = given(input.municipio)
  const known = municipio === null ? null : municipioOf(municipio)
  if (municipio !== null && known === null) {
    faults.add(`${path}/municipio`, 'unknown_municipio', `Não existe município com o código IBGE ${municipio}.`)
  }
  const ufText = given(input.uf)
  const uf = ufText === null ? null : parseUf(ufText)
  if (ufText !== null && uf === null) faults.add(`${path}/uf`, 'unknown_uf', `${ufText} não é a sigla de um estado.`)
  if (known !== null && uf !== null && known.uf !== uf) {
    faults.add(`${path}/uf`, 'municipio_in_other_uf', `${known.name} fica em ${known.uf}, não em ${uf}.`)
  }
  const zipText = given(input.zipCode)
  const zipCode = zipText === null ? null : parseCep(zipText)
  if (zipText !== null && zipCode === null) faults.add(`${path}/zipCode`, 'invalid_zip_code', 'O CEP tem oito dígitos.')
  return {
    street: given(input.street),
    number: given(input.number),
    complement: given(input.complement),
    district: given(input.district),
    municipio: known?.code ?? null,
    city: known?.name ?? given(input.city),
    uf: known?.uf ?? uf,
    zipCode,
  }
}

/** '01310-100', '01310100' and '01.310-100'; anything else is null. */
export function parseCep(text: string): string | null {
  const bare = text.replace(/[.\-\s]/g, '')
  return /^\d{8}$/.test(bare) ? bare : null
}

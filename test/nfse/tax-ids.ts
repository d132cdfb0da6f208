import { type Cnpj, parseCnpj } from '../../src/core/brazil/cnpj.ts'
import { type Cpf, parseCpf } from '../../src/core/brazil/cpf.ts'

export function cnpj(text: string): Cnpj {
  const read = parseCnpj(text)
  if (read === null) throw new Error(`no CNPJ: ${text}`)
  return read
}

export function cpf(text: string): Cpf {
  const read = parseCpf(text)
  if (read === null) throw new Error(`no CPF: ${text}`)
  return read
}

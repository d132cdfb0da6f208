import type { AbrasfSchema } from '../../../nfse/schema/validate.ts'

/** What differs between the versions, as the schemas have it. */
export interface AbrasfVersion {
  readonly name: '1.00' | '2.02' | '2.03' | '2.04'
  readonly schema: AbrasfSchema
  readonly namespace: string
  /** Of the attribute that names an element. */
  readonly id: 'id' | 'Id'
  /** Of the element of one RPS. */
  readonly declaration: 'InfRps' | 'InfDeclaracaoPrestacaoServico'
  /** Where the provider stands in a lote. */
  readonly loteProvider: string
  /** How many millionths one unit of `Aliquota` is: a fraction, or a percentage. */
  readonly rateUnit: bigint
}

const later = { namespace: 'http://www.abrasf.org.br/nfse.xsd', id: 'Id', declaration: 'InfDeclaracaoPrestacaoServico' } as const

export const abrasfVersions: readonly AbrasfVersion[] = [
  {
    name: '1.00',
    schema: 'abrasf-1.00',
    namespace: 'http://www.abrasf.org.br/ABRASF/arquivos/nfse.xsd',
    id: 'id',
    declaration: 'InfRps',
    loteProvider: 'LoteRps',
    rateUnit: 1_000_000n,
  },
  { name: '2.02', schema: 'abrasf-2.02', ...later, loteProvider: 'LoteRps/CpfCnpj', rateUnit: 10_000n },
  { name: '2.03', schema: 'abrasf-2.03', ...later, loteProvider: 'LoteRps/CpfCnpj', rateUnit: 10_000n },
  { name: '2.04', schema: 'abrasf-2.04', ...later, loteProvider: 'LoteRps/Prestador/CpfCnpj', rateUnit: 10_000n },
]

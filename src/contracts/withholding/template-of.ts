import type { NfseTemplateValues } from '../../catalog/nfse-templates/nfse-template.ts'
import type { CustomerKind } from '../../customers/customer.ts'
import type { OpSimpNac, RegEspTrib } from '../../nfse/rates/iss-case.ts'
import type { TaxTemplate } from '../../nfse/withholding/tax-template.ts'
import type { Parties } from '../../nfse/withholding/withhold.ts'
import type { TaxRegime } from '../../organizations/organization.ts'

/** The tax part of a template of the catalogue, as the law's side takes it. */
export function taxTemplateOf(values: NfseTemplateValues): TaxTemplate {
  return { ...values, iss: issOf(values) }
}

function issOf(it: NfseTemplateValues): TaxTemplate['iss'] {
  return {
    // Bounds and gaps are judged as a template is saved.
    tributacao: it.tributacaoIss as 1 | 2 | 3 | 4,
    tipoImunidade: it.tipoImunidade,
    regimeEspecial: it.regimeEspecial as RegEspTrib,
    suspensao:
      it.tipoSuspensao === null || it.processoSuspensao === null
        ? null
        : { tipo: it.tipoSuspensao as 1 | 2, processo: it.processoSuspensao },
    beneficio:
      it.tipoBeneficio === 'nenhum' || it.numeroBeneficio === null
        ? null
        : { numero: it.numeroBeneficio, tipo: it.tipoBeneficio, percent: it.percentualBeneficio, valor: it.valorBeneficio },
  }
}

/** Where a fault of `TaxTemplate` stands in the catalogue's. */
export function fieldOfCatalogue(path: string): string {
  return placesOfIss[path] ?? path
}

const placesOfIss: Readonly<Record<string, string>> = {
  '/iss/tipoImunidade': '/tipoImunidade',
  '/iss/suspensao/processo': '/processoSuspensao',
  '/iss/beneficio': '/tipoBeneficio',
  '/iss/beneficio/numero': '/numeroBeneficio',
  '/iss/beneficio/percent': '/percentualBeneficio',
  '/iss/beneficio/valor': '/valorBeneficio',
}

export function partiesOf(taxRegime: TaxRegime, taker: CustomerKind): Parties {
  return { opSimpNac: opSimpNacOf[taxRegime], taker }
}

const opSimpNacOf: Record<TaxRegime, OpSimpNac> = {
  simples_nacional: 3,
  mei: 2,
  lucro_presumido: 1,
  lucro_real: 1,
  isento: 1,
}

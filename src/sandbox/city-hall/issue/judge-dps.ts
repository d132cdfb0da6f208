import type { ReadDps } from '../reading/read-dps.ts'
import { isActiveOn } from '../register/city.ts'
import { deductionDocumentRules } from '../rules/deduction-documents.ts'
import { federalTaxRules, laterFederalTaxRules } from '../rules/federal-taxes.ts'
import { ibsCbsRules } from '../rules/ibs-cbs.ts'
import { identityRules } from '../rules/identity.ts'
import { municipalTaxRules } from '../rules/municipal-tax.ts'
import { intermediaryRules, takerRules } from '../rules/other-parties.ts'
import { providerRules } from '../rules/parties.ts'
import { rateRules } from '../rules/rate-matrix.ts'
import type { DpsCase, Hall, RuleSheet } from '../rules/rule.ts'
import { serviceRules } from '../rules/service.ts'
import { substitutionRules } from '../rules/substitution.ts'
import { valueRules } from '../rules/values.ts'

/** Every rule about a DPS that the schema has let pass, in the order of the annex. All that refuse are told together. */
export const dpsRules: readonly RuleSheet<DpsCase>[] = [
  identityRules,
  substitutionRules,
  providerRules,
  takerRules,
  intermediaryRules,
  serviceRules,
  valueRules,
  deductionDocumentRules,
  municipalTaxRules,
  rateRules,
  federalTaxRules,
  laterFederalTaxRules,
  ibsCbsRules,
]

/** The DPS beside what the city hall knows of it. */
export function caseOf(dps: ReadDps, hall: Hall): DpsCase {
  const incidence = dps.incidenceCity(hall.tables.services.get(dps.service)?.incidence ?? null)
  const city = hall.city(incidence)
  const taxing = isActiveOn(city, dps.competence) ? city : null
  const number = dps.text('valores/trib/tribMun/BM/nBM')
  return {
    dps,
    hall,
    incidence,
    taxing,
    benefit: taxing?.benefits.find(one => one.number === number) ?? null,
    replaced: hall.note(dps.text('subst/chSubstda')),
  }
}

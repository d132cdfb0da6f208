import type { NfseTemplateValues } from '../../catalog/nfse-templates/nfse-template.ts'
import type { CustomerKind } from '../../customers/customer.ts'
import { type WithholdingTerm, withholdingTermsOf } from '../../nfse/withholding/withholding-terms.ts'
import type { TaxRegime } from '../../organizations/organization.ts'
import type { TakenWithholdings } from '../rules/read-terms.ts'
import type { Terms, WithholdingRate } from '../rules/terms.ts'
import { partiesOf, taxTemplateOf } from './template-of.ts'

/** What a template, as it stands, withholds between an organization of that regime and a customer of that kind. */
export function takenOf(
  template: NfseTemplateValues & { id: number; version: number },
  taxRegime: TaxRegime,
  taker: CustomerKind,
): TakenWithholdings {
  const terms = withholdingTermsOf(taxTemplateOf(template), partiesOf(taxRegime, taker))
  return { template: { id: template.id, version: template.version }, rates: terms.map(rateOf) }
}

/** As the terms keep it: what is not said is absent. */
function rateOf({ tax, rateMicros, leastBaseCents, from, until, source }: WithholdingTerm): WithholdingRate {
  return {
    tax,
    rateMicros,
    ...(leastBaseCents > 0 && { leastBaseCents }),
    ...(from !== null && { from }),
    ...(until !== null && { until }),
    ...(source !== null && { source }),
  }
}

/** Whether terms say what the template says by now; not, where they were taken from another one, or given. */
export function isUpToDate(terms: Pick<Terms, 'withholdings' | 'withholdingTemplate'>, taken: TakenWithholdings): boolean {
  const { id, version } = terms.withholdingTemplate ?? {}
  const isOfTemplate = id === taken.template.id && version === taken.template.version
  return isOfTemplate && shown(terms.withholdings) === shown(taken.rates)
}

/** In an order of its own: what the database gives back has its fields in another one. */
function shown(rates: readonly WithholdingRate[]): string {
  return JSON.stringify(
    rates.map(({ tax, rateMicros, leastBaseCents, from, until, source }) => [
      tax,
      rateMicros,
      leastBaseCents,
      from,
      until,
      source,
    ]),
  )
}

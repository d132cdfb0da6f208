import { nfseTemplates } from '../../catalog/nfse-templates/nfse-template.ts'
import { knownReference } from '../../catalog/references/read-reference.ts'
import { found } from '../../core/current.ts'
import { dayInZone, monthOf, type YearMonth } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import { type Cents, cents } from '../../core/money.ts'
import type { Fault } from '../../core/refusal.ts'
import type { CustomerKind } from '../../customers/customer.ts'
import { judgeTemplate } from '../../nfse/withholding/tax-template.ts'
import { type TemplateWarning, templateWarnings, waivedPerPayment } from '../../nfse/withholding/template-warnings.ts'
import { type Withheld, withholdingsOf } from '../../nfse/withholding/withhold.ts'
import { organizationOf } from '../../organizations/organization-store.ts'
import type { Ctx } from '../../platform/context.ts'
import { fieldOfCatalogue, partiesOf, taxTemplateOf } from './template-of.ts'

export interface TemplateTrial {
  baseCents: Cents
  competence?: YearMonth | undefined
  taker?: CustomerKind | undefined
  installments?: number | undefined
}

export interface TriedTemplate {
  competence: YearMonth
  baseCents: Cents
  netCents: Cents
  withheld: Withheld
  warnings: TemplateWarning[]
  /** For which no note could be made of it. */
  faults: Fault[]
}

/** What would be withheld by a template of an amount, tax by tax, and where it says other than the law. Nothing is kept. */
export function tryTemplate(ctx: Ctx, id: number, trial: TemplateTrial): Promise<TriedTemplate> {
  return ctx.transact(async tx => {
    const known = await knownReference(tx, nfseTemplates, id, 'none')
    const organization = found(await organizationOf(tx, known.organizationId ?? 0), 'Organização não encontrada.')
    const { baseCents, installments = 1 } = trial
    const competence = trial.competence ?? monthOf(dayInZone(ctx.clock.now(), organization.timeZone))
    const template = taxTemplateOf(known)
    const parties = partiesOf(organization.taxRegime, trial.taker ?? 'company')
    const withheld = withholdingsOf(template, parties, competence, { baseCents })
    const perPayment = waivedPerPayment(template, parties, competence, baseCents, installments)
    const faults: Fault[] = []
    judgeTemplate(template, '', new Faults(faults, fieldOfCatalogue))
    return {
      competence,
      baseCents,
      netCents: cents(baseCents - withheld.withheldCents),
      withheld,
      warnings: [...templateWarnings(template, parties.opSimpNac), ...(perPayment === null ? [] : [perPayment])],
      faults,
    }
  })
}

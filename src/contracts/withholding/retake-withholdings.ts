import { nfseTemplates } from '../../catalog/nfse-templates/nfse-template.ts'
import { bindReferences } from '../../catalog/references/bind-references.ts'
import { knownReference } from '../../catalog/references/read-reference.ts'
import { found } from '../../core/current.ts'
import { type CivilDate, dayInZone } from '../../core/dates.ts'
import { Faults } from '../../core/faults.ts'
import type { CustomerKind } from '../../customers/customer.ts'
import { judgeTemplate } from '../../nfse/withholding/tax-template.ts'
import { organizationOf } from '../../organizations/organization-store.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { changeTermsOfMany, type RuleTermsChange } from '../rules/change-terms-of-many.ts'
import type { TakenWithholdings } from '../rules/read-terms.ts'
import { termsAt } from '../rules/terms.ts'
import { termsOf } from '../rules/terms-store.ts'
import { isUpToDate, takenOf } from './taken.ts'
import { rulesTakingFrom } from './taking-store.ts'
import { fieldOfCatalogue, taxTemplateOf } from './template-of.ts'

export interface Retaking {
  /** From which day on; today unless told. */
  validFrom?: CivilDate | undefined
  cause?: string | undefined
}

export interface Retaken {
  /** Rules that said something else until now. */
  changed: number
  /** False: there are further ones, and the same is to be asked again. */
  isDone: boolean
}

const RULES_READ = 500
/** A transaction that others wait for stays short. */
const MOST_CHANGED = 500

/**
 * Takes the template's withholdings anew, as it stands now, into the terms of every rule that took them from it: after it was changed, or
 * after who bills came into another regime. Rules that say the same already are left alone, so that it may be asked until it is done.
 */
export function retakeWithholdings(ctx: Ctx, templateId: number, { validFrom, cause }: Retaking): Promise<Retaken> {
  return ctx.transact(async tx => {
    const { template, takenBy, today } = await takings(tx, ctx, templateId)
    const day = validFrom ?? today
    const why = cause ?? `Retenções do modelo de NFS-e "${template.name}"`
    const changes: RuleTermsChange[] = []
    let after = 0
    for (;;) {
      const rules = await rulesTakingFrom(tx, templateId, after, RULES_READ)
      const versions = await termsOf(
        tx,
        rules.map(({ id }) => id),
      )
      for (const { id, taker } of rules) {
        after = id
        const terms = termsAt(versions.get(id) ?? [], day)
        const taken = takenBy[taker]
        if (terms.withholdingTemplate?.id !== templateId || isUpToDate(terms, taken)) continue
        changes.push({ ruleId: id, taken, cause: why, ...(validFrom && { validFrom }) })
        if (changes.length === MOST_CHANGED) break
      }
      if (rules.length < RULES_READ || changes.length === MOST_CHANGED) break
    }
    if (changes.length > 0) await changeTermsOfMany(ctx, changes)
    return { changed: changes.length, isDone: changes.length < MOST_CHANGED }
  })
}

/** What is taken by each kind of customer; refused where no note could be made of it. */
async function takings(tx: Tx, ctx: Ctx, templateId: number) {
  const template = await knownReference(tx, nfseTemplates, templateId, 'none')
  const organization = found(await organizationOf(tx, template.organizationId ?? 0), 'Organização não encontrada.')
  const faults = new Faults()
  await bindReferences(tx, organization.id, [{ noun: 'nfse_template', id: templateId, path: '' }], faults)
  judgeTemplate(taxTemplateOf(template), '', faults.placedBy(fieldOfCatalogue))
  faults.refuseIfAny()
  const of = (taker: CustomerKind) => takenOf(template, organization.taxRegime, taker)
  const takenBy: Record<CustomerKind, TakenWithholdings> = { company: of('company'), person: of('person') }
  return { template, takenBy, today: dayInZone(ctx.clock.now(), organization.timeZone) }
}

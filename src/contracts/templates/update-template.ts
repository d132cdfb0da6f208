import { bindServiceItems } from '../../catalog/service-item-store.ts'
import { unchangedSince } from '../../core/current.ts'
import { Faults } from '../../core/faults.ts'
import type { Ctx } from '../../platform/context.ts'
import { type ExternalId, replaceExternalIds, tidyIds } from '../../platform/external-ids.ts'
import { record } from '../../platform/history.ts'
import type { DetailsInput } from '../details/billing-details.ts'
import { judgeDetails, sayAnew } from '../details/say-details.ts'
import { numbered, servicesNamed } from './create-template.ts'
import { readTemplate, type TemplateInput } from './invoice-template.ts'
import { type TemplateDetail, templateDetail } from './read-template.ts'
import { saveTemplate } from './template-store.ts'

export interface TemplateChange extends TemplateInput {
  details?: DetailsInput | null
  externalIds?: readonly ExternalId[]
}

/** What is absent stays, what is null is cleared. What was made of it before stays as it was made. */
export function updateTemplate(
  ctx: Ctx,
  id: number,
  expectedVersion: number,
  { details: input, externalIds, ...change }: TemplateChange,
): Promise<TemplateDetail> {
  return ctx.transact(async tx => {
    const { template, details: said } = await templateDetail(tx, id, 'hold')
    const before = unchangedSince(template, expectedVersion)
    const faults = new Faults()
    const data = readTemplate(change, before, await bindServiceItems(tx, servicesNamed(change)), faults)
    const saying = { organizationId: before.organizationId, before: said, input, paymentMethod: data.paymentMethod }
    const judged = await judgeDetails(tx, saying, '/details', faults)
    faults.refuseIfAny()
    const details = await sayAnew(tx, ctx, said, judged)
    const after = {
      ...before,
      ...(await numbered(tx, data)),
      detailsId: details?.id ?? null,
      externalIds: tidyIds(externalIds ?? before.externalIds),
      version: before.version + 1,
      updatedAt: ctx.clock.now(),
    }
    await saveTemplate(tx, ctx.account, after)
    if (externalIds) await replaceExternalIds(tx, 'invoice_template', id, after.externalIds)
    const subject = { noun: 'invoice_template', id, version: after.version } as const
    await record(tx, ctx, [
      { action: 'update', event: 'update', subject, before: { ...before, details: said }, after: { ...after, details: judged } },
    ])
    return { template: after, details }
  })
}

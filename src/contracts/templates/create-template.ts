import { bindServiceItems } from '../../catalog/service-item-store.ts'
import { Faults } from '../../core/faults.ts'
import { bindOrganizations } from '../../organizations/organization-store.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import { addExternalIds, type ExternalId, tidyIds } from '../../platform/external-ids.ts'
import { record } from '../../platform/history.ts'
import { takeIds } from '../../platform/ids.ts'
import type { DetailsInput } from '../details/billing-details.ts'
import { addDetails, judgeDetails } from '../details/say-details.ts'
import { type InvoiceTemplate, type ReadTemplate, readTemplate, type TemplateInput } from './invoice-template.ts'
import type { TemplateDetail } from './read-template.ts'
import { insertTemplate } from './template-store.ts'

export interface NewTemplate extends TemplateInput {
  organizationId: number
  name: string
  details?: DetailsInput | null
  externalIds?: readonly ExternalId[]
}

export function createTemplate(
  ctx: Ctx,
  { organizationId, details: said, externalIds = [], ...input }: NewTemplate,
): Promise<TemplateDetail> {
  return ctx.transact(async tx => {
    const faults = new Faults()
    await bindOrganization(tx, organizationId, faults)
    const data = readTemplate(input, null, await bindServiceItems(tx, servicesNamed(input)), faults)
    const saying = { organizationId, before: null, input: said, paymentMethod: data.paymentMethod }
    const judged = await judgeDetails(tx, saying, '/details', faults)
    faults.refuseIfAny()
    const now = ctx.clock.now()
    const id = await takeIds(tx, 'invoice_template')
    const [details = null] = await addDetails(tx, ctx, [judged])
    const head = {
      id,
      organizationId,
      detailsId: details?.id ?? null,
      version: 1,
      createdAt: now,
      updatedAt: now,
      archivedAt: null,
    }
    const template: InvoiceTemplate = { ...(await numbered(tx, data)), ...head }
    await insertTemplate(tx, ctx.account, template)
    const ids = tidyIds(externalIds)
    await addExternalIds(
      tx,
      'invoice_template',
      ids.map(external => ({ ...external, subjectId: id })),
    )
    const made = { ...template, externalIds: ids }
    const after = { ...made, ...(judged && { details: judged }) }
    await record(tx, ctx, [{ action: 'create', event: 'create', subject: { noun: 'invoice_template', id, version: 1 }, after }])
    return { template: made, details }
  })
}

/** What its lines say anew. */
export function servicesNamed({ lines = [] }: TemplateInput): number[] {
  return lines.map(({ serviceItemId }) => serviceItemId)
}

/** What is new in it gets its ids. */
export async function numbered(tx: Tx, data: ReadTemplate): Promise<Pick<InvoiceTemplate, keyof ReadTemplate>> {
  return {
    ...data,
    lines: await withIds(tx, 'invoice_template_line', data.lines),
    readjustments: await withIds(tx, 'invoice_template_readjustment', data.readjustments),
  }
}

async function withIds<T extends { id: number | null }>(
  tx: Tx,
  noun: string,
  list: readonly T[],
): Promise<(T & { id: number })[]> {
  const fresh = list.filter(({ id }) => id === null).length
  let next = fresh === 0 ? 0 : await takeIds(tx, noun, fresh)
  return list.map(one => ({ ...one, id: one.id ?? next++ }))
}

async function bindOrganization(tx: Tx, id: number, faults: Faults): Promise<void> {
  const organization = (await bindOrganizations(tx, [id])).get(id)
  if (organization === undefined) faults.add('/organizationId', 'unknown_organization', 'Esta organização não existe.')
  else if (organization.archivedAt !== null) {
    faults.add('/organizationId', 'archived_organization', 'Esta organização está arquivada.')
  }
}

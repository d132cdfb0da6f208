import { found } from '../../core/current.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader, Tx } from '../../platform/db/db.ts'
import {
  type ExternalId,
  externalIdsOf,
  subjectOfExternalId,
  type WithExternalIds,
  withExternalIds,
} from '../../platform/external-ids.ts'
import type { BillingDetails } from '../details/billing-details.ts'
import { detailsOf } from '../details/details-store.ts'
import type { InvoiceTemplate } from './invoice-template.ts'
import { listTemplates, type TemplateFilter, type TemplateLock, type TemplatePlace, templateOf } from './template-store.ts'

export interface TemplateDetail {
  template: WithExternalIds<InvoiceTemplate>
  details: BillingDetails | null
}

export function getTemplate(ctx: Ctx, id: number): Promise<TemplateDetail> {
  return ctx.transact(tx => templateDetail(tx, id))
}

export async function templateDetail(tx: Tx, id: number, lock: TemplateLock = 'none'): Promise<TemplateDetail> {
  const template = found(await templateOf(tx, id, lock), 'Modelo de faturamento não encontrado.')
  const externalIds = (await externalIdsOf(tx, 'invoice_template', [id])).get(id) ?? []
  return { template: { ...template, externalIds }, details: (await detailsBy(tx, [template]))(template) }
}

export interface TemplateSearch extends Omit<TemplateFilter, 'id'> {
  externalId?: ExternalId | undefined
}

/** In order of name, from the one after `after`; one more than `limit` when there are further ones. */
export function searchTemplates(
  ctx: Ctx,
  { externalId, ...filter }: TemplateSearch,
  after: TemplatePlace | null,
  limit: number,
): Promise<(TemplateDetail & { place: string })[]> {
  return ctx.transact(async tx => {
    const id = externalId && (await subjectOfExternalId(tx, 'invoice_template', externalId))
    if (id === null) return []
    const rows = await withExternalIds(tx, 'invoice_template', await listTemplates(tx, { ...filter, id }, after, limit + 1))
    const details = await detailsBy(tx, rows)
    return rows.map(({ place, ...template }) => ({ template, place, details: details(template) }))
  })
}

async function detailsBy(tx: Reader, templates: readonly { detailsId: number | null }[]) {
  const byId = await detailsOf(
    tx,
    templates.flatMap(({ detailsId }) => detailsId ?? []),
  )
  return ({ detailsId }: { detailsId: number | null }) => (detailsId === null ? null : (byId.get(detailsId) ?? null))
}

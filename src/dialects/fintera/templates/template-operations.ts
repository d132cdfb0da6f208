// What rules and invoices are made from, as theirs shows it. Templates are made through `/v1`: theirs has no address for that.

import {
  getTemplate,
  searchTemplates,
  type TemplateDetail,
  type TemplateSearch,
} from '../../../contracts/templates/read-template.ts'
import type { TemplatePlace } from '../../../contracts/templates/template-store.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Operation } from '../../dialect.ts'
import { everyPage } from '../../every-page.ts'
import { organizationAt } from '../parties/organizations.ts'
import { readNumber } from '../values.ts'
import { notThere, refuseSearch, type Words } from '../words.ts'
import { showTemplates } from './template-view.ts'

const reads = { needs: ['contracts:read'], reads: true } as const
const at = '/api/v1/organizations/:organization/invoice_templates' as const

export const invoiceTemplateOperations: readonly Operation<Words>[] = [
  {
    ...reads,
    name: 'list-invoice-templates',
    at: [`GET ${at}`],
    run: (ctx, { params }) => list(ctx, params.organization, undefined),
  },
  {
    ...reads,
    name: 'search-invoice-templates',
    at: [`GET ${at}/search`],
    run: (ctx, { params, query }) => {
      const type = query.get('type')
      return type === 'invoice' || type === 'invoice_rule' ? list(ctx, params.organization, type) : refuseSearch('type')
    },
  },
  {
    ...reads,
    name: 'show-invoice-template',
    at: [`GET ${at}/:id`],
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const { id, timeZone } = await organizationAt(tx, params.organization)
        const found = await getTemplate(ctx, readNumber(params.id) ?? 0)
        if (found.template.organizationId !== id || found.template.archivedAt !== null) notThere()
        return { status: 200, body: { invoice_template: (await showTemplates(tx, [found], timeZone))[0] } }
      }),
  },
]

function list(ctx: Ctx, organization: string | undefined, type: TemplateSearch['type']) {
  return ctx.transact(async tx => {
    const { id: organizationId, timeZone } = await organizationAt(tx, organization)
    const all = await everyPage<TemplateDetail & { place: string }, TemplatePlace | null>(
      null,
      ({ place, template }) => ({ name: place, id: template.id }),
      // It answers one more than it was asked for.
      (after, limit) => searchTemplates(ctx, { archived: false, organizationId, type }, after, limit - 1),
    )
    const inOrder = all.toSorted((a, b) => a.template.id - b.template.id)
    return { status: 200, body: { invoice_templates: await showTemplates(tx, inOrder, timeZone) } }
  })
}

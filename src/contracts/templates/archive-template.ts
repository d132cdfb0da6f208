import type { Ctx } from '../../platform/context.ts'
import { record } from '../../platform/history.ts'
import { type TemplateDetail, templateDetail } from './read-template.ts'
import { saveTemplate } from './template-store.ts'

/** Out of lists, and nothing new is made of it; what was made of it goes on. */
export function archiveTemplate(ctx: Ctx, id: number): Promise<TemplateDetail> {
  return move(ctx, id, 'archive')
}

export function unarchiveTemplate(ctx: Ctx, id: number): Promise<TemplateDetail> {
  return move(ctx, id, 'unarchive')
}

function move(ctx: Ctx, id: number, action: 'archive' | 'unarchive'): Promise<TemplateDetail> {
  return ctx.transact(async tx => {
    const detail = await templateDetail(tx, id, action === 'archive' ? 'leaving' : 'hold')
    const before = detail.template
    if ((before.archivedAt !== null) === (action === 'archive')) return detail
    const now = ctx.clock.now()
    const after = { ...before, archivedAt: action === 'archive' ? now : null, version: before.version + 1, updatedAt: now }
    await saveTemplate(tx, ctx.account, after)
    const subject = { noun: 'invoice_template', id, version: after.version } as const
    await record(tx, ctx, [{ action, event: action, subject, before, after }])
    return { ...detail, template: after }
  })
}

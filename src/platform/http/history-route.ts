import { Type } from 'typebox'
import { type Noun, showId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { Ctx } from '../context.ts'
import { type HistoryItem, historyOf } from '../history.ts'
import type { Access } from './access.ts'
import { Anything, Fields, IdOf, OrNull } from './fields.ts'
import { PageOf, PageQuery, readPage, toPage } from './paging.ts'
import { type App, route } from './route.ts'

const HistoryEntry = Type.Object(
  {
    id: Type.String(),
    at: Type.String(),
    actor: Type.String(),
    action: Type.String(),
    version: Type.Integer(),
    requestId: Type.String(),
    before: Anything(),
    after: Anything(),
    erasedAt: OrNull(Type.String()),
    isSealed: Type.Boolean(),
  },
  { title: 'HistoryEntry' },
)

function show(entry: HistoryItem) {
  return { ...entry, id: showId('history_entry', entry.id) }
}

/** `GET <path>/:id/history`: who did what, the latest first. What was deleted keeps its history; what never was is not found. */
export function registerHistoryRoute(app: App, path: `/v1/${string}`, noun: Noun, access: Access): void {
  route(
    app,
    `GET ${path}/:id/history`,
    { ...historySpec, access, params: Fields({ id: IdOf(noun) }) },
    async (ctx, { params, query }) => ({ body: await historyPage(ctx, noun, params.id, query) }),
  )
}

/** For the rare route whose path names its subject in another way. */
export const historySpec = {
  summary: 'Mostra quem fez o quê, do mais recente ao mais antigo.',
  query: PageQuery({}),
  answer: PageOf(HistoryEntry),
}

export async function historyPage(ctx: Ctx, noun: Noun, id: number, query: { limit?: number; cursor?: string }) {
  const page = readPage(query, ['integer'])
  const rows = await ctx.transact(tx => historyOf(tx, noun, id, page.after?.[0] ?? null, page.limit + 1))
  if (rows.length === 0 && page.after === null) refuse('not_found', 'Não encontrado.', { status: 404 })
  return toPage(rows, page, row => [row.id], show)
}

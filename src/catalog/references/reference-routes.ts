import { Type } from 'typebox'
import { showId } from '../../core/ids.ts'
import { ExternalIds, ExternalIdsAnswer, externalIdFilter, readExternalIdFilter } from '../../platform/http/external-id-fields.ts'
import { Fields, Flag, IdOf, OrNull, Partly, Text } from '../../platform/http/fields.ts'
import { registerHistoryRoute } from '../../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../../platform/http/paging.ts'
import { type App, route } from '../../platform/http/route.ts'
import { archiveReference, unarchiveReference } from './archive-reference.ts'
import { createReference } from './create-reference.ts'
import { deleteReference } from './delete-reference.ts'
import { schemasOf, showFields } from './field-set.ts'
import { getReference, type KnownReference, searchReferences } from './read-reference.ts'
import type { ReferenceFields, ReferenceKind } from './reference.ts'
import { wordsFor } from './reference-words.ts'
import { updateReference } from './update-reference.ts'

/** The routes of a kind: made, listed, shown, changed, archived, deleted, and its history. */
export function registerReferenceRoutes<F extends ReferenceFields>(app: App, kind: ReferenceKind<F>): void {
  const path = `/v1/${kind.path}` as const
  const words = wordsFor(kind.called)
  const { area = 'catalog' } = kind
  const reads = { access: `${area}:read` } as const
  const writes = { access: `${area}:write` } as const
  const { body, patch, answer } = bodiesOf(kind)
  const params = Fields({ id: IdOf(kind.noun) })
  const show = (it: KnownReference<F>) => ({ body: showReference(kind, it), version: it.version })

  route(app, `POST ${path}`, { ...writes, summary: words.creates, body, answer, status: 201 }, async (ctx, { body }) => {
    const made = await createReference(ctx, kind, body)
    return { ...show(made), location: `${path}/${showId(kind.noun, made.id)}` }
  })

  route(
    app,
    `GET ${path}`,
    {
      ...reads,
      summary: words.lists,
      query: PageQuery({
        organizationId: Type.Optional(IdOf('organization', { description: 'O que esta organização pode citar.' })),
        q: Type.Optional(Text(200, { description: 'Parte do nome.' })),
        archived: Type.Optional(Flag({ description: 'true: só o que está arquivado.' })),
        ...externalIdFilter,
      }),
      answer: PageOf(answer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['text', 'integer'])
      const after = page.after && { name: page.after[0], id: page.after[1] }
      const { archived = false, organizationId, q } = query
      const search = { archived, organizationId, q, externalId: readExternalIdFilter(query) }
      const rows = await searchReferences(ctx, kind, search, after, page.limit)
      return {
        body: toPage(
          rows,
          page,
          row => [row.place, row.id],
          row => showReference(kind, row),
        ),
      }
    },
  )

  route(app, `GET ${path}/:id`, { ...reads, summary: words.shows, params, answer }, async (ctx, { params }) =>
    show(await getReference(ctx, kind, params.id)),
  )

  route(
    app,
    `PATCH ${path}/:id`,
    { ...writes, summary: words.updates, params, body: patch, answer, ifMatch: true },
    async (ctx, { params, body, expectedVersion }) => show(await updateReference(ctx, kind, params.id, expectedVersion, body)),
  )

  route(app, `POST ${path}/:id/archive`, { ...writes, summary: words.archives, params, answer }, async (ctx, { params }) =>
    show(await archiveReference(ctx, kind, params.id)),
  )

  route(app, `POST ${path}/:id/unarchive`, { ...writes, summary: words.unarchives, params, answer }, async (ctx, { params }) =>
    show(await unarchiveReference(ctx, kind, params.id)),
  )

  route(
    app,
    `DELETE ${path}/:id`,
    { ...writes, summary: words.deletes, params, ifMatch: true },
    async (ctx, { params, expectedVersion }) => {
      await deleteReference(ctx, kind, params.id, expectedVersion)
      return {}
    },
  )

  registerHistoryRoute(app, path, kind.noun, reads.access)
}

function bodiesOf<F extends ReferenceFields>({ noun, fields, isShared }: ReferenceKind<F>) {
  const title = noun.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const { sent, shown } = schemasOf(fields)
  const externalIds = Type.Optional(ExternalIds)
  const organizationId = IdOf('organization')
  const shared = Type.Optional(OrNull(IdOf('organization', { description: 'Sem ela, serve a todas as organizações da conta.' })))
  return {
    body: Fields({ ...sent, organizationId: isShared ? shared : organizationId, externalIds }, { title: `New${title}` }),
    patch: Partly(Fields({ ...sent, externalIds })),
    answer: Type.Object(
      {
        id: Type.String(),
        organizationId: isShared ? OrNull(Type.String()) : Type.String(),
        ...shown,
        externalIds: ExternalIdsAnswer,
        version: Type.Integer(),
        createdAt: Type.String(),
        updatedAt: Type.String(),
        archivedAt: OrNull(Type.String()),
      },
      { title },
    ),
  }
}

/** The API's form of it. */
export function showReference<F extends ReferenceFields>(kind: ReferenceKind<F>, it: KnownReference<F>) {
  return {
    id: showId(kind.noun, it.id),
    organizationId: it.organizationId === null ? null : showId('organization', it.organizationId),
    ...showFields(kind.fields, it),
    externalIds: it.externalIds,
    version: it.version,
    createdAt: it.createdAt,
    updatedAt: it.updatedAt,
    archivedAt: it.archivedAt,
  }
}

import { categories, categoryKinds } from '../../catalog/classification/category.ts'
import { costCentres } from '../../catalog/classification/cost-centre.ts'
import { financialAccounts } from '../../catalog/collection/financial-account.ts'
import { nfseTemplates } from '../../catalog/nfse-templates/nfse-template.ts'
import { createReference } from '../../catalog/references/create-reference.ts'
import { deleteReference } from '../../catalog/references/delete-reference.ts'
import { knownReference } from '../../catalog/references/read-reference.ts'
import { referencesOf } from '../../catalog/references/reference-store.ts'
import { updateReference } from '../../catalog/references/update-reference.ts'
import { lateUntilOf } from '../../organizations/calendar.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Tx } from '../../platform/db/db.ts'
import type { ForeignAnswer, ForeignRequest } from '../../platform/http/foreign-route.ts'
import type { Operation } from '../dialect.ts'
import { spokenOrganization } from '../spoken-organization.ts'
import { Form } from './form.ts'
import { fromGuid, type GuidNoun, toGuid } from './guid.ts'
import { findIds, type Resource } from './odata/filter-store.ts'
import { odataQuery, readListQuery } from './odata/query.ts'
import {
  accountsListed,
  categoriesListed,
  categoryGroupsListed,
  costCentresListed,
  type ScheduleView,
  schedulesAmong,
  serviceProfilesListed,
} from './resources-store.ts'
import { categoriesWithParents, scheduleFacts } from './schedule-facts.ts'
import { categoryType, type KnownCategory, showSchedule } from './schedule-view.ts'
import { asText } from './schedules.ts'
import { descriptionNeeded, refuseWith, type Words } from './words.ts'

const base = '/empresas/v1' as const
const readsSchedules = { needs: ['receivables:read', 'customers:read'], reads: true, words: {} } as const
const readsCatalog = { needs: ['catalog:read'], reads: true, words: {} } as const
const writesCatalog = { needs: ['catalog:write'], words: {} } as const

type Found = { items: readonly unknown[]; count: number }

/** One page of a list, as they ask for it. */
export async function page(
  tx: Tx,
  { query }: ForeignRequest,
  resource: Resource,
  show: (ids: readonly number[]) => Promise<unknown[]>,
): Promise<Found> {
  const { ids, count } = await findIds(tx, resource, readListQuery(query, resource))
  return { items: await show(ids), count }
}

/** `resourceOf`: what of the organization that the key speaks for is listed, or of all. */
export function listOf(
  resourceOf: (organizationId: number | null) => Resource,
  show: (tx: Tx, ctx: Ctx, ids: readonly number[]) => Promise<unknown[]>,
): Operation<Words>['run'] {
  return (ctx, asked) =>
    ctx.transact(async tx => {
      const resource = resourceOf(await spokenOrganization(tx, ctx))
      return { status: 200, body: await page(tx, asked, resource, ids => show(tx, ctx, ids)) }
    })
}

/** The number that an address names. */
export function numberOf(noun: GuidNoun, text: string | undefined, notFound: string): number {
  return fromGuid(noun, text ?? '') ?? refuseWith(notFound)
}

// --- Schedules ---

async function schedulePage(tx: Tx, ctx: Ctx, asked: ForeignRequest, view: ScheduleView): Promise<Found> {
  const lateUntil = await lateUntilOf(tx, ctx.clock.now())
  const resource = schedulesAmong(view, lateUntil, { organizationId: await spokenOrganization(tx, ctx) })
  return page(tx, asked, resource, async ids =>
    (await scheduleFacts(tx, ctx, ids)).map(it => showSchedule(it, { isListed: true })),
  )
}

const schedulesIn =
  (view: ScheduleView): Operation<Words>['run'] =>
  (ctx, asked) =>
    ctx.transact(async tx => ({ status: 200, body: await schedulePage(tx, ctx, asked, view) }))

const scheduleLists: readonly Operation<Words>[] = [
  {
    ...readsSchedules,
    name: 'list-schedules',
    query: odataQuery,
    says: 'Lista os agendamentos',
    at: [`GET ${base}/schedules/credit`, `GET ${base}/schedules`],
    run: schedulesIn('all'),
  },
  {
    ...readsSchedules,
    name: 'list-open-schedules',
    query: odataQuery,
    says: 'Lista os agendamentos em aberto',
    at: [`GET ${base}/schedules/credit/opened`],
    run: schedulesIn('opened'),
  },
  {
    ...readsSchedules,
    name: 'list-dued-schedules',
    query: odataQuery,
    says: 'Lista os agendamentos vencidos',
    at: [`GET ${base}/schedules/credit/dued`],
    run: schedulesIn('dued'),
  },
]

// --- Categories ---

const categoryNotFound = 'Categoria não encontrada.'

async function showCategories(tx: Tx, ids: readonly number[]): Promise<ReturnType<typeof showCategory>[]> {
  const known = await categoriesWithParents(tx, ids)
  return ids.flatMap(id => known.get(id) ?? []).map(showCategory)
}

function showCategory({ id, name, kind, parent, parentId }: KnownCategory) {
  const group = parentId === null ? null : toGuid('category', parentId)
  return { id: toGuid('category', id), name, type: categoryType(kind), parent, parentId: group }
}

const categoryOperations: readonly Operation<Words>[] = [
  {
    ...readsCatalog,
    name: 'list-categories',
    query: odataQuery,
    says: 'Lista as categorias',
    at: [`GET ${base}/schedules/categories`, `GET ${base}/categories`],
    run: listOf(categoriesListed, (tx, _ctx, ids) => showCategories(tx, ids)),
  },
  {
    ...readsCatalog,
    name: 'list-category-groups',
    query: odataQuery,
    says: 'Lista os grupos de categorias',
    at: [`GET ${base}/schedules/categories/groups`],
    run: listOf(categoryGroupsListed, (tx, _ctx, ids) => showCategories(tx, ids)),
  },
  {
    ...readsCatalog,
    name: 'show-category-tree',
    says: 'Mostra as categorias em árvore',
    at: [`GET ${base}/schedules/categories/tree`],
    run: ctx =>
      ctx.transact(async tx => {
        const { ids } = await findIds(tx, categoriesListed(await spokenOrganization(tx, ctx)), {
          filter: null,
          orderBy: [{ path: 'name', isDescending: false }],
          top: MOST_IN_TREE,
          skip: 0,
        })
        return { status: 200, body: treeOf(await showCategories(tx, ids)) }
      }),
  },
  {
    ...readsCatalog,
    words: { notFound: categoryNotFound },
    name: 'show-category',
    says: 'Mostra uma categoria',
    at: [`GET ${base}/schedules/categories/:id`],
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const [category] = await showCategories(tx, [numberOf('category', params.id, categoryNotFound)])
        return { status: 200, body: category ?? refuseWith(categoryNotFound) }
      }),
  },
  {
    ...writesCatalog,
    name: 'create-category',
    says: 'Cria uma categoria',
    at: [`POST ${base}/schedules/categories`],
    run: async (ctx, { body }) => {
      const form = Form.of(body)
      form.need('name')
      const name = form.text('name', 200)
      const parentId = readGroup(form)
      const kind = form.text('type', 10)?.toLowerCase() === 'out' ? categoryKinds[1] : categoryKinds[0]
      const input: object = { name: form.given(name), parentId, kind }
      const { id } = await createReference(ctx, categories, input)
      return asText(toGuid('category', id))
    },
  },
]

/** A subgroup is within its group (n8n-nodes-nibo-empresas, PLAN-v0.9.0 §1.1, §1.7); the last two are what our answers call it. */
function readGroup(form: Form): number | null {
  const subgroup = form.guid('subGroupId', 'category', 'Subgrupo não encontrado.')
  const groups = ['categoryGroupId', 'groupId', 'parentId'].map(name => form.guid(name, 'category', categoryNotFound))
  return subgroup ?? groups.find(id => id !== null) ?? null
}

const MOST_IN_TREE = 10_000

type Shown = ReturnType<typeof showCategory>
type Branch = Shown & { children: Branch[] }

/** One whose parent is not listed stands at the top. */
function treeOf(all: readonly Shown[]): Branch[] {
  const branches = new Map(all.map(it => [it.id, { ...it, children: [] as Branch[] }]))
  const top: Branch[] = []
  for (const branch of branches.values()) (branches.get(branch.parentId ?? '')?.children ?? top).push(branch)
  return top
}

// --- Cost centres ---

const centreNotFound = 'Centro de custo não encontrado.'

async function showCentres(tx: Tx, ids: readonly number[]) {
  const known = await referencesOf(tx, costCentres, ids)
  return ids
    .flatMap(id => known.get(id) ?? [])
    .map(({ id, name, code }) => ({ costCenterId: toGuid('cost_centre', id), description: name, externalCode: code }))
}

/** Their text is our name. */
function readCentre(body: unknown): object {
  const form = Form.of(body)
  if (!form.has('description')) form.wrong(descriptionNeeded)
  const code = form.text('externalCode', 60)
  return { name: form.given(form.text('description', 200)), code }
}

/** Their clients send no version: it is held, and the one that stands there is meant. */
async function heldCentre(tx: Tx, guid: string | undefined, lock: 'hold' | 'leaving') {
  return knownReference(tx, costCentres, numberOf('cost_centre', guid, centreNotFound), lock)
}

const costCentreOperations: readonly Operation<Words>[] = [
  {
    ...readsCatalog,
    name: 'list-cost-centres',
    query: odataQuery,
    says: 'Lista os centros de custo',
    at: [`GET ${base}/costcenters`],
    run: listOf(costCentresListed, (tx, _ctx, ids) => showCentres(tx, ids)),
  },
  {
    ...readsCatalog,
    name: 'show-cost-centre',
    says: 'Mostra um centro de custo',
    at: [`GET ${base}/costcenters/:id`],
    run: (ctx, { params }) =>
      ctx.transact(async tx => {
        const [centre] = await showCentres(tx, [numberOf('cost_centre', params.id, centreNotFound)])
        return { status: 200, body: centre ?? refuseWith(centreNotFound) }
      }),
  },
  {
    ...writesCatalog,
    name: 'create-cost-centre',
    says: 'Cria um centro de custo',
    at: [`POST ${base}/costcenters`],
    run: async (ctx, { body }) => asText(toGuid('cost_centre', (await createReference(ctx, costCentres, readCentre(body))).id)),
  },
  {
    ...writesCatalog,
    words: { notFound: centreNotFound, isReplacing: true },
    name: 'update-cost-centre',
    says: 'Muda um centro de custo',
    at: [`PUT ${base}/costcenters/:id`],
    run: (ctx, { params, body }) =>
      ctx.transact(async (tx): Promise<ForeignAnswer> => {
        const { id, version } = await heldCentre(tx, params.id, 'hold')
        await updateReference(ctx, costCentres, id, version, readCentre(body))
        return { status: 204 }
      }),
  },
  {
    ...writesCatalog,
    words: { notFound: centreNotFound },
    name: 'delete-cost-centre',
    says: 'Exclui um centro de custo',
    at: [`DELETE ${base}/costcenters/:id`],
    run: (ctx, { params }) =>
      ctx.transact(async (tx): Promise<ForeignAnswer> => {
        const { id, version } = await heldCentre(tx, params.id, 'leaving')
        await deleteReference(ctx, costCentres, id, version)
        return { status: 204 }
      }),
  },
]

// --- Accounts and service profiles ---

const furtherLists: readonly Operation<Words>[] = [
  {
    // Where money goes is read with the scope of organizations.
    needs: ['organizations:read'],
    reads: true,
    words: {},
    name: 'list-accounts',
    query: odataQuery,
    says: 'Lista as contas bancárias',
    at: [`GET ${base}/accounts`],
    run: listOf(accountsListed, async (tx, _ctx, ids) => {
      const known = await referencesOf(tx, financialAccounts, ids)
      return ids
        .flatMap(id => known.get(id) ?? [])
        .map(it => ({
          id: toGuid('financial_account', it.id),
          name: it.name,
          bankCode: it.bankCode,
          agency: it.bankBranch,
          accountNumber: it.bankAccount,
          isDeleted: false,
        }))
    }),
  },
  {
    ...readsCatalog,
    name: 'list-service-profiles',
    query: odataQuery,
    says: 'Lista os perfis de serviço',
    at: [`GET ${base}/nfse/serviceprofiles`],
    run: listOf(serviceProfilesListed, async (tx, _ctx, ids) => {
      const known = await referencesOf(tx, nfseTemplates, ids)
      return ids
        .flatMap(id => known.get(id) ?? [])
        .map(it => ({
          id: toGuid('nfse_template', it.id),
          name: it.name,
          cityServiceCode: it.codigoServicoMunicipal,
          cnaeCode: it.cnae,
          serviceListItemLC116: it.itemListaServico,
          issAliquot: asRate(it.aliquotaIss),
          issRetained: it.issRetidoFonte,
          irAliquot: asRate(it.aliquotaIrrf),
          pisAliquot: asRate(it.aliquotaPis),
          cofinsAliquot: asRate(it.aliquotaCofins),
          csllAliquot: asRate(it.aliquotaCsll),
          inssAliquot: asRate(it.aliquotaInss),
        }))
    }),
  },
]

function asRate(percent: string | null): number | null {
  return percent === null ? null : Number(percent)
}

export const listOperations: readonly Operation<Words>[] = [
  ...scheduleLists,
  ...categoryOperations,
  ...costCentreOperations,
  ...furtherLists,
]

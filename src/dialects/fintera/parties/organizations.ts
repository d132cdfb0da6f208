import { formatCnpj, parseCnpj } from '../../../core/brazil/cnpj.ts'
import { archiveOrganization } from '../../../organizations/archive-organization.ts'
import { createOrganization } from '../../../organizations/create-organization.ts'
import { type Organization, readOrganization } from '../../../organizations/organization.ts'
import { listOrganizations, organizationOf } from '../../../organizations/organization-store.ts'
import type { OrganizationTies } from '../../../organizations/organization-ties.ts'
import { holdLeavingOrganization } from '../../../organizations/read-organization.ts'
import { updateOrganization } from '../../../organizations/update-organization.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import type { Operation } from '../../dialect.ts'
import { everyPage } from '../../every-page.ts'
import { refuseBilledParty, usedOrganization } from '../deleting.ts'
import { Form } from '../form.ts'
import { type Facts, factsAfter, factsOf, factsOfMany, saveFacts, saysElse } from '../kept.ts'
import { numberOfOrganization, organizationNumbered } from '../numbers.ts'
import { readNumber, showStamp } from '../values.ts'
import { notThere, refuseSearch, type Words } from '../words.ts'
import { addressNames, readAddressChange, readNames, showAddress, showNames } from './party.ts'

const words: Words = {
  shape: 'model',
  fields: { '/legalName': 'name', '/tradeName': 'name', '/cnpj': 'cnpj', '/address/uf': 'state', '/address/zipCode': 'zipcode' },
}

const reads = { needs: ['organizations:read'], reads: true, words } as const
const writes = { needs: ['organizations:write'], words } as const

export function organizationOperations(ties: OrganizationTies): Operation<Words>[] {
  return [
    {
      ...writes,
      name: 'create-organization',
      at: ['POST /api/v1/organizations'],
      run: (ctx, { body }) =>
        ctx.transact(async tx => {
          const form = Form.of(body, 'organization')
          const input = readInput(form, null)
          const { id } = await createOrganization(ctx, input)
          await saveFacts(tx, 'organization', id, {}, factsSent(form, {}))
          return { status: 201, body: { organization: await shown(tx, ctx, id) } }
        }),
    },
    {
      ...reads,
      name: 'search-organization',
      at: ['GET /api/v1/organizations/search'],
      run: (ctx, { query }) =>
        ctx.transact(async tx => {
          const text = query.get('cnpj') || refuseSearch('cnpj')
          const cnpj = parseCnpj(text)
          if (cnpj === null) return notThere()
          const [found] = await listOrganizations(tx, { archived: false, cnpj }, 0, 1)
          return { status: 200, body: { organization: await shown(tx, ctx, found?.id ?? notThere()) } }
        }),
    },
    {
      ...reads,
      name: 'list-organizations',
      at: ['GET /api/v1/organizations'],
      run: ctx =>
        ctx.transact(async tx => {
          const all = await everyPage<Organization, number>(
            0,
            last => last.id,
            (after, limit) => listOrganizations(tx, { archived: false }, after, limit),
          )
          const facts = await factsOfMany(
            tx,
            'organization',
            all.map(({ id }) => id),
          )
          return { status: 200, body: { organizations: all.map(each => show(ctx, each, facts(each.id))) } }
        }),
    },
    {
      ...writes,
      name: 'update-organization',
      at: ['PATCH /api/v1/organizations/:id', 'PUT /api/v1/organizations/:id'],
      run: (ctx, { body, params }) =>
        ctx.transact(async tx => {
          const before = await held(tx, params.id)
          const facts = await factsOf(tx, 'organization', before.id)
          const form = Form.over(body, 'organization', show(ctx, before, facts))
          const change = readInput(form, before)
          const after = factsSent(form, facts)
          await updateOrganization(ctx, ties, before.id, before.version, change, saysElse(facts, after))
          await saveFacts(tx, 'organization', before.id, facts, after)
          return { status: 200, body: { organization: await shown(tx, ctx, before.id) } }
        }),
    },
    {
      ...writes,
      name: 'delete-organization',
      at: ['DELETE /api/v1/organizations/:id'],
      words: { shape: 'action', texts: { in_use: usedOrganization } },
      run: (ctx, { params }) =>
        ctx.transact(async tx => {
          const { id } = await held(tx, params.id)
          await refuseBilledParty(tx, { organizationId: id }, usedOrganization)
          await archiveOrganization(ctx, ties, id)
          return { status: 204 }
        }),
    },
  ]
}

/** The organization in use that the path names. */
export async function organizationAt(tx: Reader, number: string | undefined): Promise<Organization> {
  const id = organizationNumbered(readNumber(number) ?? 0)
  const organization = id === null ? null : await organizationOf(tx, id)
  return organization === null || organization.archivedAt !== null ? notThere() : organization
}

async function held(tx: Tx, number: string | undefined): Promise<Organization> {
  const { id } = await organizationAt(tx, number)
  const organization = await holdLeavingOrganization(tx, id)
  return organization.archivedAt === null ? organization : notThere()
}

/** Theirs know no tax regime: the one of most companies that are in none of the simplified ones, until somebody says it. */
const TAX_REGIME = 'lucro_presumido'

function readInput(form: Form, before: Organization | null) {
  const { legal, trade } = readNames(form, before && { legal: before.legalName, trade: before.tradeName })
  const cnpj = form.needed('cnpj', before === null)
  const address = readAddressChange(form, before?.address ?? null)
  const input = {
    legalName: legal,
    tradeName: trade,
    cnpj: cnpj ?? before?.cnpj ?? '',
    taxRegime: before?.taxRegime ?? TAX_REGIME,
    ...(address !== undefined && { address }),
  }
  form.judge(words, () => readOrganization(input))
  form.refuseIfAny(words)
  return input
}

function factsSent(form: Form, before: Facts): Facts {
  return factsAfter(before, form, ['name', 'company_name', ...addressNames], {})
}

async function shown(tx: Reader, ctx: Ctx, id: number) {
  const organization = (await organizationOf(tx, id)) ?? notThere()
  return show(ctx, organization, await factsOf(tx, 'organization', id))
}

function show(ctx: Ctx, organization: Organization, facts: Facts) {
  const { address, number, complement, zipcode, district, city, state } = showAddress(organization.address, facts)
  return {
    id: numberOfOrganization(organization.id),
    account_id: ctx.account,
    ...showNames({ legal: organization.legalName, trade: organization.tradeName }, facts),
    cnpj: formatCnpj(organization.cnpj),
    address,
    number,
    complement,
    zipcode,
    district,
    city,
    state,
    created_at: showStamp(organization.createdAt, organization.timeZone),
  }
}

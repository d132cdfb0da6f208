import { Type } from 'typebox'
import { showId } from '../core/ids.ts'
import type { Ctx } from '../platform/context.ts'
import { externalIdFilter, readExternalIdFilter } from '../platform/http/external-id-fields.ts'
import { Flag, IdOf, OneOf, Text } from '../platform/http/fields.ts'
import { registerHistoryRoute } from '../platform/http/history-route.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { activateContract } from './activate-contract.ts'
import { cancelContract } from './cancel-contract.ts'
import { allContractStates, contractKinds } from './contract.ts'
import type { ContractTies } from './contract-ties.ts'
import { createContract } from './create-contract.ts'
import { deleteContract } from './delete-contract.ts'
import { registerEventRoutes } from './events/event-routes.ts'
import { reactivateContract } from './reactivate-contract.ts'
import { getContract, searchContracts } from './read-contract.ts'
import { notesOf } from './read-standing.ts'
import { registerReadjustmentRoutes } from './readjustment/readjustment-routes.ts'
import { resumeContract } from './resume-contract.ts'
import { registerRuleRoutes } from './rules/rule-routes.ts'
import { suspendContract } from './suspend-contract.ts'
import { registerTemplateRoutes } from './templates/template-routes.ts'
import { updateContract } from './update-contract.ts'
import {
  Activation,
  AtContract,
  asContractChange,
  asNewContract,
  Cancellation,
  ContractAnswer,
  ContractDetailAnswer,
  ContractPatch,
  NewContract,
  NewSuspension,
  Reactivation,
  Resumption,
  showContract,
  showContractDetail,
} from './wire.ts'
import { registerWithholdingRoutes } from './withholding/withholding-routes.ts'

const reads = { access: 'contracts:read' } as const
const writes = { access: 'contracts:write' } as const
const changes = { ...writes, params: AtContract, answer: ContractDetailAnswer } as const

export function registerContractRoutes(app: App, ties: ContractTies): void {
  registerKeeping(app, ties)
  registerStanding(app, ties)
  registerHistoryRoute(app, '/v1/contracts', 'contract', reads.access)
  registerRuleRoutes(app)
  registerEventRoutes(app)
  registerReadjustmentRoutes(app)
  registerTemplateRoutes(app)
  registerWithholdingRoutes(app)
}

function registerKeeping(app: App, ties: ContractTies): void {
  route(
    app,
    'POST /v1/contracts',
    {
      ...writes,
      summary: 'Cadastra um contrato, com suas regras de faturamento se vierem.',
      body: NewContract,
      answer: ContractDetailAnswer,
      status: 201,
    },
    async (ctx, { body }) => {
      const { contract } = await createContract(ctx, asNewContract(body))
      return { ...(await show(ctx, ties, contract.id)), location: `/v1/contracts/${showId('contract', contract.id)}` }
    },
  )

  route(
    app,
    'GET /v1/contracts',
    {
      ...reads,
      summary: 'Lista os contratos.',
      query: PageQuery({
        q: Type.Optional(
          Text(200, { description: 'Parte do nome, título, código ou número, ou do nome do cliente; acentos podem faltar.' }),
        ),
        code: Type.Optional(Text(60)),
        state: Type.Optional(OneOf(allContractStates)),
        kind: Type.Optional(OneOf(contractKinds)),
        organizationId: Type.Optional(IdOf('organization')),
        customerId: Type.Optional(IdOf('customer')),
        archived: Type.Optional(Flag({ description: 'true: só os arquivados.' })),
        ...externalIdFilter,
      }),
      answer: PageOf(ContractAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const { q, code, state, kind, organizationId, customerId, archived = false } = query
      const search = { archived, q, code, state, kind, organizationId, customerId, externalId: readExternalIdFilter(query) }
      const rows = await searchContracts(ctx, search, page.after?.[0] ?? 0, page.limit)
      return { body: toPage(rows, page, row => [row.id], showContract) }
    },
  )

  route(
    app,
    'GET /v1/contracts/:id',
    { ...reads, summary: 'Mostra um contrato com suas regras e suspensões.', params: AtContract, answer: ContractDetailAnswer },
    async (ctx, { params }) => show(ctx, ties, params.id),
  )

  route(
    app,
    'PATCH /v1/contracts/:id',
    {
      ...changes,
      summary: 'Altera um contrato: o que não vier fica, o que vier null é apagado.',
      body: ContractPatch,
      ifMatch: true,
    },
    async (ctx, { params, body, expectedVersion }) => {
      await updateContract(ctx, params.id, expectedVersion, asContractChange(body))
      return show(ctx, ties, params.id)
    },
  )

  route(
    app,
    'DELETE /v1/contracts/:id',
    {
      ...writes,
      summary: 'Arquiva um contrato sem faturas.',
      description:
        'O que ele trouxe em aberto de outro sistema é cancelado com ele; se algo disso já foi recebido, nada muda (in_use). O mesmo código pode ser importado de novo.',
      params: AtContract,
      ifMatch: true,
    },
    async (ctx, { params, expectedVersion }) => {
      await deleteContract(ctx, ties, params.id, expectedVersion)
      return {}
    },
  )
}

function registerStanding(app: App, ties: ContractTies): void {
  route(
    app,
    'POST /v1/contracts/:id/activate',
    { ...changes, summary: 'Ativa um rascunho: a vigência começa.', body: Activation },
    async (ctx, { params, body }) => {
      await activateContract(ctx, params.id, body)
      return show(ctx, ties, params.id)
    },
  )

  route(
    app,
    'POST /v1/contracts/:id/suspend',
    { ...changes, summary: 'Suspende um contrato: os períodos que começam na suspensão não são cobrados.', body: NewSuspension },
    async (ctx, { params, body }) => {
      await suspendContract(ctx, params.id, body)
      return show(ctx, ties, params.id)
    },
  )

  route(
    app,
    'POST /v1/contracts/:id/resume',
    { ...changes, summary: 'Retoma um contrato suspenso.', body: Resumption },
    async (ctx, { params, body }) => {
      await resumeContract(ctx, params.id, body)
      return show(ctx, ties, params.id)
    },
  )

  route(
    app,
    'POST /v1/contracts/:id/cancel',
    { ...changes, summary: 'Cancela um contrato: a vigência termina nesse dia.', body: Cancellation },
    async (ctx, { params, body }) => {
      await cancelContract(ctx, params.id, body)
      return show(ctx, ties, params.id)
    },
  )

  route(
    app,
    'POST /v1/contracts/:id/reactivate',
    { ...changes, summary: 'Reativa um contrato cancelado; os dias entre um e outro contam como suspensão.', body: Reactivation },
    async (ctx, { params, body }) => {
      await reactivateContract(ctx, params.id, body)
      return show(ctx, ties, params.id)
    },
  )
}

async function show(ctx: Ctx, ties: ContractTies, id: number) {
  return ctx.transact(async tx => {
    const contract = await getContract(ctx, id)
    return { body: showContractDetail(contract, await notesOf(tx, ties, contract)), version: contract.version }
  })
}

import { listItems } from '../../../billing-run/item-store.ts'
import { contractVerdict, type Obstacle } from '../../../billing-run/kanban/contract-verdict.ts'
import { type Picked, pickContracts } from '../../../billing-run/kanban/kanban-store.ts'
import { runById } from '../../../billing-run/run-store.ts'
import { startRun } from '../../../billing-run/start-run.ts'
import { workRun } from '../../../billing-run/work-run.ts'
import { activateContract } from '../../../contracts/activate-contract.ts'
import { cancelContract } from '../../../contracts/cancel-contract.ts'
import type { Contract } from '../../../contracts/contract.ts'
import { contractsOf } from '../../../contracts/contract-store.ts'
import { reactivateContract } from '../../../contracts/reactivate-contract.ts'
import { resumeContract } from '../../../contracts/resume-contract.ts'
import { suspendContract } from '../../../contracts/suspend-contract.ts'
import { Refusal } from '../../../core/refusal.ts'
import { calendarsOf } from '../../../organizations/calendar.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Tx } from '../../../platform/db/db.ts'
import { spokenOrganization } from '../../spoken-organization.ts'
import { Worded } from '../../worded.ts'
import { lockBatchCode, runningFor } from '../batch/batch-store.ts'
import { itemStatus, stoppedBecause } from '../batch/batch-words.ts'
import { contractNumber } from '../contract-number.ts'
import { wrongValue } from '../fault.ts'
import type { Method, Result } from '../operation.ts'
import { type Param, textIn } from '../read-param.ts'
import { contractNamed } from './contract-named.ts'

const service = 'servicos/contratofat'
const writes = { service, needs: ['contracts:write'] } as const

/** What a verb of theirs that changes the standing of a contract is with us. */
const standing: readonly [name: string, call: string, done: string, act: (ctx: Ctx, contract: Contract) => Promise<unknown>][] = [
  [
    'suspend-contract',
    'SuspenderContrato',
    'Contrato suspenso com sucesso!',
    (ctx, { id }) => suspendContract(ctx, id, { reason: 'SuspenderContrato' }),
  ],
  [
    'activate-contract',
    'AtivarContrato',
    'Contrato ativado com sucesso!',
    (ctx, { id, state }) => (state === 'suspended' ? resumeContract(ctx, id) : activateContract(ctx, id)),
  ],
  [
    'cancel-contract',
    'CancelarContrato',
    'Contrato cancelado com sucesso!',
    (ctx, { id }) => cancelContract(ctx, id, { reason: 'CancelarContrato' }),
  ],
  [
    'reactivate-contract',
    'ReativarContrato',
    'Contrato reativado com sucesso!',
    (ctx, { id, state }) => (state === 'cancelled' ? reactivateContract(ctx, id) : resumeContract(ctx, id)),
  ],
]

export const billingMethods: readonly Method[] = [
  { name: 'bill-contract', service, call: 'FaturarContrato', needs: ['billing:write'], run: billContract },
  {
    name: 'validate-contract',
    service,
    call: 'ValidarContrato',
    needs: ['billing:read'],
    reads: true,
    run: async (ctx, param) => {
      const { id } = await ctx.transact(tx => contractNamed(tx, param))
      const { obstacle } = await contractVerdict(ctx, id)
      return obstacle === null
        ? told(id, '0', 'Contrato validado com sucesso!')
        : told(id, REFUSED, itemStatus(obstacle, null).cMensagem)
    },
  },
  ...standing.map(
    ([name, call, done, act]): Method => ({ ...writes, name, call, run: (ctx, param) => change(ctx, param, done, act) }),
  ),
  {
    name: 'list-contracts-of-stage',
    service,
    call: 'ObterContratos',
    needs: ['contracts:read'],
    reads: true,
    run: (ctx, param) => listStage(ctx, param),
  },
]

/** Any code above zero is an error; which ones theirs has is not known. */
const REFUSED = '1'

function told(nCodCtr: number, cCodStatus: string, cDescStatus: string): Result {
  return { body: { nCodCtr, cCodStatus, cDescStatus } }
}

/** What the state of a contract does not allow is told with HTTP 200, as a status above zero. */
async function change(
  ctx: Ctx,
  param: Param,
  done: string,
  act: (ctx: Ctx, contract: Contract) => Promise<unknown>,
): Promise<Result> {
  const contract = await ctx.transact(tx => contractNamed(tx, param))
  try {
    await act(ctx, contract)
  } catch (error) {
    if (!(error instanceof Refusal) || error instanceof Worded || error.status >= 500) throw error
    // Thrown, and not answered: whoever may have begun a transaction around this one must undo it.
    throw new Worded({ status: 200, body: told(contract.id, REFUSED, error.message).body })
  }
  return { ...told(contract.id, '0', done), wakes: true }
}

/**
 * Bills one period of the contract, for the answer names one order: the oldest that is due; where none is, the next one, ahead of its day. It
 * is billed by a run like any other, which this call works to its end: were it killed in between, a worker would go on with it.
 */
async function billContract(ctx: Ctx, param: Param): Promise<Result> {
  const { id } = await ctx.transact(tx => contractNamed(tx, param))
  const started = await ctx.transact(tx => startOrJoin(tx, ctx, id))
  if (typeof started !== 'number') return notBilled(id, itemStatus(started, null).cMensagem, started.invoiceId)
  await workRun(ctx, started)
  const { items, stopped } = await ctx.transact(async tx => {
    const run = await runById(tx, started)
    const stopped = run === null ? null : stoppedBecause(run.state, run.pauseReason)
    return { items: await listItems(tx, started, {}, 0, 100), stopped }
  })
  const billed = items.find(item => item.outcomeClass === 'billed')
  if (billed !== undefined) {
    const { cMensagem } = itemStatus(billed, stopped)
    return { body: { nCodCtr: id, nCodOS: billed.invoiceId ?? 0, cCodStatus: '0', cDescStatus: cMensagem }, wakes: true }
  }
  const left = items.find(item => itemStatus(item, stopped).cStatus === 'ERROR') ?? items[0]
  return notBilled(id, left === undefined ? 'Não há o que faturar neste contrato.' : itemStatus(left, stopped).cMensagem, null)
}

/** The run that bills the contract, or why nothing of it would be billed. Of two calls at once the second waits for what the first began. */
async function startOrJoin(tx: Tx, ctx: Ctx, contractId: number): Promise<number | Obstacle> {
  await lockBatchCode(tx, `contract ${contractId}`)
  const running = await runningFor(tx, contractId)
  if (running !== null) return running
  const { filters, obstacle } = await contractVerdict(ctx, contractId)
  if (obstacle !== null) return obstacle
  const run = await startRun(ctx, { cause: 'dialect', filters })
  return run.id
}

/** @param order what bills the period that the caller means, where its first answer got lost */
function notBilled(nCodCtr: number, cDescStatus: string, order: number | null): Result {
  return { body: { nCodCtr, nCodOS: order ?? 0, cCodStatus: REFUSED, cDescStatus }, wakes: true }
}

/** 10 all, 20 due today, 30 billed this month, 40 ending within 90 days: each by itself, so that they overlap. */
const stages: ReadonlyMap<string, Picked> = new Map([
  ['10', 'all'],
  ['20', 'due'],
  ['30', 'billed'],
  ['40', 'expiring'],
])

async function listStage(ctx: Ctx, param: Param): Promise<Result> {
  const cEtapa = textIn(param, 'cEtapa') ?? ''
  const picked = stages.get(cEtapa)
  if (picked === undefined) throw wrongValue('cEtapa', 'use 10, 20, 30 ou 40.')
  return ctx.transact(async tx => {
    const ids = await pickContracts(tx, await calendarsOf(tx, ctx.clock.now()), picked, await spokenOrganization(tx, ctx))
    const contracts = await contractsOf(tx, ids)
    const listaContratos = ids.map(nCodCtr => ({ nCodCtr, cNumCtr: contractNumber(contracts.get(nCodCtr)) }))
    return { body: { cEtapa, listaContratos } }
  })
}

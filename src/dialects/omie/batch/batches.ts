import { listItems, type ShownItem, type Tally, talliesOf } from '../../../billing-run/item-store.ts'
import { billColumn } from '../../../billing-run/kanban/bill-column.ts'
import { type Run, runById } from '../../../billing-run/run-store.ts'
import { addDays, parseCivilDate, startOfDay } from '../../../core/dates.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import { keep, keptOf } from '../../kept-store.ts'
import { spokenOrganization } from '../../spoken-organization.ts'
import { timeZoneOf } from '../../time-zone.ts'
import { fault, missingTag } from '../fault.ts'
import { dayAndHour } from '../moments.ts'
import type { Method } from '../operation.ts'
import { hungarian, type PageAsked, pageAsked, pageHead } from '../paging.ts'
import { type Param, textIn, textUpTo, wholeIn } from '../read-param.ts'
import { pagesWithDetails } from './batch-pages.ts'
import { type BatchFilter, listBatches, lockBatchCode, runningBatch } from './batch-store.ts'
import { type BatchStatus, isFaulty, itemStatus, ofPeriod, originOf, stoppedBecause } from './batch-words.ts'

const service = 'servicos/contratolote'
const reads = { service, needs: ['billing:read'], reads: true } as const

export const batchMethods: readonly Method[] = [
  {
    name: 'bill-batch',
    service,
    call: 'FaturarLoteContrato',
    needs: ['billing:write'],
    run: async (ctx, param) => {
      const code = textUpTo(param, 'cCodIntLote', 60)?.trim() || null
      return { body: await ctx.transact(tx => startOrJoin(tx, ctx, code)), wakes: true }
    },
  },
  {
    ...reads,
    name: 'list-batches',
    call: 'ListarLotesContrato',
    run: async (ctx, param) => ({ body: await ctx.transact(tx => listPage(tx, ctx, param)) }),
  },
  {
    ...reads,
    name: 'show-batch',
    call: 'StatusLoteContrato',
    run: async (ctx, param) => {
      const id = wholeIn(param, 'nIdLoteFat') || undefined
      if (id === undefined) throw missingTag('nIdLoteFat')
      const [batch] = await ctx.transact(async tx => {
        const { batches } = await listBatches(tx, { id }, { offset: 0, size: 1 })
        return showBatches(
          tx,
          ctx,
          batches.map(each => each.id),
          false,
        )
      })
      if (batch === undefined) throw fault(105, `Lote de faturamento não cadastrado para o Código [${id}] !`)
      return { body: batch }
    },
  },
]

/**
 * A batch over what stands in "Faturar Hoje". The same code joins the one that is running; afterwards it is a new batch over what is
 * left: their document says to bill "o lote novamente", and clients send a constant. That nothing is billed twice is the ledger's to see to.
 */
async function startOrJoin(tx: Tx, ctx: Ctx, code: string | null): Promise<object> {
  if (code !== null) {
    await lockBatchCode(tx, code)
    const running = await runningBatch(tx, code)
    if (running !== null) {
      const kept = (await keptOf(tx, 'omie', 'billing_run', [running])).get(running)
      return started(running, Number(kept?.nQtdeFat ?? 0), 'Este lote já está em processamento.')
    }
  }
  const { run, contracts } = await billColumn(tx, ctx, 'dialect', await spokenOrganization(tx, ctx))
  await keep(tx, 'omie', 'billing_run', run.id, { nQtdeFat: contracts, ...(code !== null && { cCodIntLote: code }) })
  return started(
    run.id,
    contracts,
    contracts === 0 ? 'Não há contratos em "Faturar Hoje".' : 'Lote de faturamento incluído com sucesso!',
  )
}

function started(nIdLoteFat: number, nQtdeFat: number, cDesStatus: string) {
  return { nQtdeFat, nIdLoteFat, cCodStatus: '0', cDesStatus }
}

async function listPage(tx: Reader, ctx: Ctx, param: Param): Promise<object> {
  const page = pageAsked(param, hungarian)
  const timeZone = await timeZoneOf(tx)
  const from = dayIn(param, 'dDtIncDe')
  const until = dayIn(param, 'dDtIncAte')
  const filter = {
    // Clients send 0 for none.
    id: wholeIn(param, 'nIdLoteFat') || undefined,
    from: from && startOfDay(from, timeZone),
    before: until && startOfDay(addDays(until, 1), timeZone),
  }
  if (textIn(param, 'cExibirDetalhes') === 'S') return listWithDetails(tx, ctx, filter, page)
  const { batches, all } = await listBatches(tx, filter, page)
  const lotes = await showBatches(
    tx,
    ctx,
    batches.map(each => each.id),
    false,
  )
  return { ...pageHead(hungarian, page, lotes.length, all), lotes }
}

/** As theirs caps some lists and counts their pages anew: what a page may hold is less than what was asked for. */
async function listWithDetails(tx: Reader, ctx: Ctx, filter: BatchFilter, { page, size }: PageAsked): Promise<object> {
  const { batches, all } = await listBatches(tx, filter, { offset: 0, size: MOST_LISTED })
  const pages = pagesWithDetails(batches, size)
  const lotes = await showBatches(tx, ctx, pages[page - 1] ?? [], true)
  const head = pageHead(hungarian, { page, size, offset: 0 }, lotes.length, all)
  return { ...head, nTotPaginas: pages.length, lotes }
}

/** More than are ever looked through. */
const MOST_LISTED = 100_000

function dayIn(param: Param, tag: string) {
  const text = textIn(param, tag)
  return text === undefined ? undefined : (parseCivilDate(text) ?? undefined)
}

// --- Showing ---

async function showBatches(tx: Reader, ctx: Ctx, ids: readonly number[], hasDetails: boolean) {
  const tallies = await talliesOf(tx, ids)
  const kept = await keptOf(tx, 'omie', 'billing_run', ids)
  const timeZone = await timeZoneOf(tx)
  const batches = []
  for (const id of ids) {
    const run = await runById(tx, id)
    if (run === null) throw new Error(`run ${id} was listed and is not there`)
    const head = showHead(ctx, run, tallies.get(id) ?? [], Number(kept.get(id)?.nQtdeFat ?? 0), timeZone)
    batches.push(hasDetails ? { ...head, detalhes: await detailsOf(tx, run) } : head)
  }
  return batches
}

function showHead(ctx: Ctx, run: Run, tally: readonly Tally[], foreseen: number, timeZone: string) {
  const done = tally.filter(row => row.outcomeClass !== 'pending').reduce((total, row) => total + row.items, 0)
  const [dUltimaAtual, hUltimaAtual] = dayAndHour(run.finishedAt ?? ctx.clock.now(), timeZone)
  const [dInicioProc, hInicioProc] = dayAndHour(run.createdAt, timeZone)
  const [dConclusaoProc, hConclusaoProc] = dayAndHour(run.finishedAt, timeZone)
  return {
    nIdLoteFat: run.id,
    // What is still being listed is told as what stood in the column.
    nQtdeTotal: run.decided || run.finishedAt !== null ? run.items : Math.max(run.items, foreseen),
    nQtdeProcessadas: done,
    cOrigem: originOf[run.cause],
    cStatus: statusOf(run, tally),
    dUltimaAtual,
    hUltimaAtual,
    dInicioProc,
    hInicioProc,
    dConclusaoProc,
    hConclusaoProc,
  }
}

function statusOf({ state, pauseReason, cause }: Run, tally: readonly Tally[]): BatchStatus {
  if (stoppedBecause(state, pauseReason) !== null || state === 'cancelled' || state === 'error') return 'ERROR'
  if (state !== 'done') return 'RUNNING'
  return tally.some(row => isFaulty(row.outcome, cause)) ? 'ERROR' : 'DONE'
}

/** Items that are read at a time. */
const DETAILS_AT_ONCE = 1000

async function detailsOf(tx: Reader, run: Run) {
  const stopped = stoppedBecause(run.state, run.pauseReason)
  const details = []
  const first = new Map<number, { detail: { cMensagem: string }; text: string }>()
  for (let after = 0; ; ) {
    const items = await listItems(tx, run.id, {}, after, DETAILS_AT_ONCE)
    for (const item of items) {
      const { cStatus, cMensagem } = itemStatus(item, stopped, run.cause)
      const detail = { nIdPedido: orderOf(item), nIdContrato: item.contractId, cStatus, cMensagem }
      const text = ofPeriod(item, cMensagem)
      // Which of several of one contract it is: only the words are kept of a batch, which may be long.
      const before = first.get(item.contractId)
      if (before === undefined) first.set(item.contractId, { detail, text })
      else {
        before.detail.cMensagem = before.text
        detail.cMensagem = text
      }
      details.push(detail)
    }
    after = items.at(-1)?.item ?? after
    if (items.length < DETAILS_AT_ONCE) return details
  }
}

/** The invoice stands where they have an order of service; before it is made its id is only reserved. */
function orderOf({ kind, outcomeClass, invoiceId }: ShownItem): number {
  return invoiceId !== null && (kind === 'emit' || outcomeClass === 'billed') ? invoiceId : 0
}

import type { Instant } from '../../../core/dates.ts'
import { showId } from '../../../core/ids.ts'
import { cents, decimalOf } from '../../../core/money.ts'
import { calendarsOf } from '../../../organizations/calendar.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import { addExternalIds, dropExternalIds, externalIdsOf, subjectOfExternalId } from '../../../platform/external-ids.ts'
import { abateReceivable } from '../../../receivables/abate-receivable.ts'
import { isStanding, type Receipt } from '../../../receivables/receipt.ts'
import { receiptsOf } from '../../../receivables/receipt-store.ts'
import type { Receivable } from '../../../receivables/receivable.ts'
import { receivableOf } from '../../../receivables/receivable-store.ts'
import { receivePayment } from '../../../receivables/receive-payment.ts'
import { undoReceipt } from '../../../receivables/undo-receipt.ts'
import { keep, keptOf } from '../../kept-store.ts'
import { spokenOrganization } from '../../spoken-organization.ts'
import { timeZoneOf } from '../../time-zone.ts'
import { dayIn, daysIn, movedIn } from '../days-asked.ts'
import { fault, missingTag, twoNamed, wrongValue } from '../fault.ts'
import type { Method, Result } from '../operation.ts'
import { anyPageHead, pageAsked, snake } from '../paging.ts'
import { type Param, textIn, textUpTo, wholeIn } from '../read-param.ts'
import type { Words } from '../words.ts'
import { type ReceiptForm, readReceiptForm } from './receipt-form.ts'
import { type ListOrder, pageOfReceivables, type ReceivableListFilter, receivableOfReceipt } from './receivable-list-store.ts'
import { statusesAsked } from './receivable-status.ts'
import { showReceivables } from './receivable-view.ts'

const service = 'financas/contareceber'
const words: Words = {
  tags: {
    '/receivedOn': 'data',
    '/amountCents': 'valor',
    '/financialAccountId': 'codigo_conta_corrente',
    '/externalIds': 'codigo_baixa_integracao',
  },
}
const reads = { service, needs: ['receivables:read', 'invoices:read', 'customers:read'], reads: true, words } as const
const writes = { service, needs: ['receivables:write'], words } as const

export const receivableMethods: readonly Method[] = [
  {
    ...reads,
    name: 'list-receivables',
    call: 'ListarContasReceber',
    run: (ctx, param) => ctx.transact(tx => listPage(tx, ctx, param)),
  },
  {
    ...reads,
    name: 'show-receivable',
    call: 'ConsultarContaReceber',
    run: (ctx, param) =>
      ctx.transact(async tx => {
        const { id } = await receivableNamed(tx, param, 'codigo_lancamento_omie')
        const [shown] = await showReceivables(tx, ctx, [id], { filled: false, withNotes: true })
        return { body: shown ?? {} }
      }),
  },
  {
    ...writes,
    name: 'receive',
    call: 'LancarRecebimento',
    run: (ctx, param) => ctx.transact(tx => receive(tx, ctx, param)),
  },
  {
    ...writes,
    name: 'undo-receipt',
    call: 'CancelarRecebimento',
    run: (ctx, param) => ctx.transact(tx => undo(tx, ctx, param)),
  },
]

// --- Receiving ---

/** All of one call or nothing: what is discounted is an abatement, and undone together with the money that came. */
async function receive(tx: Tx, ctx: Ctx, param: Param): Promise<Result> {
  const form = readReceiptForm(param)
  const before = await receivableNamed(tx, param, 'codigo_lancamento')
  await refuseReceiptAgain(tx, param)
  const financialAccountId = await accountNamed(tx, param)
  const after = await writeOff(ctx, before.id, form, financialAccountId)
  const receipts = after.receipts.filter(isStanding)
  const last = receipts.at(-1)
  if (last === undefined) throw new Error(`nothing was received of ${before.id}`)
  const code = codeIn(param, 'codigo_baixa_integracao')
  if (code !== undefined) await addExternalIds(tx, 'receipt', [{ system: 'omie', id: code, subjectId: last.id }])
  const abatement = form.discountCents > 0 && form.paidCents > 0 ? receipts.at(-2)?.id : undefined
  const kept = { ...form.kept, ...(abatement !== undefined && { abatement }) }
  if (Object.keys(kept).length > 0) await keep(tx, 'omie', 'receipt', last.id, kept)
  const isWhole = after.state === 'received'
  const surplus = last.surplusCents > 0 ? ' O que passou do valor em aberto ficou como crédito do cliente.' : ''
  return {
    body: {
      codigo_lancamento: after.id,
      codigo_lancamento_integracao: await codeOf(tx, 'receivable', after.id),
      codigo_baixa: last.id,
      codigo_baixa_integracao: code ?? '',
      liquidado: isWhole ? 'S' : 'N',
      valor_baixado: Number(decimalOf(cents(last.amountCents + (abatement === undefined ? 0 : form.discountCents)))),
      codigo_status: '0',
      descricao_status: `Recebimento lançado com sucesso!${surplus}`,
    },
    about: showId('customer', after.customerId),
    wakes: true,
  }
}

/** Whoever names a receipt that stands means that one: a second one would write the title off twice. */
async function refuseReceiptAgain(tx: Reader, param: Param): Promise<void> {
  const id = wholeIn(param, 'codigo_baixa') || undefined
  const receivableId = id === undefined ? null : await receivableOfReceipt(tx, id)
  if (receivableId === null) return
  const receipt = (await receiptsOf(tx, [receivableId])).find(one => one.id === id)
  if (receipt !== undefined && isStanding(receipt)) {
    throw fault(102, `Baixa com o Código [${id}] já foi lançada anteriormente.`)
  }
}

async function writeOff(
  ctx: Ctx,
  receivableId: number,
  { paidCents, discountCents, receivedOn, note }: ReceiptForm,
  financialAccountId: number | null,
) {
  // Before the money, which may settle what is left.
  const abated =
    discountCents === 0
      ? null
      : await abateReceivable(ctx, { receivableId, amountCents: discountCents, reason: note ?? 'Desconto na baixa' })
  if (abated !== null && paidCents === 0) return abated
  return receivePayment(ctx, { receivableId, amountCents: paidCents, receivedOn, financialAccountId, note })
}

/** As if it had never been written off; its code is free again. */
async function undo(tx: Tx, ctx: Ctx, param: Param): Promise<Result> {
  const { receivable, receipt } = await receiptNamed(tx, param)
  const code = await codeOf(tx, 'receipt', receipt.id)
  const kept = (await keptOf(tx, 'omie', 'receipt', [receipt.id])).get(receipt.id)
  const reason = 'CancelarRecebimento'
  await undoReceipt(ctx, { receivableId: receivable.id, receiptId: receipt.id, reason })
  const abatement = Number(kept?.abatement ?? 0)
  const standing = (await receiptsOf(tx, [receivable.id])).filter(isStanding)
  if (standing.some(({ id }) => id === abatement)) {
    await undoReceipt(ctx, { receivableId: receivable.id, receiptId: abatement, reason })
  }
  await dropExternalIds(tx, 'receipt', 'omie', [receipt.id])
  return {
    body: {
      codigo_baixa: receipt.id,
      codigo_baixa_integracao: code,
      codigo_status: '0',
      descricao_status: 'Recebimento cancelado com sucesso!',
    },
    wakes: true,
  }
}

// --- Finding ---

function codeIn(param: Param, tag: string): string | undefined {
  return textUpTo(param, tag, 60)?.trim() || undefined
}

async function codeOf(tx: Reader, noun: 'receivable' | 'receipt', id: number): Promise<string> {
  return (await externalIdsOf(tx, noun, [id])).get(id)?.find(({ system }) => system === 'omie')?.id ?? ''
}

async function receivableNamed(tx: Reader, param: Param, tag: string): Promise<Receivable> {
  const id = wholeIn(param, tag) || undefined
  const code = codeIn(param, 'codigo_lancamento_integracao')
  if (id === undefined && code === undefined) throw missingTag(tag, 'codigo_lancamento_integracao')
  const byCode = code === undefined ? null : await subjectOfExternalId(tx, 'receivable', { system: 'omie', id: code })
  if (id !== undefined && byCode !== null && byCode !== id) throw twoNamed(tag, 'codigo_lancamento_integracao')
  const found = id ?? byCode
  const receivable = found === null ? null : await receivableOf(tx, found)
  // What was never asked for is no title of theirs yet.
  if (receivable !== null && receivable.state !== 'to_emit') return receivable
  throw id === undefined
    ? fault(103, `Lançamento não cadastrado para o Código de Integração [${code}] !`)
    : fault(105, `Lançamento não cadastrado para o Código [${id}] !`)
}

async function receiptNamed(tx: Reader, param: Param): Promise<{ receivable: Receivable; receipt: Receipt }> {
  const id = wholeIn(param, 'codigo_baixa') || undefined
  const code = codeIn(param, 'codigo_baixa_integracao')
  if (id === undefined && code === undefined) throw missingTag('codigo_baixa', 'codigo_baixa_integracao')
  const byCode = code === undefined ? null : await subjectOfExternalId(tx, 'receipt', { system: 'omie', id: code })
  if (id !== undefined && byCode !== null && byCode !== id) throw twoNamed('codigo_baixa', 'codigo_baixa_integracao')
  const found = id ?? byCode
  const receivableId = found === null ? null : await receivableOfReceipt(tx, found)
  const receivable = receivableId === null ? null : await receivableOf(tx, receivableId)
  const receipt = receivable && (await receiptsOf(tx, [receivable.id])).find(one => one.id === found)
  // What was cancelled is gone, as theirs is.
  if (receivable && receipt && isStanding(receipt)) return { receivable, receipt }
  throw id === undefined
    ? fault(103, `Baixa não cadastrada para o Código de Integração [${code}] !`)
    : fault(105, `Baixa não cadastrada para o Código [${id}] !`)
}

async function accountNamed(tx: Reader, param: Param): Promise<number | null> {
  const id = wholeIn(param, 'codigo_conta_corrente') || undefined
  if (id !== undefined) return id
  const code = codeIn(param, 'codigo_conta_corrente_integracao')
  if (code === undefined) return null
  const found = await subjectOfExternalId(tx, 'financial_account', { system: 'omie', id: code })
  if (found === null) throw fault(103, `Conta Corrente não cadastrada para o Código de Integração [${code}] !`)
  return found
}

// --- Lists ---

/** Where nothing matches, and past the end, the list is empty: there this service of theirs has no fault (vendors/README.md §1.5). */
async function listPage(tx: Reader, ctx: Ctx, param: Param): Promise<Result> {
  const page = pageAsked(param, snake)
  const timeZone = await timeZoneOf(tx)
  const calendars = await calendarsOf(tx, ctx.clock.now())
  const { ids, all } = await pageOfReceivables(
    tx,
    calendars,
    timeZone,
    { ...readFilter(param, timeZone, ctx.clock.now()), organizationId: (await spokenOrganization(tx, ctx)) ?? undefined },
    readOrder(param),
    page,
  )
  const shown = await showReceivables(tx, ctx, ids, { filled: true, withNotes: textIn(param, 'exibir_obs') === 'S' })
  return { body: { ...anyPageHead(snake, page, ids.length, all), conta_receber_cadastro: shown } }
}

function readFilter(param: Param, timeZone: string, now: Instant): ReceivableListFilter {
  for (const tag of ['filtrar_por_projeto', 'filtrar_por_vendedor']) {
    // To answer as if it were not there would show the wrong ones.
    if (wholeIn(param, tag)) throw wrongValue(tag, 'este filtro ainda não é atendido.')
  }
  const status = textIn(param, 'filtrar_por_status')?.trim() || undefined
  const statuses = status === undefined ? undefined : statusesAsked(status)
  if (statuses === null) {
    throw wrongValue(
      'filtrar_por_status',
      'use CANCELADO, RECEBIDO, LIQUIDADO, EMABERTO, PAGTO_PARCIAL, VENCEHOJE, AVENCER ou ATRASADO.',
    )
  }
  return {
    moved: movedIn(param, timeZone, now),
    registered: daysIn(param, 'filtrar_por_registro_de', 'filtrar_por_registro_ate', timeZone),
    issuedFrom: dayIn(param, 'filtrar_por_emissao_de'),
    issuedUntil: dayIn(param, 'filtrar_por_emissao_ate'),
    theirs: textIn(param, 'apenas_importado_api') === 'S',
    openOnly: textIn(param, 'filtrar_apenas_titulos_em_aberto') === 'S',
    statuses,
    customerId: wholeIn(param, 'filtrar_cliente') || undefined,
    taxId:
      textIn(param, 'filtrar_por_cpf_cnpj')
        ?.replace(/[.\-/\s]/g, '')
        .toUpperCase() || undefined,
    financialAccountId: wholeIn(param, 'filtrar_conta_corrente') || undefined,
  }
}

/** By code, unless one of the days is asked for by which ours can be ordered. */
function readOrder(param: Param): ListOrder {
  const asked = textIn(param, 'ordenar_por')?.toUpperCase() ?? ''
  const by = asked === 'DATA_VENCIMENTO' ? 'due' : asked === 'DATA_EMISSAO' ? 'issue' : 'id'
  return { by, descending: textIn(param, 'ordem_descrescente') === 'S' }
}

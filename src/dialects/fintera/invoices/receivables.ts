import { showId } from '../../../core/ids.ts'
import { given } from '../../../core/text.ts'
import { invoicesOf } from '../../../invoices/invoice-store.ts'
import { faturaAddresses } from '../../../invoices/pdf/fatura-address.ts'
import { calendarOf } from '../../../organizations/calendar.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { abateReceivable } from '../../../receivables/abate-receivable.ts'
import { getReceivable, type ReceivableDetail } from '../../../receivables/read-receivable.ts'
import { isStanding, type Receipt } from '../../../receivables/receipt.ts'
import { stillOwedOf } from '../../../receivables/receivable.ts'
import { receivableOf } from '../../../receivables/receivable-store.ts'
import { receivePayment } from '../../../receivables/receive-payment.ts'
import { undoReceipt } from '../../../receivables/undo-receipt.ts'
import type { Operation } from '../../dialect.ts'
import { contractAt } from '../contracts/contracts.ts'
import { Form } from '../form.ts'
import { readNumber, readText } from '../values.ts'
import { notNumeric, notThere, refuseAction, refuseSearch, type Words } from '../words.ts'
import { sharesOf } from './invoice-amounts.ts'
import { centsOf, neededDay, readMoney } from './invoice-form.ts'
import { readStretch } from './invoice-lists.ts'
import { receivablesOfContract } from './invoice-search-store.ts'
import { type InvoiceFile, invoiceFiles, showInvoiceWithin } from './invoice-view.ts'
import { showReceivable } from './receivable-view.ts'

/** Our own sentences name commands and numbers that theirs do not have. */
const texts = {
  already_received: 'O vencimento já foi recebido: se o recebimento está errado, desfaça-o (undo_receipt) e receba de novo.',
  credit_already_spent: 'O que foi pago a mais já abateu outro vencimento do cliente: desfaça antes o recebimento dele.',
}

const words: Words = {
  shape: 'form',
  fields: { '/receivedOn': 'received_at', '/amountCents': 'received_value' },
  texts,
}

const writes = { needs: ['receivables:write'], words } as const

const at = '/api/v1/contracts/:contract/receivables' as const
const states = ['to_emit', 'to_receive', 'received', 'cancelled']

export const receivableOperations: readonly Operation<Words>[] = [
  {
    needs: ['receivables:read', 'invoices:read'],
    reads: true,
    name: 'search-receivables',
    at: [`GET ${at}/search`],
    run: (ctx, { params, query, origin }) =>
      ctx.transact(async tx => {
        const { id } = await contractAt(tx, params.contract)
        const stretch = readStretch(query, 'due_date_from', 'due_date_to')
        const state = query.get('state') || null
        if (state !== null && !states.includes(state)) refuseSearch('state')
        const found = await receivablesOfContract(tx, id, { ...stretch, state })
        const invoiceIds = [...new Set(found.map(({ invoiceId }) => invoiceId))]
        const files = await filesOf(tx, invoiceIds, origin)
        const faturas = await faturaAddresses(tx, invoiceIds, ctx.clock.now())
        const receivables = found.map(({ id, invoiceId }) => {
          const file = files.get(invoiceId) ?? notThere()
          return {
            ...shownOf(file, id),
            boleto_url: null,
            invoice: showInvoiceWithin(file, faturas.get(invoiceId)),
          }
        })
        return { status: 200, body: { receivables } }
      }),
  },
  {
    ...writes,
    name: 'receive',
    at: [`PATCH ${at}/:id/receive`, `PUT ${at}/:id/receive`],
    run: (ctx, { body, params, origin }) =>
      ctx.transact(async tx => {
        const { id, organizationId, customerId } = await receivableAt(tx, params)
        const form = Form.of(body, 'receivable')
        // Whoever says neither may have meant another request: all of it would be received.
        if (given(readText(form.raw('received_value'))) === null && given(readText(form.raw('received_at'))) === null) {
          form.askFor('received_value')
          form.askFor('received_at')
          form.refuseIfAny(words)
        }
        const { today } = await calendarOf(tx, ctx.clock.now(), organizationId)
        const receivedOn = neededDay(form, 'received_at', false) ?? today
        const value = readMoney(form, 'received_value', true)
        if (value === null) form.faultOnce('received_value', notNumeric)
        form.refuseIfAny(words)
        const whole = await getReceivable(ctx, id)
        const amountCents = value == null ? stillOwedOf(whole) : centsOf(value)
        await settle(ctx, await receivePayment(ctx, { receivableId: id, amountCents, receivedOn }))
        return { status: 200, body: { receivable: await shown(tx, id, origin) }, about: showId('customer', customerId) }
      }),
  },
  {
    ...writes,
    name: 'undo-receipt',
    at: [`PATCH ${at}/:id/undo_receipt`, `PUT ${at}/:id/undo_receipt`],
    words: { shape: 'action', texts },
    run: (ctx, { params, origin }) =>
      ctx.transact(async tx => {
        const { id } = await receivableAt(tx, params)
        const { receipts } = await getReceivable(ctx, id)
        const received = receipts.filter(receipt => isStanding(receipt) && isOfReceiving(receipt))
        if (!received.some(({ kind }) => kind === 'payment')) refuseAction('O recebimento não pode ser desfeito.')
        for (const receipt of received.toReversed()) await undoReceipt(ctx, { receivableId: id, receiptId: receipt.id })
        return { status: 200, body: { receivable: await shown(tx, id, origin) } }
      }),
  },
]

/** What they confirm is received, whatever it was: what came short is not asked for any more, and stands as that (README.md). */
async function settle(ctx: Ctx, receivable: ReceivableDetail): Promise<void> {
  const amountCents = stillOwedOf(receivable)
  if (amountCents > 0) await abateReceivable(ctx, { receivableId: receivable.id, amountCents, reason: SHORT })
}

const SHORT = 'Recebimento confirmado por um valor menor'

/** A payment, or what was given up with it. Credit that the emission spent is none: given back, it would be the customer's once more. */
function isOfReceiving({ kind, note }: Receipt): boolean {
  return kind === 'payment' || (kind === 'abatement' && note === SHORT)
}

async function receivableAt(tx: Reader, params: Readonly<Record<string, string>>) {
  const contract = await contractAt(tx, params.contract)
  const receivable = await receivableOf(tx, readNumber(params.id) ?? 0)
  return receivable === null || receivable.contractId !== contract.id || receivable.invoiceId === null ? notThere() : receivable
}

async function filesOf(tx: Reader, invoiceIds: readonly number[], origin: string): Promise<Map<number, InvoiceFile>> {
  const files = await invoiceFiles(tx, await invoicesOf(tx, invoiceIds), origin)
  return new Map(files.map(file => [file.invoice.id, file]))
}

function shownOf(file: InvoiceFile, id: number) {
  const i = file.receivables.findIndex(receivable => receivable.id === id)
  const receivable = file.receivables[i] ?? notThere()
  return showReceivable({
    receivable,
    share: sharesOf(file).shares[i],
    receipts: file.receipts.get(id) ?? [],
    timeZone: file.timeZone,
  })
}

async function shown(tx: Reader, id: number, origin: string) {
  const { invoiceId } = (await receivableOf(tx, id)) ?? notThere()
  const file = (await filesOf(tx, invoiceId === null ? [] : [invoiceId], origin)).get(invoiceId ?? 0)
  return shownOf(file ?? notThere(), id)
}

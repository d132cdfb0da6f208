import { formatDate } from '../../../core/dates.ts'
import { decimalOf } from '../../../core/money.ts'
import { invoicesOf } from '../../../invoices/invoice-store.ts'
import { calendarsOf } from '../../../organizations/calendar.ts'
import { organizationsOf } from '../../../organizations/organization-store.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader } from '../../../platform/db/db.ts'
import { externalIdsOf } from '../../../platform/external-ids.ts'
import { knownReceivables } from '../../../receivables/read-receivable.ts'
import { isStanding } from '../../../receivables/receipt.ts'
import { receiptsOf } from '../../../receivables/receipt-store.ts'
import { receivablesOf } from '../../../receivables/receivable-store.ts'
import { lastChangesOf } from '../changes-store.ts'
import { contractNumber } from '../contract-number.ts'
import { fieldsOf } from '../fields.ts'
import { keptSent, shownAs } from '../kept.ts'
import { dayAndHour } from '../moments.ts'
import { showReceived, showWriteOff, writeOffsOf } from './receipt-view.ts'
import { askedByDialect } from './receivable-list-store.ts'
import { statusOf } from './receivable-status.ts'

const { types } = fieldsOf('financas/contareceber')

const documentTypes = { boleto: 'BOL', pix: 'PIX', card: 'CRC', transfer: 'TRA', other: '99999' } as const

/** In the order of the ids. */
export async function showReceivables(
  tx: Reader,
  ctx: Ctx,
  ids: readonly number[],
  { filled, withNotes }: { filled: boolean; withNotes: boolean },
): Promise<object[]> {
  const receivables = await receivablesOf(tx, ids)
  const known = await knownReceivables(
    tx,
    ctx,
    ids.flatMap(id => receivables.get(id) ?? []),
  )
  const invoiceIds = [...new Set(known.flatMap(({ invoiceId }) => invoiceId ?? []))]
  const invoices = new Map((await invoicesOf(tx, invoiceIds)).map(invoice => [invoice.id, invoice]))
  const organizations = await organizationsOf(tx, [...new Set(known.map(({ organizationId }) => organizationId))])
  const calendars = await calendarsOf(tx, ctx.clock.now())
  const receipts = Map.groupBy((await receiptsOf(tx, ids)).filter(isStanding), ({ receivableId }) => receivableId)
  const receiptIds = [...receipts.values()].flatMap(list => list.map(({ id }) => id))
  const receiptCodes = await codesOf(tx, 'receipt', receiptIds)
  const receiptKept = await keptSent(tx, 'receipt', receiptIds)
  const asked = await askedByDialect(tx, ids)
  const codes = await codesOf(tx, 'receivable', ids)
  const customerCodes = await codesOf(tx, 'customer', [...new Set(known.map(({ customerId }) => customerId))])
  const changed = await lastChangesOf(tx, 'receivable', ids)
  const invoiceChanged = await lastChangesOf(tx, 'invoice', invoiceIds)
  return known.map(it => {
    const [organization, calendar] = [organizations.get(it.organizationId), calendars.get(it.organizationId)]
    if (organization === undefined || calendar === undefined) throw new Error(`receivable ${it.id} has no organization`)
    const invoice = it.invoiceId === null ? undefined : invoices.get(it.invoiceId)
    const [day, hour] = dayAndHour(it.createdAt, organization.timeZone)
    const writeOffs = writeOffsOf(receipts.get(it.id) ?? [], receiptCodes, receiptKept)
    const imported = asked.has(it.id) ? 'S' : 'N'
    const changes = [it.createdAt, changed.get(it.id), invoice && invoiceChanged.get(invoice.id)].filter(at => at !== undefined)
    const [dAlt, hAlt] = dayAndHour(changes.toSorted().at(-1) ?? it.createdAt, organization.timeZone)
    const ours = {
      codigo_lancamento_omie: it.id,
      codigo_lancamento_integracao: codes(it.id),
      codigo_cliente_fornecedor: it.customerId,
      codigo_cliente_fornecedor_integracao: customerCodes(it.customerId),
      data_vencimento: formatDate(it.dueOn),
      valor_documento: Number(decimalOf(it.amountCents)),
      data_previsao: formatDate(it.dueOn),
      id_conta_corrente: receipts.get(it.id)?.findLast(({ financialAccountId }) => financialAccountId !== null)
        ?.financialAccountId,
      numero_documento: it.invoiceNumber === null ? '' : String(it.invoiceNumber),
      numero_parcela: `${String(it.installment).padStart(3, '0')}/${String(it.installments).padStart(3, '0')}`,
      codigo_tipo_documento: documentTypes[invoice?.paymentMethod ?? 'boleto'],
      observacao: withNotes ? (invoice?.description ?? '') : '',
      data_emissao: invoice?.issueOn == null ? day : formatDate(invoice.issueOn),
      status_titulo: statusOf(it, calendar),
      data_registro: day,
      importado_api: imported,
      info: { dInc: day, hInc: hour, dAlt, hAlt, cImpAPI: imported },
      nCodOS: it.invoiceId ?? undefined,
      cNumeroContrato: contractNumber(it.contract ?? undefined),
      recebimento: showReceived(writeOffs),
    }
    const shown = shownAs(types, 'conta_receber_cadastro', ours, {}, filled)
    return writeOffs.length === 0 ? shown : { ...shown, baixas: writeOffs.map(showWriteOff) }
  })
}

/** The code by which their client knows each; '' for those that it brought none for. */
async function codesOf(
  tx: Reader,
  noun: 'receivable' | 'customer' | 'receipt',
  ids: readonly number[],
): Promise<(id: number) => string> {
  const codes = await externalIdsOf(tx, noun, ids)
  return id => codes.get(id)?.find(({ system }) => system === 'omie')?.id ?? ''
}

import { parseCnpj } from '../../core/brazil/cnpj.ts'
import { addDays, dayInZone, formatDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { type Cents, cents, zeroCents } from '../../core/money.ts'
import { customerOf } from '../../customers/customer-store.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import { abateReceivable } from '../../receivables/abate-receivable.ts'
import { stillOwedOf } from '../../receivables/receivable.ts'
import { receivableOf } from '../../receivables/receivable-store.ts'
import { receivePayment } from '../../receivables/receive-payment.ts'
import type { Operation } from '../dialect.ts'
import { spokenOrganization } from '../spoken-organization.ts'
import { timeZoneOf } from '../time-zone.ts'
import { readSearch } from './clients.ts'
import { Form } from './form.ts'
import { clientServiceOf } from './numbers.ts'
import { readPage, showPage } from './paging.ts'
import { channelOf, prefixes } from './payment-means.ts'
import { receivableFacts } from './receivable-facts.ts'
import { dateKinds, findReceivables, type ReceivableSearch } from './receivable-search-store.ts'
import { resultKinds, showReceivable, showReceivableOfClient } from './receivable-view.ts'
import { asNumber, readWhole, withComma } from './values.ts'
import { refuseWith, type Words } from './words.ts'

const reads = { needs: ['receivables:read', 'invoices:read', 'customers:read'], reads: true } as const

const words: Words = {
  fields: {
    '/receivedOn': 'data_pagamento',
    '/amountCents': 'valor_pago',
    '/financialAccountId': 'id_caixa_financeiro',
  },
}

/** Those of which ours keeps nothing find nothing. */
const searches = [
  ...['id_cliente', 'codigo_cliente', 'cpf_cnpj', 'id_cliente_servico', 'tipo_pessoa', 'id_fatura'],
  ...[
    'uuid_cliente',
    'uuid_cliente_servico',
    'nosso_numero',
    'id_nota_fiscal',
    'id_nfe',
    'id_nfse',
    'id_nfcom',
    'id_perfil_suspensao',
  ],
]

/** Without a first day: so many before today. */
const USUAL_DAYS = 10

export const receivableOperations: readonly Operation<Words>[] = [
  {
    ...reads,
    name: 'list-receivables',
    says: 'Lista faturas por período, cliente ou situação',
    at: ['GET /api/v1/integracao/financeiro/fatura'],
    run: (ctx, { query, origin }) =>
      ctx.transact(async tx => {
        const timeZone = await timeZoneOf(tx)
        const form = Form.ofQuery(query)
        const page = readPage(form)
        const kind = form.oneOf('tipo_resultado', resultKinds) ?? 'simplificado'
        const withPix = form.yesOrNo('exibir_pix_copia_cola')
        const search = readReceivableSearch(form, ctx, timeZone)
        form.refuseIfAny()
        const { ids, total } = await findReceivables(tx, { ...search, organizationId: await spokenOrganization(tx, ctx) }, page)
        const faturas = (await receivableFacts(tx, ctx, ids, origin)).map(it => showReceivable(it, kind, withPix))
        const paginacao = showPage(page, total)
        return { status: 200, body: { status: 'success', msg: 'Dados consultados com sucesso.', paginacao, faturas } }
      }),
  },
  {
    ...reads,
    name: 'list-receivables-of-client',
    says: 'Lista as faturas de um cliente',
    at: ['GET /api/v1/integracao/cliente/financeiro'],
    run: (ctx, { query, origin }) =>
      ctx.transact(async tx => {
        const timeZone = await timeZoneOf(tx)
        const form = Form.ofQuery(query)
        form.need('busca', 'termo_busca')
        const perPage = form.whole('limit', 1, 50) ?? 20
        const search: ReceivableSearch = {
          ...readWhom(form, ['cpf_cnpj', 'codigo_cliente', 'id_cliente', 'id_cliente_servico']),
          dates: { kind: 'data_vencimento', from: form.anyDay('data_inicio'), to: form.anyDay('data_fim') },
          timeZone,
          paidOnly: false,
          openOnly: form.has('apenas_pendente') ? form.yesOrNo('apenas_pendente') : true,
          zeroToo: true,
          inactiveToo: false,
          renegotiatedToo: true,
          order: {
            by: form.oneOf('order_by', ['data_vencimento', 'valor']) ?? 'data_vencimento',
            direction: form.oneOf('order_type', ['asc', 'desc']) ?? 'asc',
          },
        }
        form.refuseIfAny()
        const { ids } = await findReceivables(
          tx,
          { ...search, organizationId: await spokenOrganization(tx, ctx) },
          { page: 0, perPage },
        )
        const faturas = (await receivableFacts(tx, ctx, ids, origin)).map(showReceivableOfClient)
        return { status: 200, body: { status: 'success', msg: 'Dados consultados com sucesso', faturas } }
      }),
  },
  {
    needs: ['receivables:write', 'customers:read'],
    words,
    name: 'settle-receivable',
    says: 'Liquida uma fatura',
    at: ['POST /api/v1/integracao/financeiro/fatura/liquidar'],
    run: (ctx, { body }) =>
      ctx.transact(async tx => {
        const asked = readSettlement(Form.ofBody(body))
        const receivable = await openReceivable(tx, asked.id)
        const owed = stillOwedOf(receivable)
        const settled = await receivePayment(ctx, {
          receivableId: asked.id,
          amountCents: asked.paidCents,
          receivedOn: asked.paidOn,
          method: channelOf(asked.means),
          financialAccountId: asked.accountId,
          note: asked.note,
        })
        // What they settle is settled, whatever came: what is short is a loss that stands as one (README.md).
        const short = stillOwedOf(settled)
        if (short > 0) await abateReceivable(ctx, { receivableId: asked.id, amountCents: short, reason: SHORT })
        const receipt = settled.receipts.at(-1)
        const customer = await customerOf(tx, receivable.customerId)
        if (receipt === undefined || customer === null) throw new Error(`nothing was received of ${asked.id}: ${owed}`)
        return {
          status: 200,
          body: {
            status: 'success',
            msg: 'Liquidação efetuada com sucesso',
            recibo: {
              id_recibo: receipt.id,
              numero_recibo: String(receipt.id),
              data_pagamento: asked.paidOn,
              data_credito: asked.creditedOn,
              valor_pago: asNumber(asked.saidCents),
              tarifa: asNumber(asked.feeCents),
              cliente: { codigo_cliente: customer.id, nome_razaosocial: customer.name, cpf_cnpj: customer.taxId },
            },
          },
          about: showId('customer', customer.id),
        }
      }),
  },
]

const SHORT = 'Liquidação por um valor menor'

function readReceivableSearch(form: Form, ctx: Ctx, timeZone: string): ReceivableSearch {
  const today = dayInZone(ctx.clock.now(), timeZone)
  const whom = readWhom(form, searches)
  // One that is named is found whenever it falls due.
  const isNamed = whom.id !== undefined
  const from = form.anyDay('data_inicio') ?? (isNamed ? null : addDays(today, -USUAL_DAYS))
  const to = form.anyDay('data_fim') ?? (isNamed ? null : today)
  if (from !== null && to !== null && to < from) form.wrong('O campo data_fim deve ser maior ou igual a data_inicio.')
  const document = form.text('documento', 20)
  const kind = form.oneOf('tipo_data', dateKinds) ?? 'data_vencimento'
  return {
    ...whom,
    // A CNPJ that is none is nobody's.
    document: document === null ? null : (parseCnpj(document) ?? ''),
    dates: { kind, from, to },
    timeZone,
    paidOnly: form.yesOrNo('apenas_quitado'),
    openOnly: form.yesOrNo('apenas_em_aberto'),
    zeroToo: form.yesOrNo('valor_zerado'),
    inactiveToo: form.yesOrNo('exibir_fatura_inativa'),
    renegotiatedToo: form.has('exibir_faturas_renegociacao') ? form.yesOrNo('exibir_faturas_renegociacao') : true,
    clientState: form.oneOf('status_cadastro_cliente', ['ativo', 'inativo']),
    order: {
      by: form.oneOf('order_by', [...dateKinds, 'valor']) ?? kind,
      direction: form.oneOf('order_type', ['asc', 'desc']) ?? 'asc',
    },
  }
}

/** A *fatura* by its number, those of a service of a client, or those of a client. */
function readWhom(form: Form, known: readonly string[]): Pick<ReceivableSearch, 'client' | 'id' | 'ruleId'> {
  const client = readSearch(form, known)
  const term = readWhole(form.raw('termo_busca'))
  if (form.raw('busca') === 'id_fatura' && form.has('termo_busca')) return { id: term ?? 0 }
  if (form.raw('busca') === 'id_cliente_servico' && form.has('termo_busca'))
    return { ruleId: clientServiceOf(term ?? 0)?.ruleId ?? 0 }
  // A bare busca finds all, as theirs does.
  return client === undefined ? {} : { client }
}

interface Settlement {
  id: number
  accountId: number
  paidOn: NonNullable<ReturnType<Form['day']>>
  creditedOn: NonNullable<ReturnType<Form['day']>>
  /** As it was said, and without what of it is interest. */
  saidCents: Cents
  paidCents: Cents
  feeCents: Cents
  means: string
  note: string | null
}

function readSettlement(form: Form): Settlement {
  form.need('id_fatura', 'id_caixa_financeiro', 'data_pagamento', 'valor_pago')
  const [id, accountId] = [form.id('id_fatura'), form.id('id_caixa_financeiro')]
  const paidOn = form.day('data_pagamento')
  const creditedOn = form.day('data_credito')
  const said = form.money('valor_pago')
  if (said !== null && said <= 0) form.wrong('O campo valor_pago deve ser maior que 0.')
  const [interest, fee, discount] = ['juros', 'tarifa', 'desconto'].map(name => {
    const amount = form.money(name)
    if (amount !== null && amount < 0) form.wrong(`O campo ${name} não pode ser negativo.`)
    return amount ?? zeroCents
  }) as [Cents, Cents, Cents] // one for each of the three names
  if (said !== null && said > 0 && interest >= said) form.wrong('O campo juros deve ser menor que valor_pago, do qual faz parte.')
  const means = form.oneOf('meio_pagamento', prefixes) ?? 'dinheiro'
  const notes = [
    ...(interest > 0 ? [`juros ${withComma(interest)}`] : []),
    ...(discount > 0 ? [`desconto ${withComma(discount)}`] : []),
    ...(fee > 0 ? [`tarifa ${withComma(fee)}`] : []),
    ...(creditedOn !== null && creditedOn !== paidOn ? [`creditado em ${formatDate(creditedOn)}`] : []),
  ]
  const saidCents = form.given(said)
  return {
    id: form.given(id),
    accountId: form.given(accountId),
    paidOn: form.given(paidOn),
    creditedOn: creditedOn ?? form.given(paidOn),
    saidCents,
    paidCents: cents(saidCents - interest),
    feeCents: fee,
    means,
    note: notes.length === 0 ? null : notes.join('; '),
  }
}

async function openReceivable(tx: Reader, id: number) {
  const receivable = await receivableOf(tx, id)
  if (receivable === null || receivable.state === 'to_emit') return refuseWith(`A fatura de ID ${id} não foi encontrada`)
  if (receivable.state === 'received') {
    const when = receivable.receivedOn === null ? '' : ` com data de pagamento em ${formatDate(receivable.receivedOn)}`
    return refuseWith(`A fatura de ID ${id} já encontra-se quitada${when}`)
  }
  return receivable
}

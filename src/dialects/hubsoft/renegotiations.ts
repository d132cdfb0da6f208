import { parseCnpj } from '../../core/brazil/cnpj.ts'
import { parseCpf } from '../../core/brazil/cpf.ts'
import { addDays, type CivilDate, dayInZone, formatDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import type { Cents } from '../../core/money.ts'
import { customersOf } from '../../customers/customer-store.ts'
import { type LateUntil, lateUntilOf } from '../../organizations/calendar.ts'
import { organizationsOf } from '../../organizations/organization-store.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import { listReceivables, receivablesOf, receivablesOfRenegotiations } from '../../receivables/receivable-store.ts'
import {
  performRenegotiation,
  type RenegotiationInput,
  simulateRenegotiation,
} from '../../renegotiation/perform-renegotiation.ts'
import { mostReplaced, type Part } from '../../renegotiation/renegotiation.ts'
import { renegotiationsOf, replacedBy } from '../../renegotiation/renegotiation-store.ts'
import type { Operation } from '../dialect.ts'
import { spokenOrganization } from '../spoken-organization.ts'
import { timeZoneOf } from '../time-zone.ts'
import { Form } from './form.ts'
import { readPage, showPage } from './paging.ts'
import { findRenegotiations, type RenegotiationSearch, renegotiationStatuses } from './renegotiation-search-store.ts'
import { type RenegotiationFacts, showRenegotiation } from './renegotiation-view.ts'
import { asNumber, readWhole, withComma } from './values.ts'
import { isNoneOf, isNoType, isRequired, refuseWith, type Words } from './words.ts'

const at = '/api/v1/integracao/financeiro/renegociacao' as const

const words: Words = {
  fields: {
    '/receivables': 'ids_faturas',
    '/receivables/*': 'ids_faturas',
    '/discountCents': 'descontos',
    '/interestCents': 'encargos',
    '/installments/count': 'quantidade_parcelas',
    '/installments/firstDueOn': 'vencimento',
    '/note': 'observacao',
  },
}

const USUAL_DAYS = 30

export const renegotiationOperations: readonly Operation<Words>[] = [
  {
    needs: ['receivables:read', 'customers:read'],
    reads: true,
    name: 'list-renegotiations',
    says: 'Lista as renegociações',
    at: [`GET ${at}`],
    run: (ctx, { query }) =>
      ctx.transact(async tx => {
        const today = dayInZone(ctx.clock.now(), await timeZoneOf(tx))
        const form = Form.ofQuery(query)
        const page = readPage(form)
        const lateUntil = await lateUntilOf(tx, ctx.clock.now())
        const search = readSearch(form, today, lateUntil)
        // Who did it is no user of theirs: one that is named did nothing.
        const nobody = form.has('usuario')
        form.refuseIfAny()
        const asked = { ...search, organizationId: await spokenOrganization(tx, ctx) }
        const { ids, total } = nobody ? { ids: [], total: 0 } : await findRenegotiations(tx, asked, page)
        const renegociacoes = (await renegotiationFacts(tx, ids)).map(it => showRenegotiation(it, lateUntil))
        const paginacao = showPage(page, total)
        return { status: 200, body: { status: 'success', msg: 'Dados consultados com sucesso', paginacao, renegociacoes } }
      }),
  },
  {
    needs: ['receivables:read'],
    reads: true,
    words,
    name: 'simulate-renegotiation',
    says: 'Simula uma renegociação de faturas',
    at: [`POST ${at}/simular`],
    run: (ctx, { body }) =>
      ctx.transact(async tx => {
        const { input, baseOn } = await readWish(tx, ctx, Form.ofBody(body))
        const { agreement } = await simulateRenegotiation(ctx, input)
        const today = dayInZone(ctx.clock.now(), await timeZoneOf(tx))
        const faturas = agreement.parts.map((part, i, { length }) => {
          const { descricao, ...shown } = showPart(part, i, length, today)
          return { ...shown, data_base: baseOn ?? today, descricao }
        })
        return { status: 200, body: answer(agreement.totalCents, faturas) }
      }),
  },
  {
    needs: ['receivables:write'],
    words,
    name: 'perform-renegotiation',
    says: 'Efetiva uma renegociação de faturas',
    at: [`POST ${at}/efetivar`],
    run: (ctx, { body }) =>
      ctx.transact(async tx => {
        const { input } = await readWish(tx, ctx, Form.ofBody(body))
        const { renegotiation, receivables } = await performRenegotiation(ctx, input)
        const faturas = receivables.map((one, i, { length }) => showPart(one, i, length, renegotiation.agreedOn))
        return {
          status: 200,
          body: answer(renegotiation.totalCents, faturas),
          about: showId('customer', renegotiation.customerId),
        }
      }),
  },
]

/** Of a simulation too theirs says that it was done. There are no rules of renegotiation here. */
function answer(totalCents: Cents, faturas: readonly object[]) {
  return {
    status: 'success',
    msg: `Renegociação efetuada com sucesso, no valor de ${withComma(totalCents)}`,
    regra_utilizada: null,
    faturas_que_foram_geradas: faturas,
  }
}

function showPart({ amountCents, dueOn }: Part, i: number, length: number, agreedOn: CivilDate) {
  return {
    parcela: i + 1,
    totalParcelas: length,
    valor: asNumber(amountCents),
    data_vencimento: dueOn,
    descricao: `Ref. Negociação em ${formatDate(agreedOn)}. Parcela (${i + 1}/${length})`,
  }
}

/** Of many, in the order of the ids, with a handful of statements. */
async function renegotiationFacts(tx: Reader, ids: readonly number[]): Promise<RenegotiationFacts[]> {
  const renegotiations = await renegotiationsOf(tx, ids)
  const all = ids.flatMap(id => renegotiations.get(id) ?? [])
  const made = Map.groupBy(await receivablesOfRenegotiations(tx, ids), ({ renegotiationId }) => renegotiationId)
  const replaced = await replacedBy(tx, ids)
  const receivables = await receivablesOf(
    tx,
    replaced.map(({ receivableId }) => receivableId),
  )
  const organizations = await organizationsOf(tx, [...new Set(all.map(({ organizationId }) => organizationId))])
  const customers = await customersOf(tx, [...new Set(all.map(({ customerId }) => customerId))])
  return all.flatMap(renegotiation => {
    const { id, organizationId, customerId } = renegotiation
    const [organization, customer] = [organizations.get(organizationId), customers.get(customerId)]
    if (organization === undefined || customer === undefined) return []
    const own = replaced.filter(({ renegotiationId }) => renegotiationId === id)
    return {
      renegotiation,
      organization,
      customer,
      replaced: own.flatMap(({ receivableId, outstandingCents }) => {
        const receivable = receivables.get(receivableId)
        return receivable === undefined ? [] : { receivable, outstandingCents }
      }),
      receivables: made.get(id) ?? [],
    }
  })
}

function readSearch(form: Form, today: CivilDate, lateUntil: LateUntil): RenegotiationSearch {
  const from = form.anyDay('data_inicio') ?? addDays(today, -USUAL_DAYS)
  const to = form.anyDay('data_fim') ?? today
  // Their list of fields spells it so; their text does not.
  const companies = [...several(form, 'ducumento_empresa'), ...several(form, 'documento_empresa')]
  const clients = several(form, 'documento_cliente')
  const said = several(form, 'status').filter(status => status !== 'todos')
  const statuses = said.flatMap(text => {
    const status = renegotiationStatuses.find(known => known === (text === 'pendente' ? 'aguardando' : text))
    return status ?? form.wrong(isNoneOf('status', ['todos', ...renegotiationStatuses])) ?? []
  })
  return {
    from,
    to,
    companies: companies.map(text => parseCnpj(text) ?? ''),
    clients: clients.map(text => parseCnpj(text) ?? parseCpf(text) ?? ''),
    statuses,
    lateUntil,
  }
}

/** Several of them, with commas in between. */
function several(form: Form, name: string): string[] {
  const text = form.text(name, 2000)
  return text === null ? [] : text.split(',').flatMap(part => part.trim() || [])
}

// --- What is wished ---

interface SaidWish {
  input: RenegotiationInput
  baseOn: CivilDate | null
}

async function readWish(tx: Reader, ctx: Ctx, form: Form): Promise<SaidWish> {
  form.need('vencimento', 'faturas', 'tipo_dados_cliente', 'dados_cliente')
  const firstDueOn = form.day('vencimento')
  const which = form.oneOf('faturas', ['todas_faturas_vencidas', 'definir_faturas'])
  form.oneOf('tipo_dados_cliente', ['id_cliente', 'codigo_cliente'])
  const customerId = form.id('dados_cliente')
  const ids = which === 'definir_faturas' ? readIds(form) : []
  const count = form.whole('quantidade_parcelas', 1, 120) ?? 1
  const [interestCents, discountCents] = [readAmount(form, 'encargos'), readAmount(form, 'descontos')]
  const organizationId = form.id('empresa')
  const note = form.text('observacao', 500)
  const baseOn = form.day('data_base')
  const receivableIds =
    which === 'todas_faturas_vencidas'
      ? await lateOf(tx, ctx, form.given(customerId), organizationId)
      : await ownOf(tx, form.given(customerId), form.given(ids))
  return {
    input: {
      receivableIds,
      installments: { count, firstDueOn: form.given(firstDueOn) },
      ...(interestCents !== null && interestCents > 0 && { interestCents }),
      // Ours wants to know why; theirs has a category at most.
      ...(discountCents !== null && discountCents > 0 && { discountCents, discountReason: note ?? 'Desconto da renegociação' }),
      note,
    },
    baseOn,
  }
}

function readAmount(form: Form, name: string): Cents | null {
  const amount = form.money(name)
  return amount !== null && amount < 0 ? form.wrong(`O campo ${name} não pode ser negativo.`) : amount
}

/** [1, 2], '[1, 2]' and '1,2'. */
function readIds(form: Form): number[] | null {
  if (!form.has('ids_faturas')) return form.wrong(isRequired('ids_faturas'))
  const raw = form.raw('ids_faturas')
  const parts: unknown[] = Array.isArray(raw)
    ? raw
    : String(raw)
        .replace(/^\[|\]$/g, '')
        .split(',')
  const ids = parts.map(readWhole)
  if (ids.length === 0) return form.wrong(isRequired('ids_faturas'))
  if (ids.length > mostReplaced) return form.wrong(`O campo ids_faturas deve ter no máximo ${mostReplaced} faturas.`)
  return ids.every(id => id !== null && id > 0) ? [...new Set(ids as number[])] : form.wrong(isNoType('ids_faturas', 'array'))
}

/** What the client is late with, the oldest first; of one company where that is said. */
async function lateOf(tx: Reader, ctx: Ctx, customerId: number, organizationId: number | null): Promise<number[]> {
  const filter = { customerId, late: true, ...(organizationId !== null && { organizationId }) }
  const late = await listReceivables(tx, filter, await lateUntilOf(tx, ctx.clock.now()), null, mostReplaced + 1)
  if (late.length === 0) return refuseWith('O cliente informado não possui faturas vencidas')
  if (late.length > mostReplaced) return refuseWith(`O cliente tem mais de ${mostReplaced} faturas vencidas: defina quais são`)
  return late.map(({ id }) => id)
}

async function ownOf(tx: Reader, customerId: number, ids: readonly number[]): Promise<number[]> {
  const known = await receivablesOf(tx, ids)
  const others = ids.filter(id => known.get(id)?.customerId !== customerId)
  if (others.length > 0) return refuseWith(`Não são faturas do cliente informado: ${others.join(', ')}`)
  return [...ids]
}

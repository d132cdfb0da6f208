import { activateContract } from '../../../contracts/activate-contract.ts'
import { cancelContract } from '../../../contracts/cancel-contract.ts'
import type { Contract, ContractState } from '../../../contracts/contract.ts'
import { contractOf } from '../../../contracts/contract-store.ts'
import type { DetailsInput } from '../../../contracts/details/billing-details.ts'
import { cancelEvent } from '../../../contracts/events/cancel-event.ts'
import { createEvent } from '../../../contracts/events/create-event.ts'
import { type HeldContract, holdLivingContract } from '../../../contracts/held-contract.ts'
import { reactivateContract } from '../../../contracts/reactivate-contract.ts'
import { resumeContract } from '../../../contracts/resume-contract.ts'
import { changeTerms } from '../../../contracts/rules/change-terms.ts'
import type { TermsChange } from '../../../contracts/rules/read-terms.ts'
import { ruleOf } from '../../../contracts/rules/rule-store.ts'
import type { Terms } from '../../../contracts/rules/terms.ts'
import { updateRule } from '../../../contracts/rules/update-rule.ts'
import { suspendContract } from '../../../contracts/suspend-contract.ts'
import { updateContract } from '../../../contracts/update-contract.ts'
import { micros } from '../../../core/money.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { Reader, Tx } from '../../../platform/db/db.ts'
import { externalIdsOf } from '../../../platform/external-ids.ts'
import { type Kept, keep } from '../../kept-store.ts'
import { missingTag, wrongValue } from '../fault.ts'
import { fieldsOf } from '../fields.ts'
import { merged } from '../kept.ts'
import { listIn, type Param, partIn, readParam, textIn, wholeIn } from '../read-param.ts'
import { booksOf } from './books.ts'
import { changedLines } from './changed-lines.ts'
import { expenseEvent, expenseLines, expensesAfter, expensesIn } from './contract-expenses.ts'
import { dayIn, detailsOf, dueOf, namesOf, recurrenceOf, situations } from './contract-form.ts'
import { type Items, itemsAfter, itemsWithout, saidOf } from './contract-items.ts'
import type { Books } from './contract-lines.ts'
import { makeServices } from './item-services.ts'
import { type KnownContract, knownContracts } from './show-contracts.ts'

const fields = fieldsOf('servicos/contrato')

/** What is sent over what stands; what is not sent stays. What is billed already stays as it was billed. */
export async function changeContract(tx: Tx, ctx: Ctx, { id }: Contract, sent: object): Promise<void> {
  const held = await holdLivingContract(tx, ctx, id)
  const known = await knownOf(tx, held.contract)
  const { itensContrato = [], infoCadastro: _, ...said } = saidOf(fields.types, 'contratoCadastro', sent)
  const items = itemsAfter(id, known.items, Array.isArray(itensContrato) ? itensContrato : [])
  const expenses = expensesAfter(id, { list: known.expenses, last: items.last }, expensesSent(said))
  await become(tx, ctx, held, known, merged(known.document, said), { ...items, last: expenses.last }, expenses.list)
}

export async function takeItemsAway(tx: Tx, ctx: Ctx, { id }: Contract, named: readonly Param[]): Promise<void> {
  const held = await holdLivingContract(tx, ctx, id)
  const known = await knownOf(tx, held.contract)
  const items = itemsWithout(
    known.items,
    named.map(each => ({ codItem: wholeIn(each, 'codItem'), codIntItem: textIn(each, 'codIntItem') })),
  )
  await become(tx, ctx, held, known, known.document, items, known.expenses)
}

async function knownOf(tx: Reader, contract: Contract): Promise<KnownContract> {
  const [known] = await knownContracts(tx, [contract])
  if (known === undefined) throw new Error(`contract ${contract.id} is held, and not shown`)
  return known
}

/** Keeps what a contract was sent with. Its items and expenses have their numbers from here on. */
export function keepDocument(
  tx: Tx,
  id: number,
  { infoCadastro: _, ...document }: Kept,
  { items, last }: Items,
  expenses: readonly Kept[],
): Promise<void> {
  const whole = merged(document, expenses.length === 0 && !document.despesasReembolsaveis ? {} : withExpenses(expenses))
  return keep(tx, 'omie', 'contract', id, { ...whole, itensContrato: items, lastItem: last })
}

/** What is sent of expenses. */
export function expensesSent({ despesasReembolsaveis }: Kept): readonly Kept[] {
  const part = typeof despesasReembolsaveis === 'object' && despesasReembolsaveis !== null ? despesasReembolsaveis : {}
  const list: unknown = Reflect.get(part, 'despesaReembolsavel')
  return Array.isArray(list) ? list : []
}

function withExpenses(list: readonly Kept[]): Kept {
  return { despesasReembolsaveis: { despesaReembolsavel: list } }
}

async function become(
  tx: Tx,
  ctx: Ctx,
  held: HeldContract,
  known: KnownContract,
  document: Kept,
  items: Items,
  expenses: readonly Kept[],
): Promise<void> {
  const { contract } = held
  const before = readParam(fields, 'AlterarContrato', [known.document])
  const after = readParam(fields, 'AlterarContrato', [
    merged({ ...document, itensContrato: items.items }, withExpenses(expenses.map(toldOf))),
  ])
  if (wholeIn(partIn(after, 'cabecalho'), 'nCodCli') !== contract.customerId) {
    throw wrongValue('nCodCli', 'o cliente de um contrato não muda; cancele este contrato e inclua outro.')
  }
  const isChanged = differs(written(before), written(after))
  await changeHead(tx, ctx, contract, before, after, isChanged)
  await changeRule(tx, ctx, held, known, before, after)
  await changeSituation(tx, ctx, contract.id, textIn(partIn(after, 'cabecalho'), 'cCodSit') ?? '')
  const billed = await billExpenses(ctx, known.rule?.id ?? null, known.expenses, expenses)
  if (isChanged) await keepDocument(tx, contract.id, document, items, billed)
}

/** Without what is computed: what a client sends back of it says nothing. */
function written({ infoCadastro: _, ...param }: Param): Param {
  const { nValTotMes: __, ...cabecalho } = partIn(param, 'cabecalho')
  const itensContrato = listIn(param, 'itensContrato').map(item => {
    const { seq: _, valorTotal: __, ...itemCabecalho } = partIn(item, 'itemCabecalho')
    return { ...item, itemCabecalho }
  })
  return { ...param, cabecalho, itensContrato }
}

/** Those that are billed once are events of the rule. One that an invoice has used is changed no more. */
export async function billExpenses(
  ctx: Ctx,
  ruleId: number | null,
  before: readonly Kept[],
  after: readonly Kept[],
): Promise<Kept[]> {
  const eventOf = (expense: Kept) => {
    const [read] = expensesIn(readParam(fields, 'AlterarContrato', [withExpenses([toldOf(expense)])]))
    return read === undefined ? null : expenseEvent(read)
  }
  const stands = (one: Kept, others: readonly Kept[]) =>
    others.some(other => other.nCodReemb === one.nCodReemb && !differs(eventOf(one), eventOf(other)))
  for (const each of before) {
    if (typeof each.event === 'number' && !stands(each, after)) await cancelEvent(ctx, each.event)
  }
  const billed: Kept[] = []
  for (const each of after) {
    const event = stands(each, before) ? null : eventOf(each)
    if (event !== null && ruleId === null) throw severalRules('despesasReembolsaveis')
    const { event: gone, ...bare } = each
    if (event !== null && ruleId !== null) billed.push({ ...bare, event: (await createEvent(ctx, ruleId, event)).id })
    else billed.push(stands(each, before) ? each : bare)
  }
  return billed
}

/** As it is sent and shown. */
function toldOf({ event: _, ...expense }: Kept): Kept {
  return expense
}

async function changeHead(
  tx: Tx,
  ctx: Ctx,
  contract: Contract,
  before: Param,
  after: Param,
  isToldAnyway: boolean,
): Promise<void> {
  const { code, number, name, comments } = namesOf(after)
  const ids = (await externalIdsOf(tx, 'contract', [contract.id])).get(contract.id) ?? []
  const others = ids.filter(({ system }) => system !== 'omie')
  const day = (tag: string) => {
    const [was, is] = [before, after].map(param => textIn(partIn(param, 'cabecalho'), tag))
    return was === is ? undefined : dayIn(partIn(after, 'cabecalho'), tag)
  }
  const change = {
    // One that was imported without is shown with the code that it has with us.
    ...(number !== namesOf(before).number && { number }),
    // Shown as they were sent: they are erased with the client.
    ...(comments !== namesOf(before).comments && { comments }),
    // One that was named after its number goes on so.
    ...(contract.name === namesOf(before).name && { name }),
    startsOn: day('dVigInicial'),
    endsOn: day('dVigFinal'),
    ...(code !== undefined && { externalIds: [...others, { system: 'omie', id: code }] }),
  }
  await updateContract(ctx, contract.id, contract.version, change, isToldAnyway)
}

// --- What is billed ---

/** Only what is said otherwise than it was shown is written: the rest may be what others made of it. */
async function changeRule(
  tx: Tx,
  ctx: Ctx,
  held: HeldContract,
  { rule, terms, standing }: KnownContract,
  before: Param,
  after: Param,
): Promise<void> {
  await makeServices(tx, ctx, [after])
  const books = await booksOf(tx, [before, after])
  if (rule === null || terms === null || standing === null) return requireUnchanged(before, after, books)
  if (listIn(after, 'itensContrato').length === 0) throw missingTag('itensContrato')
  const change: TermsChange = {
    ...rhythmChanged(before, after),
    ...dueChanged(before, after, terms.terms),
    ...changedLines(standing, before, after, books, held.today),
  }
  if (Object.keys(change).length > 0) {
    const validFrom = held.facts.validity === null ? undefined : terms.changesFrom
    await changeTerms(ctx, rule.id, { ...change, ...(validFrom && { validFrom }) })
  }
  const details = detailsChanged(detailsOf(before, books), detailsOf(after, books))
  if (Object.keys(details).length === 0) return
  const known = await ruleOf(tx, rule.id)
  if (known !== null) await updateRule(ctx, rule.id, known.version, { details })
}

function rhythmChanged(before: Param, after: Param): Pick<TermsChange, 'recurrence'> {
  return differs(rhythmOf(before), rhythmOf(after)) ? { recurrence: recurrenceOf(partIn(after, 'cabecalho')) } : {}
}

function rhythmOf(param: Param): unknown {
  const { nDiaFat, cTipoFat, dVigInicial } = partIn(param, 'cabecalho')
  return [nDiaFat, cTipoFat || '01', dVigInicial]
}

/** Another due date is no other number of parcels: their form knows none. */
function dueChanged(before: Param, after: Param, { due }: Terms): Pick<TermsChange, 'due'> {
  const [was, is] = [before, after].map(param => partIn(param, 'vencTextos'))
  const tags = ['cTpVenc', 'nDias', 'nDiaFixo', 'cProxMes', 'cAntecipar', 'cPostergar']
  if (was === undefined || is === undefined || !tags.some(tag => differs(was[tag], is[tag]))) return {}
  const said = dueOf(is)
  if (!differs(dueOf(was), said)) return {}
  const counts = 'onlyBusinessDays' in due && due.kind === said.kind ? { onlyBusinessDays: due.onlyBusinessDays } : {}
  return { due: { ...said, ...counts, installments: due.installments } }
}

function detailsChanged(was: DetailsInput, is: DetailsInput): DetailsInput {
  return {
    ...(was.categoryId !== is.categoryId && { categoryId: is.categoryId }),
    ...(was.projectId !== is.projectId && { projectId: is.projectId }),
    ...(differs(sharesMeant(was), sharesMeant(is)) && { departments: is.departments }),
  }
}

function sharesMeant({ departments }: DetailsInput): unknown {
  return departments?.map(share => [share.targetId, 'percent' in share ? String(micros(share.percent)) : share.valueCents])
}

/** Where there are several rules, or none, nobody could tell which of them is meant. */
function requireUnchanged(before: Param, after: Param, books: Books): void {
  const of = (param: Param) => [
    written(param).itensContrato,
    partIn(param, 'vencTextos'),
    rhythmOf(param),
    expenseLines(param, 0),
    detailsOf(param, books),
  ]
  if (differs(of(before), of(after))) throw severalRules('itensContrato')
}

const severalRules = (tag: string) =>
  wrongValue(tag, 'este contrato não tem uma única regra de faturamento; altere o que ele fatura no Bordero.')

/** By what is meant: the order of keys says nothing, and neither does what is empty, which lists of theirs show as '' and 0. */
function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(meant(one)) !== JSON.stringify(meant(other))
}

function meant(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(meant)
  if (typeof value !== 'object') return empty.has(value) ? null : value
  const said = Object.entries(value ?? {}).flatMap(([key, each]) => {
    const is = meant(each)
    return is === null ? [] : [[key, is] as const]
  })
  return said.length === 0 ? null : said.sort(([one], [other]) => (one < other ? -1 : 1))
}

const empty: ReadonlySet<unknown> = new Set([undefined, '', 0, '0', false])

// --- Its situation ---

type Act = (ctx: Ctx, id: number) => Promise<unknown>

/** From the situation that stands to the one that was sent. */
const acts: Partial<Record<ContractState, Readonly<Record<string, Act>>>> = {
  draft: { '10': activateContract },
  active: {
    '90': (ctx, id) => suspendContract(ctx, id, { reason: 'AlterarContrato' }),
    '99': (ctx, id) => cancelContract(ctx, id, { reason: 'AlterarContrato' }),
  },
  suspended: { '10': resumeContract, '99': (ctx, id) => cancelContract(ctx, id, { reason: 'AlterarContrato' }) },
  cancelled: { '10': reactivateContract },
}

async function changeSituation(tx: Reader, ctx: Ctx, id: number, wanted: string): Promise<void> {
  const state = (await contractOf(tx, id))?.state
  if (state === undefined || wanted === '' || wanted === situations[state]) return
  const act = acts[state]
  if (act === undefined || !Object.hasOwn(act, wanted)) {
    throw wrongValue(
      'cCodSit',
      `um contrato na situação ${situations[state]} não passa a ela; use 00, 10, 90 ou 99 como o Kanban permite.`,
    )
  }
  await act[wanted]?.(ctx, id)
}

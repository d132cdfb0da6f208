import type { EventInput } from '../../../contracts/events/billing-event.ts'
import type { LineInput } from '../../../contracts/rules/read-terms.ts'
import { decimal, micros, multiplyToCents } from '../../../core/money.ts'
import type { Kept } from '../../kept-store.ts'
import { fault, missingTag, wrongValue } from '../fault.ts'
import { listIn, type Param, partIn, textIn, textUpTo } from '../read-param.ts'
import { itemId } from './contract-items.ts'
import { decimalIn } from './contract-lines.ts'

// Expenses that the customer pays back. One that recurs is a line, billed with every period; any other is billed once, with what is
// billed next.

export interface Expenses {
  list: readonly Kept[]
  last: number
}

/**
 * What was sent over what is known. An expense is named by `nCodReemb`; without it, one that says the same as one that is there is that
 * one, so that a client that sends its contract again bills nothing twice. `cAcaoReemb` E takes one away, I and A say what is so anyway.
 */
export function expensesAfter(contractId: number, { list, last }: Expenses, sent: readonly Kept[]): Expenses {
  const after = new Map(list.map(each => [Number(each.nCodReemb), each]))
  const taken = new Set<number>()
  let next = last
  for (const { cAcaoReemb = '', ...said } of sent) {
    if (!['', 'I', 'A', 'E'].includes(String(cAcaoReemb))) throw wrongValue('cAcaoReemb', 'use I, A ou E.')
    const id = Number(said.nCodReemb ?? 0)
    const same = [...after].find(([known, each]) => !taken.has(known) && saysSame(each, said))
    if (id !== 0 && list.length > 0 && !after.has(id)) throw fault(105, `Despesa não cadastrada para o Código [${id}] !`)
    const at = id !== 0 && after.has(id) ? id : (same?.[0] ?? itemId(contractId, ++next))
    taken.add(at)
    if (cAcaoReemb === 'E') after.delete(at)
    else after.set(at, { ...after.get(at), ...said, nCodReemb: at })
  }
  return { list: [...after.values()], last: next }
}

function saysSame(known: Kept, said: Kept): boolean {
  const of = (each: Kept) => [
    String(each.cDescReemb ?? ''),
    String(each.dDataReemb ?? ''),
    Number(each.nValorReemb ?? 0),
    each.cRecorrenteReemb === 'S',
  ]
  return JSON.stringify(of(known)) === JSON.stringify(of(said))
}

export function expensesIn(param: Param): readonly Param[] {
  return listIn(partIn(param, 'despesasReembolsaveis'), 'despesaReembolsavel')
}

/** Lines of those that recur, of the first item's service, since ours is always of one. Nothing is withheld of what is paid back. */
export function expenseLines(param: Param, serviceItemId: number | undefined): LineInput[] {
  if (serviceItemId === undefined) return []
  return expensesIn(param)
    .filter(recurs)
    .map(expense => ({
      serviceItemId,
      description: named(expense),
      quantity: one,
      unitPrice: asked(expense),
      withholdings: [],
      withheldCents: null,
    }))
}

/** What an expense that is billed once asks for; null of one that recurs. */
export function expenseEvent(expense: Param): EventInput | null {
  if (recurs(expense)) return null
  const amountCents = multiplyToCents(one, asked(expense))
  return { kind: 'surcharge', description: named(expense), amountCents, isReimbursement: true }
}

const one = decimal('1')

function recurs(expense: Param): boolean {
  const said = textIn(expense, 'cRecorrenteReemb') || 'N'
  if (said !== 'S' && said !== 'N') throw wrongValue('cRecorrenteReemb', 'informe S ou N.')
  return said === 'S'
}

function named(expense: Param): string {
  return textUpTo(expense, 'cDescReemb', 500)?.trim() || 'Despesa reembolsável'
}

function asked(expense: Param) {
  const value = decimalIn(expense, 'nValorReemb')
  if (value === undefined) throw missingTag('nValorReemb')
  if (micros(value) <= 0n) throw wrongValue('nValorReemb', 'informe um valor maior que zero.')
  return value
}

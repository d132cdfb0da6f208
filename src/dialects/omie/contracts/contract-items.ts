import type { Kept } from '../../kept-store.ts'
import { fault, wrongValue } from '../fault.ts'
import type { ServiceFields } from '../fields.ts'
import { merged } from '../kept.ts'

// Items of a contract as they were sent, each with the number that it has here.

export interface Items {
  items: readonly Kept[]
  /** The last number that was given to any; one that was taken away leaves its own to nobody. */
  last: number
}

/** More than a contract has lines, so that numbers of contracts never meet. */
const ITEMS_OF_A_CONTRACT = 100_000

export function itemId(contractId: number, n: number): number {
  return contractId * ITEMS_OF_A_CONTRACT + n
}

/**
 * What was sent over what is known. An item is named by `codItem`, else by `codIntItem`; a code that nobody has yet names the next item of
 * its service that has none; without either it is the next one of its service. So a client that sends its contract again, or gives its items
 * codes later, doubles nothing (`ExcluirItem` takes away).
 */
export function itemsAfter(contractId: number, { items, last }: Items, sent: readonly Kept[]): Items {
  const keys = sent.map(item => keyOf(items, item))
  const named = new Set(keys.filter(key => key !== null))
  const twice = keys.find((key, i) => key !== null && keys.indexOf(key) < i)
  if (twice != null)
    throw wrongValue('codItem', `o item [${numberOf(items[twice] ?? {})}] veio mais de uma vez; envie-o uma vez só.`)
  const after = [...items]
  let next = last
  sent.forEach((item, i) => {
    const isNext = (known: Kept, k: number) =>
      !named.has(k) && isOfSameService(known, item) && (codeOf(item) === '' || codeOf(known) === '')
    const at = keys[i] ?? items.findIndex(isNext)
    const n = at < 0 ? ++next : 0
    named.add(at < 0 ? after.length : at)
    const known = after[at] ?? {}
    const codItem = at < 0 ? itemId(contractId, n) : numberOf(known)
    const whole = merged(known, item)
    after[at < 0 ? after.length : at] = { ...whole, itemCabecalho: { ...headOf(whole), codItem } }
  })
  const codes = after.flatMap(item => codeOf(item) || [])
  const taken = codes.find((code, i) => codes.indexOf(code) < i)
  if (taken !== undefined) throw fault(102, `Item com o Código de Integração [${taken}] já foi cadastrado anteriormente.`)
  return { items: after, last: next }
}

/** Without those that are named; each must be there. */
export function itemsWithout(
  { items, last }: Items,
  named: readonly { codItem?: number | undefined; codIntItem?: string | undefined }[],
): Items {
  const gone = new Set(
    named.map(({ codItem = 0, codIntItem }) => {
      const code = codIntItem?.trim() ?? ''
      const at = indexOf(items, codItem, code)
      // By two names that say different things nobody knows what is to go.
      if (code !== '' && codeOf(items[at] ?? {}) !== code) {
        throw wrongValue('codIntItem', `não é o do item [${codItem}]; informe só um dos dois códigos.`)
      }
      return at
    }),
  )
  return { items: items.filter((_, i) => !gone.has(i)), last }
}

function keyOf(items: readonly Kept[], item: Kept): number | null {
  const id = numberOf(item)
  if (id !== 0 && items.length > 0) return indexOf(items, id, '')
  const code = codeOf(item)
  const at = code === '' ? -1 : items.findIndex(known => codeOf(known) === code)
  return at < 0 ? null : at
}

function indexOf(items: readonly Kept[], id: number, code: string): number {
  const at = items.findIndex(item => (id === 0 ? code !== '' && codeOf(item) === code : numberOf(item) === id))
  if (at >= 0) return at
  throw id === 0
    ? fault(103, `Item não cadastrado para o Código de Integração [${code}] !`)
    : fault(105, `Item não cadastrado para o Código [${id}] !`)
}

function numberOf(item: Kept): number {
  return Number(headOf(item).codItem ?? 0)
}

export function headOf(item: Kept): Record<string, unknown> {
  const head = item.itemCabecalho
  return typeof head === 'object' && head !== null ? { ...head } : {}
}

function codeOf(item: Kept): string {
  return String(headOf(item).codIntItem ?? '').trim()
}

/** Its number, or else what it says of itself: both were sent before, or neither was. */
function isOfSameService(known: Kept, sent: Kept): boolean {
  const tags = Number(headOf(sent).codServico ?? 0) !== 0 ? ['codServico'] : ['codLC116', 'codServMunic', 'natOperacao']
  return tags.every(tag => String(headOf(known)[tag] ?? '').trim() === String(headOf(sent)[tag] ?? '').trim())
}

/** What a part says of its fields: '' says nothing of a number, a date or S/N, and null nothing of anything. */
export function saidOf(types: ServiceFields['types'], type: string, sent: object): Kept {
  const fields = types[type] ?? {}
  const said = Object.entries(sent).flatMap(([tag, value]: [string, unknown]) => {
    const of = fields[tag] ?? 'text'
    if (value === null || value === undefined || (value === '' && of !== 'text')) return []
    const list = of.endsWith('[]')
    const inner = list ? of.slice(0, -2) : of
    if (!(inner in types)) return [[tag, value]]
    const read = (part: unknown) => (typeof part === 'object' && part !== null ? saidOf(types, inner, part) : {})
    return [[tag, list && Array.isArray(value) ? value.map(read) : read(value)]]
  })
  return Object.fromEntries(said)
}

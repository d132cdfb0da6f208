import type { Page } from './answers.ts'
import type { Client } from './client.ts'
import { renderTable } from './table.ts'
import { brl, contractStateWords, dayWords, invoiceStateWords, momentWords, priceWords } from './words.ts'

/** One entry of a history, with what it is about; as the API tells it. */
export interface HistoryRow {
  id: string
  at: string
  actor: string
  action: string
  before: unknown
  after: unknown
  subject: string
}

/** What has a history of its own: where it is read, and what people call it. */
export interface Subject {
  path: string
  name: string
}

export interface LatestEntries {
  data: HistoryRow[]
  /** There are older ones. */
  hasMore: boolean
}

/** The latest entries of several subjects as one history, the latest first. */
export async function latestEntries(client: Client, subjects: readonly Subject[], limit: number): Promise<LatestEntries> {
  const rows: HistoryRow[] = []
  let hasMore = false
  for (const { path, name } of subjects) {
    const { data, nextCursor } = await client.get<Page<Omit<HistoryRow, 'subject'>>>(`${path}/history`, { limit })
    rows.push(...data.map(row => ({ ...row, subject: name })))
    hasMore ||= nextCursor !== null
  }
  // A stable sort: entries of one instant stay in the order in which their subject tells them.
  const sorted = rows.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
  return { data: sorted.slice(0, limit), hasMore: hasMore || sorted.length > limit }
}

const columns = [
  { head: 'Quando', of: (row: HistoryRow) => momentWords(row.at) },
  { head: 'Quem', of: (row: HistoryRow) => actorWords(row.actor), least: 10 },
  { head: 'De quê', of: (row: HistoryRow) => row.subject },
  { head: 'O quê', of: ({ action }: HistoryRow) => actionWords.get(action) ?? action },
  { head: 'De → para', of: changeOf, least: 20 },
  { head: 'Por quê', of: reasonOf, least: 12 },
]

/** `command` prints the same history with as many entries as it takes at most. */
export function historyWords({ data, hasMore }: LatestEntries, terminalColumns: number, whole: string): string {
  if (data.length === 0) return 'Nada a mostrar.'
  const more = hasMore ? [`… há mais; até 200 de cada:\n  ${whole}`] : []
  return [renderTable(columns, data, { columns: terminalColumns }), ...more].join('\n')
}

const actionWords: ReadonlyMap<string, string> = new Map([
  ['create', 'cadastro'],
  ['update', 'alteração'],
  ['archive', 'arquivamento'],
  ['delete', 'exclusão'],
  ['activate', 'ativação'],
  ['suspend', 'suspensão'],
  ['resume', 'retomada'],
  ['end', 'fim da vigência'],
  ['cancel', 'cancelamento'],
  ['reactivate', 'reativação'],
  ['change_plan', 'troca de plano'],
  ['change_terms', 'mudança das condições'],
  ['waive_period', 'dispensa de período'],
  ['readjust', 'reajuste'],
  ['reduce', 'redução'],
  ['adjust', 'ajuste'],
  ['approve', 'aprovação'],
  ['block', 'bloqueio'],
  ['hold', 'retida por atraso do cliente'],
  ['unhold', 'deixou de ser retida'],
  ['emit', 'emissão'],
  ['undo_emission', 'emissão desfeita'],
  ['confirm_receival', 'recebimento'],
  ['undo_receival', 'recebimento desfeito'],
  ['undo_cancellation', 'cancelamento desfeito'],
  ['release', 'liberação'],
  ['renegotiate', 'renegociação'],
  ['undo_renegotiation', 'renegociação desfeita'],
  ['settle', 'renegociação recebida'],
  ['unsettle', 'renegociação reaberta'],
])

const actorKinds: ReadonlyMap<string, string> = new Map([
  ['key', 'chave'],
  ['system', 'sistema'],
  ['operator', 'operador'],
])

/** 'chave key_1', 'sistema (billing_run)' */
function actorWords(actor: string): string {
  const [kind = '', ...rest] = actor.split(':')
  const id = rest.join(':')
  const word = actorKinds.get(kind) ?? kind
  return kind === 'system' ? `${word} (${id})` : `${word} ${id}`.trim()
}

/** What a person said when doing it. */
function reasonOf({ action, after }: HistoryRow): string {
  if (typeof after !== 'object' || after === null) return ''
  const { reason, cancelReason, suspensions } = after as Record<string, unknown>
  if (typeof reason === 'string') return reason
  if (action === 'cancel' && typeof cancelReason === 'string') return cancelReason
  const last: unknown = Array.isArray(suspensions) && action === 'suspend' ? suspensions.at(-1) : null
  const said = typeof last === 'object' && last !== null && 'reason' in last ? last.reason : null
  return typeof said === 'string' ? said : ''
}

type Told = Record<string, unknown>

/** What a person knows of what changed: state, days, names, prices. What has no word here is in the API's history. */
const fields: readonly (readonly [string, string, (value: unknown) => string])[] = [
  ['state', 'situação', value => stateWords.get(String(value)) ?? String(value)],
  ['name', 'nome', String],
  ['code', 'código', String],
  ['title', 'título', String],
  ['startsOn', 'início', asDay],
  ['endsOn', 'fim', asDay],
  ['dueOn', 'vencimento', asDay],
  ['number', 'número', String],
  ['netCents', 'líquido', asMoney],
]

const stateWords: ReadonlyMap<string, string> = new Map([
  ...Object.entries(contractStateWords),
  ...Object.entries(invoiceStateWords),
])

function asDay(value: unknown): string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? dayWords(value) : String(value)
}

function asMoney(value: unknown): string {
  return typeof value === 'number' ? brl(value) : String(value)
}

/** 'fim 31/12/2027 → nenhum; preço de Suporte 1.500,00 → 1.700,00' */
function changeOf({ before, after }: HistoryRow): string {
  if (!isTold(before) || !isTold(after)) return ''
  const changed = fields.flatMap(([field, word, words]) => {
    if (!(field in before) || !(field in after) || before[field] === after[field]) return []
    const shown = (value: unknown) => (value === null ? 'nenhum' : words(value))
    return [`${word} ${shown(before[field])} → ${shown(after[field])}`]
  })
  return [...changed, ...priceChanges(before.terms, after.terms)].join('; ')
}

function priceChanges(before: unknown, after: unknown): string[] {
  const were = pricesOf(before)
  const are = pricesOf(after)
  const names = [...new Set([...were.keys(), ...are.keys()])]
  return names.flatMap(name => {
    const [was, is] = [were.get(name) ?? 'nenhum', are.get(name) ?? 'nenhum']
    return was === is || were.size === 0 || are.size === 0 ? [] : [`preço de ${name} ${was} → ${is}`]
  })
}

function pricesOf(terms: unknown): Map<string, string> {
  const lines = isTold(terms) && Array.isArray(terms.lines) ? terms.lines : []
  return new Map(
    lines.flatMap((line: unknown) =>
      isTold(line) && typeof line.description === 'string' && typeof line.unitPrice === 'string'
        ? [[line.description, priceWords(line.unitPrice)] as const]
        : [],
    ),
  )
}

function isTold(value: unknown): value is Told {
  return typeof value === 'object' && value !== null
}

import { type HoldReason, holdReasons } from '../../contracts/readjustment/readjustment.ts'
import { type HoldDetail, holdSentence } from '../../contracts/readjustment/readjustment-words.ts'
import { cents, decimal, formatBrl, formatDecimal } from '../../core/money.ts'

/** What an item is about: `bill` makes an invoice of a period; `emit` sends out one that was made before. */
export type ItemKind = 'bill' | 'emit'

/**
 * How an item of a run ended. A billed one has its invoice; a not billed one kept or closed its period without one; a parked one failed.
 * Of an item that emits, billed means that its invoice went out, and not billed that it still waits or had nothing to wait for any more.
 */
export type OutcomeClass = 'pending' | 'billed' | 'not_billed' | 'parked'

/** What may keep an invoice that was made before from going out with a run. */
export const emissionWaits = ['awaiting_approval', 'customer_overdue'] as const
export type EmissionWait = (typeof emissionWaits)[number]

interface Outcome {
  class: Exclude<OutcomeClass, 'pending'>
  /** What to do, said to whoever reads the run. */
  sentence: string
}

/** Every code that an item can end with. Codes are stable: clients and tests match them, never the sentence. */
export const outcomes = {
  billed: { class: 'billed', sentence: 'Fatura criada. A regra é de rascunho: emita quando estiver conferida.' },
  emitted: { class: 'billed', sentence: 'Fatura emitida. Nada a fazer.' },
  awaiting_approval: {
    class: 'billed',
    sentence: 'Fatura criada e bloqueada até a aprovação. Aprove a fatura para que ela seja emitida.',
  },
  customer_overdue: {
    class: 'billed',
    sentence: 'Fatura criada, mas não emitida: o cliente tem parcela vencida. Ela sai quando ele pagar, ou emita com um motivo.',
  },
  not_yet_due: {
    class: 'not_billed',
    sentence: 'Ainda não há período a faturar neste dia. Para antecipar o próximo, peça-o antes do dia (bill --ahead).',
  },
  already_billed: {
    class: 'not_billed',
    sentence:
      'O período já estava encerrado: outra execução o faturou, ou alguém o dispensou enquanto esta andava. Nada a fazer.',
  },
  needs_catch_up: {
    class: 'not_billed',
    sentence:
      'Período anterior que ficou em aberto. Escolha: faturá-lo, pedindo também os anteriores (bill --catch-up), ou dispensá-lo (contracts waive).',
  },
  contract_suspended: { class: 'not_billed', sentence: 'O contrato estava suspenso no primeiro dia do período.' },
  outside_validity: { class: 'not_billed', sentence: 'O período está fora da vigência do contrato ou da regra e não é cobrado.' },
  index_missing: {
    class: 'not_billed',
    sentence: 'Falta um mês do índice do reajuste. Espere a publicação, ou informe o valor com a fonte, e tente de novo.',
  },
  readjustment_unapproved: {
    class: 'not_billed',
    sentence: 'O reajuste do período espera a aprovação. Aprove-o ou dispense-o, e tente de novo.',
  },
  readjustment_pending: {
    class: 'not_billed',
    sentence: 'O reajuste do período ainda não foi aplicado. Ele é aplicado sozinho na sua data; depois dela, tente de novo.',
  },
  changed_since_preview: {
    class: 'not_billed',
    sentence: 'Algo mudou depois da prévia e o valor ou o período já não é o mesmo. Faça outra prévia e confira.',
  },
  above_safety_bound: {
    class: 'not_billed',
    sentence: 'O valor passa do limite de segurança da regra. Confira e libere o item, ou corrija a regra e tente de novo.',
  },
  invalid_tax_id: {
    class: 'not_billed',
    sentence: 'O cliente está sem CPF ou CNPJ válido. Corrija o cadastro do cliente e tente de novo.',
  },
  run_cancelled: { class: 'not_billed', sentence: 'A execução foi cancelada antes deste item. O período continua em aberto.' },
  failed: {
    class: 'parked',
    sentence: 'Erro ao gravar este item; os outros não foram afetados. Veja o detalhe, corrija e tente de novo.',
  },
} as const satisfies Record<string, Outcome>

export type OutcomeCode = keyof typeof outcomes

/** What the codes say of an invoice that was there before the run. */
const ofEmission: Partial<Record<OutcomeCode, Outcome>> = {
  emitted: { class: 'billed', sentence: 'Fatura que já existia, emitida por esta execução. Nada a fazer.' },
  awaiting_approval: {
    class: 'not_billed',
    sentence: 'Fatura que já existia e continua bloqueada. Aprove a fatura para que ela seja emitida.',
  },
  customer_overdue: {
    class: 'not_billed',
    sentence:
      'Fatura que já existia e continua retida: o cliente tem parcela vencida. Ela sai quando ele pagar, ou emita com um motivo.',
  },
  changed_since_preview: {
    class: 'not_billed',
    sentence: 'A fatura mudou depois da prévia e continua por emitir. Faça outra prévia e confira.',
  },
  already_billed: {
    class: 'not_billed',
    sentence: 'A fatura já tinha sido emitida, ou foi cancelada, por outra pessoa ou execução. Nada a fazer.',
  },
  run_cancelled: { class: 'not_billed', sentence: 'A execução foi cancelada antes deste item. A fatura continua por emitir.' },
}

const holds: ReadonlySet<string> = new Set(holdReasons)

/** What to do about an item, said with what it is about where its detail tells. */
export function outcomeSentence(kind: ItemKind, code: OutcomeCode, detail: Record<string, unknown> | null): string {
  // The detail of these codes is what `holdDetail` made.
  if (holds.has(code) && detail !== null) return holdSentence(code as HoldReason, detail as unknown as HoldDetail)
  const bound = code === 'above_safety_bound' ? boundPhrase(detail) : null
  return bound ?? outcomeOf(kind, code).sentence
}

/** Which bound, how much passes it, and what it is measured by: the detail is what `exceededBound` made. */
function boundPhrase(detail: Record<string, unknown> | null): string | null {
  const { bound, limit, grossCents, previousGrossCents } = detail ?? {}
  if (typeof grossCents !== 'number') return null
  const gross = formatBrl(cents(grossCents))
  const next = 'Confira e libere o item, ou mude o limite e tente de novo.'
  if (bound === 'maxAmountCents' && typeof limit === 'number') {
    return `O valor bruto, ${gross}, passa do limite de segurança da regra, de ${formatBrl(cents(limit))} por fatura (valor_maximo). ${next}`
  }
  if (bound !== 'maxGrowthPercent' || typeof limit !== 'string' || typeof previousGrossCents !== 'number') return null
  const before = formatBrl(cents(previousGrossCents))
  return `O valor bruto, ${gross}, cresce sobre o da última fatura, ${before}, mais do que o limite de segurança da regra, de ${formatDecimal(decimal(limit))}% (crescimento_maximo). ${next}`
}

/** What a code means for an item of this kind. */
export function outcomeOf(kind: ItemKind, code: OutcomeCode): Outcome {
  return (kind === 'emit' ? ofEmission[code] : undefined) ?? outcomes[code]
}

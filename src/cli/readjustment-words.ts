import type { HoldReason } from '../contracts/readjustment/readjustment.ts'
import { formatMonth, yearMonth } from '../core/dates.ts'
import { indexFacts, type PriceIndex } from '../indices/price-index.ts'
import type { Readjustment, ReadjustmentDetail } from './answers.ts'
import { startedAs } from './started-as.ts'
import { renderTable } from './table.ts'
import { brl, contractWord, dayWords, figure, momentWords, priceWords, quantityWords } from './words.ts'

// What the command line says of readjustments by an index.

export const indexWords: Record<PriceIndex, string> = {
  igpm: indexFacts.igpm.name,
  ipca: indexFacts.ipca.name,
  igpdi: indexFacts.igpdi.name,
  inpc: indexFacts.inpc.name,
  ipcfipe: indexFacts.ipcfipe.name,
}

export const holdWords: Record<HoldReason, string> = {
  index_missing: 'falta um mês do índice',
  readjustment_unapproved: 'espera a aprovação',
  readjustment_pending: 'ainda não aplicado',
}

const outcomeWords = { applied: 'aplicado', held_at_zero: 'variação negativa, preço mantido', skipped: 'dispensado' } as const

export const monthWords = (month: string): string => formatMonth(yearMonth(month))
/** '0,58%' */
export const percentWords = (percent: string): string => `${quantityWords(percent)}%`
const factorWords = (factor: string): string => factor.replace('.', ',')

/** What a date waits for, by what is known now: a reason, or that nobody has approved it. */
export function waitsWords({ isOver, waitsFor, missingMonth, approvalWanted, isApproved, preview }: Readjustment): string {
  if (isOver) return 'encerrado'
  if (waitsFor === 'index_missing' && missingMonth !== null) return `falta ${monthWords(missingMonth)}`
  if (waitsFor !== null) return holdWords[waitsFor]
  if (approvalWanted) return isApproved ? 'aprovado' : 'a aprovar'
  return preview.isTooLarge ? 'valor alto demais' : ''
}

/** 'R$ 1.000,00 → 1.028,28', or the months that are not known. */
export function changeWords({ preview }: Readjustment): string {
  if (preview.missingMonths.length > 0) return `falta ${preview.missingMonths.map(monthWords).join(', ')}`
  return preview.outcome === 'held_at_zero' ? 'variação negativa, mantém' : factorWords(preview.factor ?? '')
}

export const oldWords = ({ preview }: Readjustment): string => (preview.oldCents === null ? '' : figure(preview.oldCents))
export const newWords = ({ preview }: Readjustment): string => (preview.newCents === null ? '' : figure(preview.newCents))

/** Of those whose months are known: '3 reajustes, de R$ 3.000,00 para R$ 3.084,84 por período'. */
export function dueTotal(rows: readonly Readjustment[]): string {
  const known = rows.flatMap(({ preview: { oldCents, newCents } }) =>
    oldCents === null || newCents === null ? [] : { oldCents, newCents },
  )
  const sum = (of: (one: { oldCents: number; newCents: number }) => number) => brl(known.reduce((all, one) => all + of(one), 0))
  const open = rows.length - known.length
  const beside = open === 0 ? '' : `; ${open} sem valor ainda, por falta de um mês do índice`
  return `${known.length} com valor, de ${sum(one => one.oldCents)} para ${sum(one => one.newCents)} por período${beside}`
}

/** A list, and below it what is worth a second look: each warning once, with those that it is about. */
export function withWarnings(list: string, rows: readonly Readjustment[]): string {
  const all = rows.filter(({ isOver }) => !isOver).flatMap(({ id, warnings }) => warnings.map(({ message }) => ({ id, message })))
  const notes = [...Map.groupBy(all, ({ message }) => message)].map(
    ([message, about]) => `Atenção, ${about.map(({ id }) => id).join(', ')}: ${message}`,
  )
  return notes.length === 0 ? list : [list, '', ...notes].join('\n')
}

/** One clause: what it says, whom it is about, and what is worth a second look. */
export function headWords(it: Readjustment): string {
  const { id, contract, customer, sentence, warnings, archivedAt } = it
  const waits = waitsWords(it)
  return [
    `${id}: contrato ${contractWord(contract)}, ${customer.name}${archivedAt === null ? '' : ' (excluído)'}.`,
    sentence,
    ...(waits === '' ? [] : [`Agora: ${waits}.`]),
    ...warnings.map(({ message }) => `Atenção: ${message}`),
  ].join('\n')
}

/** What the next date would do by what is known now. */
export function previewWords(it: Readjustment): string {
  const { index, preview, nextOn, method } = it
  if (preview.missingMonths.length > 0) {
    const months = preview.missingMonths.map(monthWords).join(', ')
    const twelve = method === 'published_12m' ? ' --twelve-months' : ''
    const set = `${startedAs} indices set ${index} ${preview.missingMonths[0]} --value <percentual> --source <fonte>${twelve}`
    return `${headWords(it)}\n\nEm ${dayWords(nextOn)} ainda não se sabe o valor: do ${indexWords[index]} falta ${months}.\nEspere a publicação ou, passado o mês, informe: ${set}`
  }
  const values = monthLines(preview.values)
  const what =
    preview.outcome === 'held_at_zero'
      ? ' (variação negativa): o preço fica como está'
      : preview.prices.length === 0
        ? ', sem preço a mudar'
        : ''
  const changes = preview.prices.length === 0 ? [] : ['', priceTable(preview.prices)]
  const total =
    preview.oldCents === null || preview.newCents === null
      ? []
      : ['', `Um período inteiro: de ${brl(preview.oldCents)} para ${brl(preview.newCents)}.`]
  const factor = `Fator em ${dayWords(nextOn)}: ${factorWords(preview.factor ?? '')}${what}.`
  return [headWords(it), '', ...values, '', factor, ...changes, ...total].join('\n')
}

/** '  09/2025  0,42%' */
function monthLines(values: Readjustment['preview']['values']): string[] {
  return values.map(({ month, percent, kind }) => {
    const by = kind === 'official' ? '' : ` (${kind === 'by_hand' ? 'informado à mão' : 'informado à mão, em conta de teste'})`
    return `  ${monthWords(month)}  ${percentWords(percent)}${by}`
  })
}

/** With what became of its dates, the latest first. */
export function detailWords(it: ReadjustmentDetail): string {
  const told = it.applications.map(one => {
    const factor = one.factor === null ? '' : `, fator ${factorWords(one.factor)}`
    const undone =
      one.undone === null
        ? ''
        : `; desfeito em ${momentWords(one.undone.at)}${one.undone.reason === null ? '' : ` (${one.undone.reason})`}`
    const reason = one.reason === null ? '' : ` (${one.reason})`
    const revised = one.revised.map(
      ({ month, percent }) => `\n  hoje ${monthWords(month)} é ${percentWords(percent)}; o preço ficou como foi calculado`,
    )
    const used = one.values.length === 0 ? '' : `\n${monthLines(one.values).join('\n')}`
    const prices = one.prices.length === 0 ? '' : `\n${indented(priceTable(one.prices))}`
    return `${dayWords(one.dueOn)}: ${outcomeWords[one.outcome]}${reason}${factor}${undone}.${used}${revised.join('')}${prices}`
  })
  return [headWords(it), '', ...(told.length === 0 ? ['Nada foi aplicado ainda.'] : told)].join('\n')
}

type Step = Readjustment['preview']['prices'][number]

const priceColumns = [
  { head: 'A partir de', of: (it: Step) => dayWords(it.validFrom) },
  { head: 'Serviço', of: (it: Step) => it.description, least: 12 },
  { head: 'De (R$)', of: (it: Step) => priceWords(it.oldUnitPrice), right: true },
  { head: 'Para (R$)', of: (it: Step) => priceWords(it.newUnitPrice), right: true },
]

function priceTable(steps: readonly Step[]): string {
  return renderTable(priceColumns, steps)
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}

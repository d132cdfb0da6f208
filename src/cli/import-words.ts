import { type ColumnForm, columnForms } from '../import/file/column-forms.ts'
import { headingOf, type Level } from '../import/file/columns.ts'
import { isDear } from '../import/file/fault.ts'
import type { Import } from './answers.ts'
import { counted } from './words.ts'

// What the command line says of an import.

const mostListed = 50
/** Of those of one kind, that each say something else about money. */
const mostDear = 10
/** Of any other kind: more of them would bury the rest. */
const mostAlike = 3
const mostLines = 30

type Found = Import['warnings'][number]

export function importWords(report: Import, command: (args: string) => string): string {
  const { faults, faultCount, warnings, warningCount, differences, differenceCount } = report
  // What an export leaves behind is of the whole file, and said after all that is of its rows.
  const ofFile = warnings.filter(({ code }) => code === 'left_out')
  const ofRows = warnings.filter(({ code }) => code !== 'left_out')
  const count = warningCount - ofFile.length
  const found = [
    ...list(
      counted(faultCount, 'erro', 'erros'),
      faults.map(fault => fault.message),
      faultCount,
    ),
    ...section(
      `${counted(count, 'observação', 'observações')}, que não ${count === 1 ? 'impede' : 'impedem'} nada`,
      warningLines(ofRows),
      count - ofRows.length,
    ),
    ...list(
      counted(differenceCount, 'diferença do cadastrado', 'diferenças do cadastrado'),
      differences.map(differenceWords),
      differenceCount,
    ),
    ...priceLines(differences, command),
    ...ofFile.flatMap(({ message }) => ['', message.replace(/^Linha [^:]*: /, '')]),
  ]
  return [heading(report), countsWords(report), ...found, ...nextWords(report, command)].join('\n')
}

function heading({ id, state, filename, rows }: Import): string {
  const endings = {
    refused: 'nada foi gravado, porque há linhas recusadas',
    checked: 'só conferida, nada foi gravado',
    done: 'gravada',
  }
  return `Importação ${id}${filename === null ? '' : ` de ${filename}`}, ${counted(rows, 'linha', 'linhas')}: ${endings[state]}.`
}

function countsWords({ created, updated, unchanged, differing, refused }: Import): string {
  const parts = [
    [created, 'nova', 'novas'],
    [updated, 'alterada', 'alteradas'],
    [unchanged, 'já cadastrada', 'já cadastradas'],
    [differing, 'diferente e não aplicada', 'diferentes e não aplicadas'],
    [refused, 'recusada', 'recusadas'],
  ] as const
  return `${parts.flatMap(([n, one, many]) => (n > 0 ? [counted(n, one, many)] : [])).join(', ') || 'nenhuma linha'}.`
}

/** In the order of the report, which begins with what costs money; the many of one kind and column are summed up. */
function warningLines(warnings: readonly Found[]): string[] {
  const kinds = Map.groupBy(warnings, ({ code, column }) => `${code} ${column ?? ''}`)
  return [...kinds.values()].flatMap(alike => {
    const [first] = alike
    if (first === undefined) return []
    if (isDear(first)) return [...messagesOf(alike.slice(0, mostDear)), ...andLines(alike.slice(mostDear))]
    return alike.length <= mostAlike
      ? messagesOf(alike)
      : [`${alike.length} linhas (${linesOf(alike)}), como a primeira. ${first.message}`]
  })
}

function messagesOf(warnings: readonly Found[]): string[] {
  return warnings.map(({ message }) => message)
}

function andLines(rest: readonly Found[]): string[] {
  if (rest.length === 0) return []
  return [`… e ${rest.length === 1 ? 'mais uma linha' : `mais ${rest.length} linhas`} assim: ${linesOf(rest)}.`]
}

function linesOf(warnings: readonly Found[]): string {
  const shown = warnings.slice(0, mostLines).map(({ line }) => line)
  return `${shown.join(', ')}${warnings.length > mostLines ? ', …' : ''}`
}

function list(what: string, sentences: readonly string[], count: number): string[] {
  return section(what, sentences.slice(0, mostListed), count - Math.min(sentences.length, mostListed))
}

function section(what: string, lines: readonly string[], rest: number): string[] {
  if (lines.length === 0) return []
  const more = rest > 0 ? [`  … e mais ${rest} (--json mostra até mil).`] : []
  return ['', `${what}:`, ...lines.map(line => `  ${line}`), ...more]
}

function differenceWords({ line, column, from, to, isApplied, whyNot }: Import['differences'][number]): string {
  const ending = isApplied ? '' : ` (não aplicada${whyNot === null ? '; --update aplica' : `: ${whyNot}`})`
  return `Linha ${line}, coluna "${column}": de "${from}" para "${to}"${ending}`
}

/** A price is that of a period's first day: what changes today is billed from the next one on, and which that is stands with the contract. */
function priceLines(differences: Import['differences'], command: (args: string) => string): string[] {
  const isAnyPrice = differences.some(({ column, isApplied }) => isApplied && column === headingOf('unitPrice'))
  if (!isAnyPrice) return []
  return [
    '  Um preço mudado no meio de um período é cobrado do período seguinte em diante; qual é, diz:',
    `    ${command('contracts show <contrato>')}`,
  ]
}

function nextWords({ state, faultCount }: Import, command: (args: string) => string): string[] {
  return state === 'done' && faultCount === 0 ? ['', `Agora, o que há a faturar hoje:\n  ${command('preview')}`] : []
}

// --- The columns of a file ---

const levels: Record<Level, string> = {
  customer: 'Do cliente',
  contract: 'Do contrato',
  rule: 'De como se fatura',
  line: 'Do que se cobra',
}

/** Every column of a file with its forms, by what it speaks of. */
export function columnWords(): string {
  const ofLevel = Map.groupBy(columnForms, ({ level }) => level)
  const parts = (['customer', 'contract', 'rule', 'line'] as const).map(level =>
    [`${levels[level]}:`, ...(ofLevel.get(level) ?? []).map(columnLine)].join('\n'),
  )
  const about =
    'As colunas, em qualquer ordem; * são indispensáveis. Uma coluna que começa com # é ignorada. Com um só código, várias linhas são um contrato só.'
  return [about, ...parts].join('\n\n')
}

function columnLine({ heading, isNeeded, form, examples }: ColumnForm): string {
  return `  ${`${heading}${isNeeded ? ' *' : ''}`.padEnd(22)} ${form}: ${examples.join('; ')}`
}

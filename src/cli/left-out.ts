import { headingOf, LEFT_OUT } from '../import/file/columns.ts'
import type { LeftBehind } from './answers.ts'
import { brl, counted } from './words.ts'

/**
 * Passes an exported file of contracts on as it comes, and adds to `names` the contracts of which the file says that it cannot carry
 * everything.
 */
export async function* namingLeftOut(
  content: AsyncIterable<Uint8Array | string>,
  names: Set<string>,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder()
  const records = new Records()
  for await (const chunk of content) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    for (const record of records.read(decoder.decode(bytes, { stream: true }))) {
      const name = nameOf(record, records.heading)
      if (name !== null) names.add(name)
    }
    yield bytes
  }
}

function nameOf(record: readonly string[], heading: readonly string[]): string | null {
  const cell = (column: string) => record[heading.indexOf(column)] ?? ''
  // A code that a spreadsheet would take for a formula has an apostrophe before it.
  return cell(LEFT_OUT) === '' ? null : cell(headingOf('code')).replace(/^'/, '') || cell(headingOf('contractId'))
}

/** What stands in no row of the file, because no contract of it has one. */
export function leftBehindSentences(leftBehind: LeftBehind | null): string[] {
  if (leftBehind === null) return []
  const { receivables, credit } = leftBehind
  const whole = 'grave-as com --what parcelas'
  return [
    ...(receivables.count === 0
      ? []
      : [
          `Não vão no arquivo, por não serem de contratos com regra que fatura (agendamentos, por exemplo): ${counted(receivables.count, 'parcela em aberto', 'parcelas em aberto')}, ${brl(receivables.amountCents)} ao todo (${named(receivables.names)}); ${whole}.`,
        ]),
    ...(credit.count === 0
      ? []
      : [
          `Não vai no arquivo, por não terem contrato nele, o crédito de ${counted(credit.count, 'cliente', 'clientes')}, ${brl(credit.amountCents)} ao todo (${named(credit.names)}): lance-o de novo onde o arquivo for lido.`,
        ]),
  ]
}

/** The server names the first ones. */
function named(names: readonly string[]): string {
  return `${names.join(', ')}${names.length === MOST_NAMED ? ', …' : ''}`
}

const MOST_NAMED = 20

/** The records of a file that we wrote ourselves, in pieces: semicolons, CRLF, and a quote in a quoted cell doubled. */
class Records {
  heading: readonly string[] = []
  #cells: string[] = []
  #cell = ''
  #isQuoted = false

  /** Those that are whole by now, without the heading. */
  read(text: string): string[][] {
    const whole: string[][] = []
    for (const character of text) {
      // A doubled quote closes and opens again; no cell that is looked at needs the one in between.
      if (character === '"') this.#isQuoted = !this.#isQuoted
      else if (this.#isQuoted || !/[;\r\n]/.test(character)) this.#cell += character
      else if (character === ';') this.#endCell()
      else if (character === '\n') whole.push(...this.#endRecord())
    }
    return whole
  }

  #endCell(): void {
    this.#cells.push(this.#cell)
    this.#cell = ''
  }

  #endRecord(): string[][] {
    this.#endCell()
    const record = this.#cells
    this.#cells = []
    if (this.heading.length > 0) return [record]
    this.heading = record
    return []
  }
}

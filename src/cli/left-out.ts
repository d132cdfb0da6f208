import { headingOf, LEFT_OUT } from '../import/file/columns.ts'

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

import type { Command } from 'commander'
import { startedAs } from './started-as.ts'
import { whole } from './values.ts'

export interface PagingOptions {
  limit: number
  cursor?: string
}

/** Whatever shows a page takes the cursor that it offers for the next. */
export function addPaging(command: Command, limit = 50): Command {
  return command
    .option('--limit <n>', `quantas linhas, até 200; ${limit}, se não informado`, whole(1, 200), limit)
    .option('--cursor <cursor>', 'continua a lista de onde a anterior parou')
}

/** A history of several subjects is no page: it shows the latest of each. */
export function addHistoryLimit(command: Command): Command {
  return command.option('--limit <n>', 'quantos registros, até 200; 50, se não informado', whole(1, 200), 50)
}

const more = /^… e mais: --cursor (\S+)$/gm

/** That a list goes on. Where it is shown, `withCommands` makes a command of it: only there is known what was typed. */
export function moreFrom(cursor: string): string {
  return `… e mais: --cursor ${cursor}`
}

/** Each `moreFrom` as the command that was typed, from the cursor on; a key is not repeated. */
export function withCommands(text: string, typed: readonly string[]): string {
  const words: string[] = []
  for (let i = 0; i < typed.length; i++) {
    const word = typed[i] ?? ''
    if (word === '--cursor') i++
    else if (word === '--key') {
      words.push(word, '…')
      i++
    } else if (!word.startsWith('--cursor=')) words.push(word.startsWith('--key=') ? '--key=…' : quoted(word))
  }
  return text.replace(more, (_, cursor) => `… e mais:\n  ${[startedAs, ...words].join(' ')} --cursor ${cursor}`)
}

function quoted(word: string): string {
  return /^[\p{L}\p{N}_./:=@%+,-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

import type { Command } from 'commander'
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

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

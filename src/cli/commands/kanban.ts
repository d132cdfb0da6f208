import type { Command } from 'commander'
import type { Column } from '../../billing-run/kanban/kanban.ts'
import type { Board, BoardCard, Page } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { organizationId } from '../find.ts'
import { listWords } from '../list-words.ts'
import { nextCommand } from '../next-command.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { startedAs } from '../started-as.ts'
import { renderTable } from '../table.ts'
import { choice, choices } from '../values.ts'
import { brl } from '../words.ts'

interface KanbanOptions extends PagingOptions {
  organization?: string
}

const cardColumns = [
  { head: 'Código', of: (card: BoardCard) => card.contract.code ?? card.contract.id, least: 8 },
  { head: 'Cliente', of: (card: BoardCard) => card.customer.name, least: 12 },
  { head: 'Contrato', of: (card: BoardCard) => card.contract.name, least: 12 },
  { head: 'A faturar', of: amountWords, right: true },
  { head: 'Motivo', of: (card: BoardCard) => card.reason.sentence, least: 20 },
]

const boardColumns = [
  { head: 'Coluna', of: (row: [string, number]) => row[0] },
  { head: 'Contratos', of: (row: [string, number]) => String(row[1]), right: true },
]

/** As they are typed. */
const columnWords: Record<Column, string> = {
  due_today: 'faturar hoje',
  expiring: 'vence em 90 dias',
  billed_this_month: 'faturado no mês',
  suspended: 'suspenso',
  ended: 'encerrado',
}

export function addKanban(program: Command, cli: Cli): void {
  const command = program
    .command('kanban')
    .description('mostra onde está cada contrato hoje: faturar hoje, vence em 90 dias, faturado no mês, suspenso ou encerrado')
    .argument('[coluna]', `${choices(columnWords)}; sem ela, quantos contratos há em cada uma`, choice(columnWords))
    .option('--organization <id ou CNPJ>', 'só os contratos desta organização')
    .addHelpText(
      'after',
      `\nExemplos:\n  ${startedAs} kanban\n  ${startedAs} kanban faturar-hoje\n  ${startedAs} kanban suspenso --limit 20`,
    )
  addPaging(command).action(
    onServer<KanbanOptions, [Column | undefined]>(cli, async ({ client, operands: [asked], options, terminal, show }) => {
      const organization = options.organization === undefined ? undefined : await organizationId(client, options.organization)
      if (asked === undefined) {
        const board = await client.get<Board>('/v1/contracts/kanban', { organization })
        show(board, () => boardWords(board, nextCommand(client.target)))
        return
      }
      const { limit, cursor } = options
      const page = await client.get<Page<BoardCard>>(`/v1/contracts/kanban/${asked}`, { organization, limit, cursor })
      show(page, () => listWords(cardColumns, page, terminal.columns))
    }),
  )
}

function boardWords({ columns, elsewhere }: Board, command: (args: string) => string): string {
  const rows = columns.map(({ label, contracts }): [string, number] => [label, contracts])
  const due = columns.find(({ column }) => column === 'due_today')?.contracts ?? 0
  return [
    renderTable(boardColumns, [...rows, ['Em nenhuma (rascunhos e a vencer)', elsewhere]]),
    ...(due > 0 ? ['', `Os de hoje, um por um:\n  ${command('kanban faturar-hoje')}`] : []),
  ].join('\n')
}

/** What would be billed or goes out by itself; what waits for somebody is no part of it. */
function amountWords({ due }: BoardCard): string {
  const going = due.filter(({ code }) => code === 'period_due' || code === 'invoice_to_emit')
  return going.length === 0 ? '' : brl(going.reduce((total, { netCents }) => total + netCents, 0))
}

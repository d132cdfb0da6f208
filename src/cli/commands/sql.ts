import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type Cli, locally } from '../cli.ts'
import { dataFolders, foldersOf } from '../credentials.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { readGiven } from '../files.ts'
import type { Row } from '../sql/query-folder.ts'
import { startedAs } from '../started-as.ts'
import { renderTable } from '../table.ts'

export function addSql(program: Command, cli: Cli): void {
  program
    .command('sql')
    .description('consulta, sem alterar nada, o banco embutido de uma pasta cujo servidor está parado')
    .argument('<consulta>', 'um select, ou @arquivo.sql; - lê da entrada padrão')
    .option('--data <pasta>', `a pasta do banco; ${dataFolders.serve}, ou a da última demonstração, se não informada`)
    .addHelpText(
      'after',
      `
Um PostgreSQL de DATABASE_URL se consulta com o psql.

Exemplos:
  ${startedAs} sql "select state, count(*), sum(net_cents) from invoice group by state"
  ${startedAs} sql @contagem.sql --data data/demo-crash`,
    )
    .action(
      locally<{ data?: string }, [string]>(cli, async ({ operands: [text], options, terminal, show }) => {
        const data = options.data ?? usualFolder()
        if (data === undefined || !isDatabase(data)) throw noDatabase(data)
        if (options.data === undefined && data !== dataFolders.serve) terminal.note(`Em ${data}:`)
        const { queryFolder } = await import('../sql/query-folder.ts')
        const rows = await queryFolder(data, statementIn(text))
        show(rows, () => (rows.length === 0 ? `Nenhuma linha em ${data}.` : rowsTable(rows, terminal.columns)))
      }),
    )
}

const isDatabase = (data: string): boolean => existsSync(join(data, 'pgdata')) && existsSync(join(data, 'complete'))

/** The one of `bordero serve`, else the demo's that was started last. */
function usualFolder(): string | undefined {
  if (isDatabase(dataFolders.serve)) return dataFolders.serve
  const demos = [dataFolders.demo, dataFolders.crash].flatMap(foldersOf).filter(isDatabase)
  const [last] = demos.map(data => ({ data, at: statSync(join(data, 'complete')).mtimeMs })).sort((a, b) => b.at - a.at)
  return last?.data
}

function noDatabase(data: string | undefined): CliError {
  const where = data === undefined ? 'nesta pasta' : `em ${data}`
  return new CliError(exitCodes.usage, `Não há um banco embutido ${where}: diga a pasta dele com --data.`, {
    details: { code: 'no_database', data: data ?? null },
  })
}

function statementIn(text: string): string {
  const file = text === '-' ? text : text.startsWith('@') ? text.slice(1) : null
  return file === null ? text : new TextDecoder().decode(readGiven(file))
}

export function rowsTable(rows: readonly Row[], columns: number): string {
  const names = Object.keys(rows[0] ?? {})
  if (names.length === 0) return 'Nenhuma linha.'
  const isNumber = (name: string) => rows.every(row => /^(-?\d+(\.\d+)?)?$/.test(textOf(row[name])))
  const shown = names.map(name => ({ head: name, of: (row: Row) => textOf(row[name]), right: isNumber(name), least: 12 }))
  return renderTable(shown, rows, { columns })
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

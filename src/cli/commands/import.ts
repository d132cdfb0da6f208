import { basename } from 'node:path'
import type { Command } from 'commander'
import { columnForms } from '../../import/file/column-forms.ts'
import type { Import } from '../answers.ts'
import { type Cli, locally, onServer } from '../cli.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { readGiven } from '../files.ts'
import { columnWords, importWords } from '../import-words.ts'
import { nextCommand } from '../next-command.ts'
import { startedAs } from '../started-as.ts'

export interface ImportOptions {
  dryRun?: true
  update?: true
  validRows?: true
  columns?: true
}

export function addImport(program: Command, cli: Cli): void {
  const showColumns = locally<ImportOptions>(cli, async ({ show }) => show(columnForms, columnWords))
  const send = onServer<ImportOptions, [string | undefined]>(cli, async ({ client, operands: [file], options, show }) => {
    if (file === undefined)
      throw new CliError(exitCodes.usage, 'Diga o arquivo a importar; --columns mostra as colunas que ele pode ter.', {
        details: { code: 'usage' },
      })
    const { dryRun, update, validRows } = options
    const filename = file === '-' ? undefined : basename(file)
    const query = { dryRun, update, validRows, filename }
    const report = await client.upload<Import>('/v1/imports', readGiven(file), 'text/csv', query)
    show(report, () => importWords(report, nextCommand(client.target)))
    return isAllDone(report) ? exitCodes.ok : exitCodes.findings
  })

  program
    .command('import')
    .description('importa contratos de uma planilha CSV: todas as linhas, ou nenhuma')
    .argument('[arquivo]', 'CSV em UTF-8 ou Latin-1; - lê da entrada padrão')
    .option('--dry-run', 'só confere e diz o que faria')
    .option('--update', 'aplica também as linhas de contratos conhecidos que diferem do cadastrado')
    .option('--valid-rows', 'importa as linhas certas e deixa de fora as recusadas')
    .option('--columns', 'mostra as colunas que um arquivo pode ter, com as suas formas')
    .addHelpText(
      'after',
      `
A cobrança de um contrato novo começa no primeiro período a partir de hoje. O que vem antes só é cobrado se o arquivo disser desde
quando, em "faturar_desde"; quem vem de outro sistema diz em "faturado_ate" até quando foi faturado lá.

O mesmo arquivo outra vez não muda nada. Termina com 1 quando alguma linha foi recusada, ou quando algo que ela diz de um contrato ou
de um cliente já cadastrado não foi aplicado. Observações não mudam o código de saída.

Exemplos:
  ${startedAs} import --columns
  ${startedAs} import examples/contratos.csv --dry-run
  ${startedAs} import contratos.csv
  ${startedAs} import contratos.csv --update`,
    )
    .action((...parameters: unknown[]) => {
      // Commander calls an action with the command itself last.
      const { columns } = (parameters.at(-1) as Command).opts<ImportOptions>()
      return (columns ? showColumns : send)(...parameters)
    })
}

/** A new row may differ too: from the customer that the account has. */
function isAllDone({ refused, differing, faultCount, notAppliedCount }: Import): boolean {
  return refused === 0 && differing === 0 && faultCount === 0 && notAppliedCount === 0
}

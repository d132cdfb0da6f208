import { basename } from 'node:path'
import type { Command } from 'commander'
import type { Import } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { readGiven } from '../files.ts'
import { nextCommand } from '../next-command.ts'
import { startedAs } from '../started-as.ts'
import { counted } from '../words.ts'

export interface ImportOptions {
  dryRun?: true
  update?: true
  validRows?: true
}

const mostListed = 50

export function addImport(program: Command, cli: Cli): void {
  program
    .command('import')
    .description('importa contratos de uma planilha CSV: todas as linhas, ou nenhuma')
    .argument('<arquivo>', 'CSV em UTF-8 ou Latin-1; - lê da entrada padrão')
    .option('--dry-run', 'só confere e diz o que faria')
    .option('--update', 'aplica também as linhas de contratos conhecidos que diferem do cadastrado')
    .option('--valid-rows', 'importa as linhas certas e deixa de fora as recusadas')
    .addHelpText(
      'after',
      `
A cobrança de um contrato novo começa no primeiro período a partir de hoje. O que vem antes só é cobrado se o arquivo disser desde
quando, em "faturar_desde"; quem vem de outro sistema diz em "faturado_ate" até quando foi faturado lá.

O mesmo arquivo outra vez não muda nada. Termina com 1 quando alguma linha foi recusada, ou quando algo que ela diz de um contrato ou
de um cliente já cadastrado não foi aplicado. Observações não mudam o código de saída.

Exemplos:
  ${startedAs} import examples/contratos.csv --dry-run
  ${startedAs} import contratos.csv
  ${startedAs} import contratos.csv --update`,
    )
    .action(
      onServer<ImportOptions, [string]>(cli, async ({ client, operands: [file], options, show }) => {
        const { dryRun, update, validRows } = options
        const filename = file === '-' ? undefined : basename(file)
        const report = await client.upload<Import>('/v1/imports', readGiven(file), 'text/csv', {
          dryRun,
          update,
          validRows,
          filename,
        })
        show(report, () => importWords(report, nextCommand(client.target)))
        return isAllDone(report) ? exitCodes.ok : exitCodes.findings
      }),
    )
}

/** A new row may differ too: from the customer that the account has. */
function isAllDone({ refused, differing, faultCount, differences }: Import): boolean {
  return refused === 0 && differing === 0 && faultCount === 0 && differences.every(({ isApplied }) => isApplied)
}

function importWords(report: Import, command: (args: string) => string): string {
  const { faults, faultCount, warnings, warningCount, differences, differenceCount } = report
  const found = [
    ...list(
      counted(faultCount, 'erro', 'erros'),
      faults.map(fault => fault.message),
      faultCount,
    ),
    ...list(
      `${counted(warningCount, 'observação', 'observações')}, que não ${warningCount === 1 ? 'impede' : 'impedem'} nada`,
      warnings.map(fault => fault.message),
      warningCount,
    ),
    ...list(
      counted(differenceCount, 'diferença do cadastrado', 'diferenças do cadastrado'),
      differences.map(differenceWords),
      differenceCount,
    ),
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

export function countsWords({ created, updated, unchanged, differing, refused }: Import): string {
  const parts = [
    [created, 'nova', 'novas'],
    [updated, 'alterada', 'alteradas'],
    [unchanged, 'já cadastrada', 'já cadastradas'],
    [differing, 'diferente e não aplicada', 'diferentes e não aplicadas'],
    [refused, 'recusada', 'recusadas'],
  ] as const
  return `${parts.flatMap(([n, one, many]) => (n > 0 ? [counted(n, one, many)] : [])).join(', ') || 'nenhuma linha'}.`
}

function list(what: string, sentences: readonly string[], count: number): string[] {
  if (count === 0) return []
  const rest = count - Math.min(sentences.length, mostListed)
  const more = rest > 0 ? [`  … e mais ${rest} (--json mostra até mil).`] : []
  return ['', `${what}:`, ...sentences.slice(0, mostListed).map(sentence => `  ${sentence}`), ...more]
}

function differenceWords({ line, column, from, to, isApplied }: Import['differences'][number]): string {
  return `Linha ${line}, coluna "${column}": de "${from}" para "${to}"${isApplied ? '' : ' (não aplicada; --update aplica)'}`
}

function nextWords({ state, faultCount }: Import, command: (args: string) => string): string[] {
  return state === 'done' && faultCount === 0 ? ['', `Agora, o que há a faturar hoje:\n  ${command('preview')}`] : []
}

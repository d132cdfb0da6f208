import type { Command } from 'commander'
import { type Cli, onServer } from '../cli.ts'
import { writeWanted } from '../files.ts'
import { organizationId } from '../find.ts'
import { startedAs } from '../started-as.ts'
import { choice, choices } from '../values.ts'

const kinds = { contracts: 'Os contratos', invoices: 'As faturas', receivables: 'As parcelas' } as const
const kindWords = { contracts: 'contratos', invoices: 'faturas', receivables: 'parcelas' } as const

const leftOut = ' Lidos por outra conta, são faturados dali em diante; o que fica de fora está dito na coluna "#fica_de_fora".'

interface ExportOptions {
  what: keyof typeof kinds
  organization?: string
  force?: true
}

export function addExport(program: Command, cli: Cli): void {
  program
    .command('export')
    .description('grava numa planilha CSV os contratos, como o import os lê de volta, as faturas ou as parcelas')
    .argument('<arquivo>', 'onde gravar; - escreve na saída padrão')
    .option('--what <o quê>', `${choices(kindWords)}; contratos, se não informado`, choice(kindWords), 'contracts')
    .option('--organization <id ou CNPJ>', 'só o que é desta organização')
    .option('--force', 'substitui um arquivo que já existe')
    .addHelpText(
      'after',
      `
Exemplos:
  ${startedAs} export contratos.csv
  ${startedAs} export faturas.csv --what faturas --force
  ${startedAs} export - | head`,
    )
    .action(
      onServer<ExportOptions, [string]>(cli, async ({ client, operands: [file], options, terminal, isJson }) => {
        const { what, force } = options
        const organization = options.organization === undefined ? undefined : await organizationId(client, options.organization)
        await writeWanted(file, await client.download(`/v1/exports/${what}.csv`, { organization }), force === true)
        if (file === '-') return
        if (isJson) terminal.out(JSON.stringify({ file, what }))
        else terminal.note(`${kinds[what]} estão em ${file}.${what === 'contracts' ? leftOut : ''}`)
      }),
    )
}

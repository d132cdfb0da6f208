import type { Command } from 'commander'
import { type Cli, onServer } from '../cli.ts'
import { writeWanted } from '../files.ts'
import { organizationId } from '../find.ts'
import { oneOf } from '../values.ts'

const kinds = { contracts: 'Os contratos', invoices: 'As faturas', receivables: 'Os recebimentos' } as const

interface ExportOptions {
  what: keyof typeof kinds
  organization?: string
  force?: true
}

export function addExport(program: Command, cli: Cli): void {
  program
    .command('export')
    .description('grava numa planilha CSV os contratos, como o import os lê de volta, as faturas ou os recebimentos')
    .argument('<arquivo>', 'onde gravar; - escreve na saída padrão')
    .option(
      '--what <o quê>',
      'contracts, invoices ou receivables; contracts, se não informado',
      oneOf('contracts', 'invoices', 'receivables'),
      'contracts',
    )
    .option('--organization <id ou CNPJ>', 'só o que é desta organização')
    .option('--force', 'substitui um arquivo que já existe')
    .addHelpText(
      'after',
      `
Exemplos:
  bordero export contratos.csv
  bordero export faturas.csv --what invoices --force
  bordero export - | head`,
    )
    .action(
      onServer<ExportOptions, [string]>(cli, async ({ client, operands: [file], options, terminal, isJson }) => {
        const { what, force } = options
        const organization = options.organization === undefined ? undefined : await organizationId(client, options.organization)
        await writeWanted(file, await client.download(`/v1/exports/${what}.csv`, { organization }), force === true)
        if (file === '-') return
        if (isJson) terminal.out(JSON.stringify({ file, what }))
        else terminal.note(`${kinds[what]} estão em ${file}.`)
      }),
    )
}

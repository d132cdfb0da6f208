import { Readable } from 'node:stream'
import type { Command } from 'commander'
import { leftOutSentence } from '../../import/plan/note-left-out.ts'
import type { LeftBehind } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { writeWanted } from '../files.ts'
import { organizationId } from '../find.ts'
import { leftBehindSentences, namingLeftOut } from '../left-out.ts'
import { startedAs } from '../started-as.ts'
import { choice, choices } from '../values.ts'

const kinds = { contracts: 'Os contratos', invoices: 'As faturas', receivables: 'As parcelas' } as const
const kindWords = { contracts: 'contratos', invoices: 'faturas', receivables: 'parcelas' } as const

const readElsewhere = ' Lidos por outra conta, são faturados dali em diante.'

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
        const content = await client.download(`/v1/exports/${what}.csv`, { organization })
        const isContracts = what === 'contracts'
        const names = new Set<string>()
        await writeWanted(file, isContracts ? Readable.from(namingLeftOut(content, names)) : content, force === true)
        const leftOut = [...names]
        const leftBehind = isContracts
          ? await client.get<LeftBehind>('/v1/exports/contracts/left-behind', { organization })
          : null
        if (isJson && file !== '-') {
          terminal.out(JSON.stringify({ file, what, ...(isContracts && { leftOut, leftBehind }) }))
          return
        }
        if (file !== '-') terminal.note(`${kinds[what]} estão em ${file}.${isContracts ? readElsewhere : ''}`)
        // The file's reader is told too, but whoever has it written may never open it.
        if (leftOut.length > 0) terminal.note(leftOutSentence(leftOut))
        for (const sentence of leftBehindSentences(leftBehind)) terminal.note(sentence)
      }),
    )
}

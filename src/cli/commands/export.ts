import type { Command } from 'commander'
import { type Cli, onServer } from '../cli.ts'
import { writeWanted } from '../files.ts'

export function addExport(program: Command, cli: Cli): void {
  program
    .command('export')
    .description('grava os contratos numa planilha CSV que o import lê de volta')
    .argument('<arquivo>', 'onde gravar; - escreve na saída padrão')
    .option('--force', 'substitui um arquivo que já existe')
    .addHelpText('after', '\nExemplos:\n  bordero export contratos.csv\n  bordero export - | head')
    .action(
      onServer<{ force?: true }, [string]>(cli, async ({ client, operands: [file], options, terminal, isJson }) => {
        const content = await client.download('/v1/contracts/export')
        writeWanted(file, content, options.force === true)
        if (file === '-') return
        if (isJson) terminal.out(JSON.stringify({ file, bytes: content.length }))
        else terminal.note(`Os contratos estão em ${file} (${content.length.toLocaleString('pt-BR')} bytes).`)
      }),
    )
}

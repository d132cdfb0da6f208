import type { Command } from 'commander'
import type { CivilDate } from '../../core/dates.ts'
import type { Explanation } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { contractId } from '../find.ts'
import { nextCommand } from '../next-command.ts'
import { startedAs } from '../started-as.ts'
import { day } from '../values.ts'
import { dayWords } from '../words.ts'

export function addExplain(program: Command, cli: Cli): void {
  program
    .command('explain')
    .description('conta, em frases, o que seria faturado de um contrato num dia e por quê')
    .argument('<contrato>', 'o código ou o nome dele, ou ctr_12')
    .option('--day <dia>', 'que dia; hoje, se não informado', day)
    .addHelpText('after', `\nExemplos:\n  ${startedAs} explain C-0042\n  ${startedAs} explain ctr_12 --day 28/02/2027`)
    .action(
      onServer<{ day?: CivilDate }, [string]>(cli, async ({ client, operands: [named], options, show }) => {
        const id = await contractId(client, named)
        const explanation = await client.get<Explanation>(`/v1/contracts/${id}/explain`, { day: options.day })
        show(explanation, () => explanationWords(explanation, named, nextCommand(client.target)))
      }),
    )
}

function explanationWords(
  { contract, day, sentences, rules }: Explanation,
  named: string,
  command: (args: string) => string,
): string {
  const which = named === contract ? contract : `${named} (${contract})`
  return [
    `Contrato ${which} em ${dayWords(day)}`,
    ...sentences.map(sentence => `  ${sentence}`),
    ...rules.flatMap(({ rule, title, sentences, invoiceId }) => [
      '',
      `${title} (${rule})`,
      ...sentences.map(sentence => `  ${sentence}`),
      ...(invoiceId === null ? [] : [`    ${command(`invoices show ${invoiceId}`)}`]),
    ]),
  ].join('\n')
}

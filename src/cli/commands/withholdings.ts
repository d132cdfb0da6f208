import type { Command } from 'commander'
import { type CivilDate, formatMonth, type YearMonth, yearMonth } from '../../core/dates.ts'
import type { Cents } from '../../core/money.ts'
import type { Retaken, WithholdingTrial } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { nextCommand } from '../next-command.ts'
import { startedAs } from '../started-as.ts'
import { amount, choice, choices, day, idOf, month, whole } from '../values.ts'
import { brl, counted } from '../words.ts'

const takerWords = { company: 'empresa', person: 'pessoa' } as const
const MOST_INSTALLMENTS = 120

const examples = `
Exemplos:
  ${startedAs} withholdings try nft_3 1.234,56
  ${startedAs} withholdings try nft_3 1.000,01 --competence 01/2027
  ${startedAs} withholdings retake nft_3 --from 01/01/2027`

export function addWithholdings(program: Command, cli: Cli): void {
  const withholdings = program
    .command('withholdings')
    .description('mostra o que um modelo de NFS-e retém, e leva às regras o que ele diz hoje')
    .addHelpText('after', examples)
  addTry(withholdings, cli)
  addRetake(withholdings, cli)
}

const template = ['<modelo>', 'nft_3, por exemplo', idOf('nfse_template', 'nft_3')] as const

interface TryOptions {
  competence?: YearMonth
  customer?: keyof typeof takerWords
  installments?: number
}

function addTry(withholdings: Command, cli: Cli): void {
  withholdings
    .command('try')
    .description('conta, imposto a imposto, o que o modelo reteria de um valor, e onde ele contradiz a lei')
    .argument(...template)
    .argument('<valor>', 'do serviço, menos os descontos', amount)
    .option('--competence <mês>', 'a do mês de hoje, se não informada', month)
    .option('--customer <tipo>', choices(takerWords), choice(takerWords))
    .option('--installments <n>', 'em quantas parcelas se paga', whole(1, MOST_INSTALLMENTS))
    .action(
      onServer<TryOptions, [string, Cents]>(cli, async ({ client, operands: [id, baseCents], options, show }) => {
        const { competence, customer, installments } = options
        const asked = { baseCents, competence, customerKind: customer, installments }
        const trial = await client.get<WithholdingTrial>(`/v1/nfse-templates/${id}/withholding`, asked)
        show(trial, () => trialWords(trial))
      }),
    )
}

function trialWords({ competence, baseCents, withheldCents, netCents, taxes, warnings, faults }: WithholdingTrial): string {
  return [
    `De ${brl(baseCents)}, na competência ${formatMonth(yearMonth(competence))}: retém ${brl(withheldCents)}; líquido ${brl(netCents)}.`,
    ...taxes.map(({ sentence }) => `  ${sentence}`),
    ...warnings.map(({ message, source }) => `Atenção: ${message} (${source})`),
    ...faults.map(({ path, message }) => `A corrigir em ${path.slice(1)}: ${message}`),
  ].join('\n')
}

interface RetakeOptions {
  from?: CivilDate
  reason?: string
}

function addRetake(withholdings: Command, cli: Cli): void {
  withholdings
    .command('retake')
    .description('leva as retenções do modelo, como está hoje, às regras que as tiram dele')
    .argument(...template)
    .option('--from <dia>', 'a partir de quando; hoje, se não informado', day)
    .option('--reason <texto>', 'o motivo da mudança')
    .action(
      onServer<RetakeOptions, [string]>(cli, async ({ client, operands: [id], options, show }) => {
        const asked = { ...(options.from && { validFrom: options.from }), ...(options.reason && { cause: options.reason }) }
        let changed = 0
        // Some hundreds at a time, so that nobody waits for long.
        for (let isDone = false; !isDone; ) {
          const answer = await client.post<Retaken>(`/v1/nfse-templates/${id}/retake`, asked)
          changed += answer.changed
          isDone = answer.isDone
        }
        show({ changed }, () => retakenWords(changed, nextCommand(client.target)))
      }),
    )
}

function retakenWords(changed: number, command: (args: string) => string): string {
  if (changed === 0) return 'Nenhuma regra mudou: todas já dizem o que o modelo diz.'
  return `${counted(changed, 'regra mudou', 'regras mudaram')}; confira com uma prévia:\n  ${command('preview')}`
}

import type { Command } from 'commander'
import type { Run } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { finishRun } from '../runs/finish-run.ts'
import { addRunOptions, isAnyRunOption, newRunOf, type RunOptions } from '../runs/run-options.ts'
import { startedAs } from '../started-as.ts'
import { idOf } from '../values.ts'

interface BillOptions extends RunOptions {
  planHash?: string
}

export function addBill(program: Command, cli: Cli): void {
  const command = program
    .command('bill')
    .description('fatura o que vence, ou exatamente o que uma prévia mostrou, e espera terminar')
    .argument('[prévia]', 'a prévia a faturar: run_7', idOf('billing_run', 'run_7'))
  addRunOptions(command)
    .option('--plan-hash <código>', 'só fatura se o código da prévia ainda é este')
    .addHelpText(
      'after',
      `
Termina com 0 quando a execução chega ao fim, ainda que itens tenham ficado de fora com seu motivo, e com 1 quando ela
pausou ou parou com erro. Interromper o comando não interrompe o faturamento: veja "${startedAs} run".

Exemplos:
  ${startedAs} bill
  ${startedAs} bill run_7
  ${startedAs} bill --contract C-0042 --catch-up`,
    )
    .action(
      onServer<BillOptions, [string | undefined]>(cli, async call => {
        const { client, options, operands } = call
        const [preview] = operands
        if (preview !== undefined && isAnyRunOption(options)) {
          throw new CliError(exitCodes.usage, 'Uma prévia já diz o dia e os contratos: use "bill" só com ela.', {
            details: { code: 'usage' },
          })
        }
        const { planHash } = options
        const started =
          preview === undefined
            ? await client.post<Run>('/v1/billing-runs', await newRunOf(client, options))
            : await client.post<Run>(`/v1/billing-runs/${preview}/bill`, planHash === undefined ? {} : { planHash })
        return finishRun(call, started)
      }),
    )
}

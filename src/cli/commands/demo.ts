import type { Command } from 'commander'
import { type Cli, locally } from '../cli.ts'
import type { DemoOptions } from '../demo/demo.ts'
import { startedAs } from '../started-as.ts'

export function addDemo(program: Command, cli: Cli): void {
  program
    .command('demo')
    .description('do zero ao faturamento provado, com o exemplo e um banco de dados próprio')
    .option('--exit', 'termina em vez de ficar no ar')
    .option('--memory', 'com o banco só na memória, em vez de em data/demo')
    .option('--crash', 'mata o servidor com SIGKILL no meio de um faturamento, inicia outro e compara as contas')
    .addHelpText(
      'after',
      `
Cada vez começa do zero, numa porta livre; o que "${startedAs} serve" guarda não é tocado. Com --exit --json a última linha é
{"contracts","due","billed","parked","totalCents","seconds","verify"}.

Exemplos:
  npm run demo
  npm run demo -- --exit --json
  npm run demo -- --crash`,
    )
    .action(
      locally<DemoOptions & { crash?: true }>(cli, async ({ options, terminal, isJson }) => {
        // The server and its database are loaded only where one is started.
        if (options.crash) return (await import('../demo/crash.ts')).runCrash(terminal, isJson)
        return (await import('../demo/demo.ts')).runDemo(terminal, options, isJson)
      }),
    )
}

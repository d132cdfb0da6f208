import type { Command } from 'commander'
import { type Cli, onServer } from '../cli.ts'
import { startedAs } from '../started-as.ts'
import { dayOrInstant } from '../values.ts'
import { counted, momentWords } from '../words.ts'

interface Clock {
  now: string
  worked?: number
}

export function addClock(program: Command, cli: Cli): void {
  program
    .command('clock')
    .description('mostra o relógio da conta de testes, ou o adianta e faz o que vence no caminho')
    .option('--to <dia ou instante>', '28/02/2027 (o meio-dia em Brasília) ou um instante, 2027-02-28T15:00:00Z', dayOrInstant)
    .addHelpText('after', `\nO relógio não volta atrás.\n\nExemplos:\n  ${startedAs} clock\n  ${startedAs} clock --to 2027-02-28`)
    .action(
      onServer<{ to?: string }>(cli, async ({ client, options: { to }, show }) => {
        const clock =
          to === undefined ? await client.get<Clock>('/v1/sandbox/clock') : await client.post<Clock>('/v1/sandbox/clock', { to })
        show(clock, () => clockWords(clock))
      }),
    )
}

function clockWords({ now, worked }: Clock): string {
  const done =
    worked === undefined ? '' : ` ${counted(worked, 'tarefa venceu e foi feita', 'tarefas venceram e foram feitas')} no caminho.`
  return `Na conta de testes são ${momentWords(now)} (Brasília).${done}`
}

import type { Command } from 'commander'
import type { Page, Run, RunItem } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { listWords } from '../list-words.ts'
import { nextCommand } from '../next-command.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { finishedWords, finishRun, toldItemsOf } from '../runs/finish-run.ts'
import { isQuiet } from '../runs/nothing-due.ts'
import { itemColumns } from '../runs/run-words.ts'
import { startedAs } from '../started-as.ts'
import { choice, choices, idOf, whole } from '../values.ts'
import { dayWords, figure, itemClassWords, itemKindWords, runStateWords } from '../words.ts'

const runArgument = ['<execução>', 'run_7, por exemplo', idOf('billing_run', 'run_7')] as const

const runColumns = [
  { head: 'Execução', of: (run: Run) => run.id },
  { head: 'Dia', of: (run: Run) => dayWords(run.day) },
  { head: 'Situação', of: (run: Run) => runStateWords[run.state] },
  { head: 'Itens', of: (run: Run) => String(run.counters.due), right: true },
  { head: 'Faturados', of: (run: Run) => String(run.counters.billed), right: true },
  { head: 'De fora', of: (run: Run) => String(run.counters.notBilled + run.counters.parked), right: true },
  { head: 'Valor faturado (R$)', of: (run: Run) => figure(run.totals.billedCents), right: true },
]

export function addRun(program: Command, cli: Cli): void {
  const runs = program
    .command('run')
    .description('acompanha e controla as execuções do faturamento')
    .addHelpText(
      'after',
      `
Exemplos:
  ${startedAs} run list
  ${startedAs} run items run_7 --class não-faturado
  ${startedAs} run allow run_7 37     libera o item 37, parado pelo limite de segurança, e fatura só ele`,
    )

  addPaging(runs.command('list').description('lista as execuções, da mais nova à mais antiga'), 20).action(
    onServer<PagingOptions>(cli, async ({ client, options: { limit, cursor }, terminal, show }) => {
      const page = await client.get<Page<Run>>('/v1/billing-runs', { limit, cursor })
      show(page, () => listWords(runColumns, page, terminal.columns))
    }),
  )

  runs
    .command('show')
    .description('mostra uma execução e o que ficou de fora')
    .argument(...runArgument)
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [id], terminal, isJson, show }) => {
        const run = await client.get<Run>(`/v1/billing-runs/${id}`)
        const items = isJson ? { left: [], emitted: [] } : await toldItemsOf(client, run)
        const nothing = isQuiet(run) ? ['Nada vencia até esse dia.'] : []
        show(run, () => [finishedWords(run, items, terminal.columns, nextCommand(client.target)), ...nothing].join('\n'))
      }),
    )

  addPaging(
    runs
      .command('items')
      .description('lista os itens de uma execução')
      .argument(...runArgument)
      .option('--kind <tipo>', choices(itemKindWords), choice(itemKindWords))
      .option('--class <classe>', choices(itemClassWords), choice(itemClassWords))
      .option('--unusual', 'só os que fogem do costume da regra')
      .addHelpText(
        'after',
        '\nO tipo é o período a faturar, ou a fatura que já existia e a execução emite. A classe diz como o item terminou.',
      ),
  ).action(
    onServer<PagingOptions & { kind?: string; class?: string; unusual?: true }, [string]>(
      cli,
      async ({ client, operands: [id], options, terminal, show }) => {
        const { kind, class: outcomeClass, unusual, limit, cursor } = options
        const page = await client.get<Page<RunItem>>(`/v1/billing-runs/${id}/items`, {
          kind,
          class: outcomeClass,
          unusual,
          limit,
          cursor,
        })
        show(page, () =>
          [listWords(itemColumns, page, terminal.columns), ...heldLines(id, page.data, nextCommand(client.target))].join('\n'),
        )
      },
    ),
  )

  const verbs = [
    ['pause', 'pausa depois do que está sendo gravado'],
    ['resume', 'continua uma execução pausada; se parou no limite da organização, libera'],
    ['cancel', 'cancela o que ainda não foi faturado; os períodos continuam em aberto'],
    ['retry', 'tenta de novo só o que não foi faturado'],
  ] as const
  for (const [verb, description] of verbs) {
    runs
      .command(verb)
      .description(description)
      .argument(...runArgument)
      .action(
        onServer<object, [string]>(cli, async call => {
          const run = await call.client.post<Run>(`/v1/billing-runs/${call.operands[0]}/${verb}`)
          const ending = await finishRun(call, run)
          // A run that stands still is what these two were asked for.
          return verb === 'pause' || verb === 'cancel' ? exitCodes.ok : ending
        }),
      )
  }

  runs
    .command('allow')
    .description('libera um item parado pelo limite de segurança e fatura só ele')
    .argument(...runArgument)
    .argument('<item>', 'o número do item na execução', whole(1, 10_000_000))
    .action(
      onServer<object, [string, number]>(cli, async call => {
        const [id, item] = call.operands
        return finishRun(call, await call.client.post<Run>(`/v1/billing-runs/${id}/items/${item}/allow`))
      }),
    )
}

const mostHeld = 10

/** What is held by a bound: which one, and what lets it through. */
function heldLines(id: string, items: readonly RunItem[], command: (args: string) => string): string[] {
  const held = items.filter(({ outcome }) => outcome === 'above_safety_bound')
  const told = held
    .slice(0, mostHeld)
    .flatMap(item => ['', `Item ${item.item}: ${item.sentence ?? ''}`, `  ${command(`run allow ${id} ${item.item}`)}`])
  const change = 'Para mudar o limite: as colunas valor_maximo e crescimento_maximo de um arquivo, e import --update.'
  return held.length === 0 ? [] : [...told, '', change]
}

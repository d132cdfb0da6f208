import { firstCalls } from '../../dialects/first-calls.ts'
import type { RunItem } from '../answers.ts'
import { leftOver, tallyTable } from '../runs/run-words.ts'
import type { StartedServer } from '../serve/start-server.ts'
import { renderTable } from '../table.ts'
import { counted, dayWords, figure, outcomeWord, periodWords } from '../words.ts'
import { demoDay } from './demo-server.ts'
import type { Billed } from './demo-steps.ts'

export function opening({ config, url }: StartedServer): string {
  const data = config.dataDir === 'memory:' ? 'na memória' : `em ${config.dataDir}`
  return `Bordero em ${url}, banco de dados embutido ${data}.\nNa conta de testes é domingo, ${dayWords(demoDay)}, meio-dia em Brasília; o relógio só anda com "npx bordero clock".\n`
}

export function step(title: string, text: string): string {
  return `${title.padEnd(12)} ${text}`
}

/** '4,1 s' */
export function seconds(value: number): string {
  return `${value.toLocaleString('pt-BR', { minimumFractionDigits: 1, maximumFractionDigits: 1 })} s`
}

const invoiceColumns = [
  { head: 'Número', of: (item: RunItem) => (item.number === null ? '' : String(item.number)), right: true },
  { head: 'Contrato', of: (item: RunItem) => item.contract.code ?? item.contract.id, least: 10 },
  { head: 'Cliente', of: (item: RunItem) => item.customer.name, least: 16 },
  {
    head: 'Período',
    of: (item: RunItem) =>
      item.periodStart === null || item.periodEnd === null ? '' : periodWords(item.periodStart, item.periodEnd),
  },
  { head: 'Líquido (R$)', of: (item: RunItem) => figure(item.netCents), right: true },
  { head: 'Desfecho', of: (item: RunItem) => outcomeWord(item.outcome ?? ''), least: 12 },
]

/** The first invoices, how all items ended, and what a person does about those that were left. */
export function billedWords({ run, billed, left }: Billed, columns: number, command: (args: string) => string): string {
  const rest = run.counters.billed - billed.length
  return [
    '',
    renderTable(invoiceColumns, billed, { columns }),
    ...(rest > 0 ? [`… e mais ${counted(rest, 'fatura', 'faturas')}: ${command(`invoices list --run ${run.id}`)}`] : []),
    '',
    tallyTable(run),
    ...left.flatMap(item => ['', leftOver(run, item, command)]),
    '',
  ].join('\n')
}

/** What to try while the demo stays up. */
export function invitation({ url, account }: StartedServer): string {
  const key = account?.apiKey ?? ''
  const lines = [
    ['Página', `${url}/#key=${key}`],
    ['API', `${url}/docs`],
    ['Chave', `${key} (em ${account?.credentialsFile})`],
    ['Para testar', `curl -s -H 'Authorization: Bearer ${key}' ${url}/v1/billing-runs`],
    ...firstCalls(url, key, account?.dialects ?? {}).map(({ title, command }) => [title, command] as const),
  ] as const
  return `\n${lines.map(([title, text]) => step(title, text)).join('\n')}\n\nA demonstração fica no ar até Ctrl-C; os comandos acima funcionam noutro terminal, nesta pasta.`
}

import { type Command, InvalidArgumentError } from 'commander'
import type { YearMonth } from '../../core/dates.ts'
import { type Decimal, parseDecimal } from '../../core/money.ts'
import type { PriceIndex as IndexCode } from '../../indices/price-index.ts'
import type { EnteredIndexMonth, IndexMonth, IndexMonthDetail, Page, PriceIndex, RefreshedIndices } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { listWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { indexWords, monthWords, percentWords } from '../readjustment-words.ts'
import { startedAs } from '../started-as.ts'
import { renderTable } from '../table.ts'
import { choice, choices, month } from '../values.ts'
import { counted, momentWords } from '../words.ts'

const kindWords = { official: 'publicado', by_hand: 'informado à mão', simulated: 'informado à mão, em conta de teste' } as const

const indexColumns = [
  { head: 'Índice', of: (it: PriceIndex) => it.index },
  { head: 'Nome', of: (it: PriceIndex) => it.name },
  { head: 'Instituto', of: (it: PriceIndex) => it.institute },
  { head: 'Último mês publicado', of: (it: PriceIndex) => (it.latest === null ? '' : monthWords(it.latest.month)) },
  { head: 'Variação', of: (it: PriceIndex) => (it.latest === null ? '' : percentWords(it.latest.percent)), right: true },
]

const monthColumns = [
  { head: 'Mês', of: (it: IndexMonth) => monthWords(it.month) },
  { head: 'Variação', of: (it: IndexMonth) => percentWords(it.percent), right: true },
  { head: 'Como', of: (it: IndexMonth) => kindWords[it.kind] },
  { head: 'Fonte', of: (it: IndexMonth) => it.source, least: 12 },
]

const examples = `
Exemplos:
  ${startedAs} indices list
  ${startedAs} indices show ipca --from 01/2026
  ${startedAs} indices show igpm 09/2026
  ${startedAs} indices set igpdi 01/2027 --value -0,32 --source "FGV, nota de 05/02/2027"
  ${startedAs} indices unset igpdi 01/2027`

export function addIndices(program: Command, cli: Cli): void {
  const indices = program
    .command('indices')
    .description('mostra os índices de reajuste e informa um mês que ainda não foi publicado')
    .addHelpText('after', examples)
  addReading(indices, cli)
  addEntering(indices, cli)
}

const index = ['<índice>', choices(indexWords), choice(indexWords)] as const

interface SpanOptions {
  twelveMonths?: true
}

const spanOf = ({ twelveMonths }: SpanOptions) => (twelveMonths ? ('twelve_months' as const) : undefined)

const addSpan = (command: Command) =>
  command.option('--twelve-months', 'o acumulado de 12 meses como foi publicado, e não a variação do próprio mês')

interface ShowOptions extends PagingOptions, SpanOptions {
  from?: YearMonth
  until?: YearMonth
}

function addReading(indices: Command, cli: Cli): void {
  indices
    .command('list')
    .description('lista os índices e o último mês publicado de cada um')
    .action(
      onServer(cli, async ({ client, terminal, show }) => {
        const found = await client.get<{ data: PriceIndex[] }>('/v1/indices')
        show(found, () => renderTable(indexColumns, found.data, { columns: terminal.columns }))
      }),
    )

  const shown = indices
    .command('show')
    .description('lista os meses conhecidos de um índice, ou mostra um mês com tudo o que já foi publicado dele')
    .argument(...index)
    .argument('[mês]', '09/2026', month)
    .option('--from <mês>', 'a partir deste mês', month)
    .option('--until <mês>', 'até este mês, contado', month)
  addPaging(addSpan(shown)).action(
    onServer<ShowOptions, [IndexCode, YearMonth | undefined]>(cli, async ({ client, operands, options, terminal, show }) => {
      const [code, asked] = operands
      const { from, until, limit, cursor } = options
      const span = spanOf(options)
      if (asked !== undefined) {
        const found = await client.get<IndexMonthDetail>(`/v1/indices/${code}/${asked}`, { span })
        show(found, () => monthDetail(found))
        return
      }
      const page = await client.get<Page<IndexMonth>>(`/v1/indices/${code}`, { from, to: until, span, limit, cursor })
      show(page, () => listWords(monthColumns, page, terminal.columns))
    }),
  )
}

function addEntering(indices: Command, cli: Cli): void {
  const set = indices
    .command('set')
    .description('informa à mão um mês que ainda não foi publicado; os reajustes que esperavam por ele são aplicados em seguida')
    .argument(...index)
    .argument('<mês>', '01/2027', month)
    .requiredOption('--value <percentual>', 'a variação, em por cento: 0,58 ou -0,32', percent)
    .requiredOption('--source <fonte>', 'de onde veio o valor: um endereço, uma publicação')
  addSpan(set).action(
    onServer<SpanOptions & { value: Decimal; source: string }, [IndexCode, YearMonth]>(
      cli,
      async ({ client, operands: [code, asked], options, show }) => {
        const { value, source } = options
        const body = { percent: value, source, span: spanOf(options) }
        const entered = await client.put<EnteredIndexMonth>(`/v1/indices/${code}/${asked}`, body)
        show(entered, () => `${nameOf(entered)}: ${percentWords(value)}, ${kindWords[entered.kind]}. Fonte: ${entered.source}.`)
      },
    ),
  )

  const unset = indices
    .command('unset')
    .description('retira o valor informado à mão de um mês; o que já foi reajustado com ele fica como está')
    .argument(...index)
    .argument('<mês>', '01/2027', month)
  addSpan(unset).action(
    onServer<SpanOptions, [IndexCode, YearMonth]>(cli, async ({ client, operands: [code, asked], options, show }) => {
      const span = spanOf(options)
      await client.delete(`/v1/indices/${code}/${asked}`, null, { span })
      show(
        { index: code, month: asked, withdrawn: true },
        () => `${indexWords[code]} de ${monthWords(asked)}: o valor foi retirado.`,
      )
    }),
  )

  indices
    .command('refresh')
    .description(
      'busca agora, no Banco Central, os meses novos e os revistos, para todas as contas; só com a chave do operador, a operatorKey do arquivo de credenciais, em --key',
    )
    .action(
      onServer(cli, async ({ client, show }) => {
        const refreshed = await client.post<RefreshedIndices>('/v1/indices/refresh')
        show(refreshed, () => refreshed.data.map(refreshedWords).join('\n'))
        return refreshed.data.some(({ error }) => error !== null) ? exitCodes.findings : exitCodes.ok
      }),
    )
}

function percent(text: string): Decimal {
  const read = parseDecimal(text.trim().replace(/%$/, '').replace(',', '.'))
  if (read === null) throw new InvalidArgumentError(`"${text}" não é um percentual: escreva 0,58 ou -0,32.`)
  return read
}

function nameOf({ index: code, month: asked, span }: { index: IndexCode; month: string; span: string }): string {
  return `${indexWords[code]}${span === 'twelve_months' ? ' acumulado em 12 meses até' : ' de'} ${monthWords(asked)}`
}

function monthDetail(it: IndexMonthDetail): string {
  const { percent: value, kind, source, knownAt, replaced, published } = it
  const lines = [
    `${nameOf(it)}: ${percentWords(value)}, ${kindWords[kind]}. Fonte: ${source}. Conhecido em ${momentWords(knownAt)}.`,
  ]
  if (replaced !== null && replaced.percent !== null) {
    lines.push(`No lugar de ${percentWords(replaced.percent)}, ${kindWords[replaced.kind]} por ${replaced.madeBy}.`)
  }
  if (published.length > 1) {
    lines.push('Já foi publicado assim:')
    for (const one of published) lines.push(`  ${momentWords(one.knownAt)}  ${percentWords(one.percent)}  ${one.source}`)
  }
  return lines.join('\n')
}

function refreshedWords({ index: code, changed, error }: RefreshedIndices['data'][number]): string {
  const what = changed === 0 ? 'nada de novo' : counted(changed, 'mês novo ou revisto', 'meses novos ou revistos')
  return `${indexWords[code]}: ${what}${error === null ? '' : `; ${error}`}`
}

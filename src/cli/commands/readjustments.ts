import type { Command } from 'commander'
import { type CivilDate, firstDayOfMonth, lastDayOfMonth, type YearMonth } from '../../core/dates.ts'
import type { PriceIndex } from '../../indices/price-index.ts'
import type { ApprovedReadjustments, Page, Readjustment, ReadjustmentDetail } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { contractId, ruleId } from '../find.ts'
import { listWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import {
  changeWords,
  detailWords,
  dueTotal,
  headWords,
  indexWords,
  newWords,
  oldWords,
  previewWords,
  waitsWords,
  withWarnings,
} from '../readjustment-words.ts'
import { startedAs } from '../started-as.ts'
import { choice, choices, day, idOf, month, whole } from '../values.ts'
import { contractWord, counted, dayWords } from '../words.ts'

const waitingWords = { index_missing: 'índice', readjustment_unapproved: 'aprovação' } as const
const methodWords = { monthly_product: 'produto', published_12m: 'publicado' } as const

const examples = `
Exemplos:
  ${startedAs} readjustments add C-0042 igpm --from 01/10/2027 --notice 30
  ${startedAs} readjustments due --month 10/2027
  ${startedAs} readjustments preview rdj_12
  ${startedAs} readjustments approve --month 10/2027
  ${startedAs} readjustments undo rdj_12 --reason "Combinado com o cliente"`

export function addReadjustments(program: Command, cli: Cli): void {
  const readjustments = program
    .command('readjustments')
    .description('reajusta preços por um índice: acrescenta, confere, aprova, dispensa e desfaz')
    .addHelpText('after', examples)
  addReading(readjustments, cli)
  addClause(readjustments, cli)
  addApproving(readjustments, cli)
  addDeciding(readjustments, cli)
}

const readjustment = ['<reajuste>', 'rdj_12, por exemplo', idOf('readjustment', 'rdj_12')] as const

const columns = [
  { head: 'Reajuste', of: (it: Readjustment) => it.id },
  { head: 'Contrato', of: (it: Readjustment) => contractWord(it.contract), least: 10 },
  { head: 'Cliente', of: (it: Readjustment) => it.customer.name, least: 12 },
  { head: 'Índice', of: (it: Readjustment) => indexWords[it.index] },
]

const listColumns = [
  ...columns,
  { head: 'A cada', of: (it: Readjustment) => counted(it.everyMonths, 'mês', 'meses') },
  { head: 'Próximo', of: (it: Readjustment) => dayWords(it.nextOn) },
  { head: 'Agora', of: waitsWords, least: 10 },
]

const dueColumns = [
  ...columns,
  { head: 'Data', of: (it: Readjustment) => dayWords(it.nextOn) },
  { head: 'Fator', of: changeWords, least: 10 },
  { head: 'De (R$)', of: oldWords, right: true },
  { head: 'Para (R$)', of: newWords, right: true },
  { head: 'Agora', of: waitsWords, least: 10 },
]

interface WindowOptions {
  month?: YearMonth
  from?: CivilDate
  until?: CivilDate
}

function addWindow(command: Command): Command {
  return command
    .option('--month <mês>', 'os que vencem neste mês: 10/2027', month)
    .option('--from <dia>', 'os que vencem a partir deste dia', day)
    .option('--until <dia>', 'até este dia, contado', day)
}

function windowOf(options: WindowOptions): { from?: CivilDate; to?: CivilDate } {
  const { month: asked, from, until } = options
  if (asked === undefined) return { ...(from && { from }), ...(until && { to: until }) }
  if (from !== undefined || until !== undefined) throw usage('Informe --month, ou --from e --until.')
  return { from: firstDayOfMonth(asked), to: lastDayOfMonth(asked) }
}

function usage(message: string): CliError {
  return new CliError(exitCodes.usage, message, { details: { code: 'usage' } })
}

interface ListOptions extends PagingOptions, WindowOptions {
  contract?: string
  waits?: keyof typeof waitingWords
  archived?: true
}

function addReading(readjustments: Command, cli: Cli): void {
  const list = readjustments
    .command('list')
    .description('lista os reajustes pela próxima data')
    .option('--contract <contrato>', 'só deste contrato: o código ou o nome, ou ctr_12')
    .option('--waits <motivo>', choices(waitingWords), choice(waitingWords))
    .option('--archived', 'só os excluídos')
  addPaging(list).action(
    onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
      const { waits, archived, limit, cursor } = options
      const contract = options.contract === undefined ? undefined : await contractId(client, options.contract)
      const asked = { contractId: contract, waitsFor: waits, archived, limit, cursor }
      const page = await client.get<Page<Readjustment>>('/v1/readjustments', asked)
      show(page, () => withWarnings(listWords(listColumns, page, terminal.columns), page.data))
    }),
  )

  const due = readjustments
    .command('due')
    .description('mostra os que vencem num intervalo, com o valor de antes e o de depois, ou o mês que falta')
    .option('--contract <contrato>', 'só deste contrato: o código ou o nome, ou ctr_12')
    .option('--waits <motivo>', choices(waitingWords), choice(waitingWords))
  addPaging(addWindow(due)).action(
    onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
      const { waits, limit, cursor } = options
      const window = windowOf(options)
      const contract = options.contract === undefined ? undefined : await contractId(client, options.contract)
      const asked = { ...window, contractId: contract, waitsFor: waits, over: false, limit, cursor }
      const page = await client.get<Page<Readjustment>>('/v1/readjustments', asked)
      // A contract that goes on may have a rule that ended.
      const due = page.data.filter(({ isOver }) => !isOver)
      const list = () => listWords(dueColumns, { ...page, data: due }, terminal.columns, { of: dueTotal, cursor })
      show({ ...page, data: due }, () => withWarnings(list(), due))
    }),
  )

  readjustments
    .command('preview')
    .description('mostra o que a próxima data de um reajuste faria: os meses, o fator e os preços')
    .argument(...readjustment)
    .addHelpText(
      'after',
      '\nVale o que foi publicado até hoje, também numa conta de teste: o relógio dela não esconde os meses publicados depois.',
    )
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [id], show }) => {
        const found = await client.get<ReadjustmentDetail>(`/v1/readjustments/${id}`)
        show(found, () => previewWords(found))
      }),
    )

  readjustments
    .command('show')
    .description('mostra um reajuste e o que aconteceu em cada data')
    .argument(...readjustment)
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [id], show }) => {
        const found = await client.get<ReadjustmentDetail>(`/v1/readjustments/${id}`)
        show(found, () => detailWords(found))
      }),
    )
}

interface AddOptions {
  from: CivilDate
  every?: number
  service?: string
  method?: keyof typeof methodWords
  lag?: number
  notice?: number
  negative?: true
  approval?: true
}

function addClause(readjustments: Command, cli: Cli): void {
  readjustments
    .command('add')
    .description('acrescenta a uma regra o reajuste dos preços por um índice')
    .argument('<contrato ou regra>', 'o código ou o nome do contrato, ou ctr_12; rul_12, se ele tem várias regras')
    .argument('<índice>', choices(indexWords), choice(indexWords))
    .requiredOption('--from <dia>', 'a data do primeiro reajuste; as seguintes contam dela', day)
    .option('--every <meses>', 'a cada quantos meses, de 1 a 120; 12, se não informado', whole(1, 120))
    .option('--service <serviço>', 'só este serviço, svc_3; sem ele, os que não têm um reajuste próprio')
    .option(
      '--method <método>',
      `${choices(methodWords)}: o produto dos meses, ou o acumulado de 12 meses publicado`,
      choice(methodWords),
    )
    .option('--lag <meses>', 'quantos meses antes do da data termina a série; 1 no IGP-M, 2 nos outros', whole(0, 12))
    .option('--notice <dias>', 'dias corridos de aviso antes da data', whole(0, 365))
    .option('--negative', 'um índice negativo baixa o preço; senão ele fica como está')
    .option('--approval', 'cada reajuste espera alguém aprovar')
    .action(
      onServer<AddOptions, [string, PriceIndex]>(cli, async ({ client, operands: [named, index], options, show }) => {
        const { from, every, service, method, lag, notice, negative, approval } = options
        const terms = { everyMonths: every, method, lagMonths: lag, noticeDays: notice, serviceItemId: service }
        const body = { index, startsOn: from, ...terms, allowsNegative: negative, approvalWanted: approval }
        const made = await client.post<ReadjustmentDetail>(`/v1/invoice-rules/${await ruleId(client, named)}/readjustments`, body)
        show(made, () => previewWords(made))
      }),
    )

  readjustments
    .command('remove')
    .description('exclui um reajuste; os preços ficam como estão')
    .argument(...readjustment)
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [id], show }) => {
        const { version } = await client.get<ReadjustmentDetail>(`/v1/readjustments/${id}`)
        await client.delete(`/v1/readjustments/${id}`, version)
        show({ id, deleted: true }, () => `${id}: o reajuste foi excluído; os preços ficam como estão.`)
      }),
    )
}

function addApproving(readjustments: Command, cli: Cli): void {
  const approve = readjustments
    .command('approve')
    .description('aprova a próxima data dos reajustes informados, ou de todos os de um intervalo que querem aprovação')
    .argument('[reajustes...]', 'rdj_12, por exemplo')
    .addHelpText(
      'after',
      `
O que se aprova é o fator que os meses dão agora: se o índice mudar até a data, o reajuste espera de novo.

Exemplos:
  ${startedAs} readjustments approve rdj_12 rdj_15
  ${startedAs} readjustments approve --from 01/10/2027 --until 31/10/2027`,
    )
  addWindow(approve).action(
    onServer<WindowOptions, [string[]]>(cli, async ({ client, operands: [ids], options, show }) => {
      const window = windowOf(options)
      if ((window.from === undefined) !== (window.to === undefined)) throw usage('Um intervalo tem --from e --until.')
      if (ids.length === 0 && window.from === undefined) {
        throw usage('Diga quais: rdj_12, ou os de um intervalo com --month, ou --from e --until.')
      }
      for (const id of ids) idOf('readjustment', 'rdj_12')(id)
      const body = { ...(ids.length > 0 && { ids }), ...window }
      const approved = await client.post<ApprovedReadjustments>('/v1/readjustments/approve', body)
      show(approved, () => approvedWords(approved))
    }),
  )
}

function approvedWords({ data }: ApprovedReadjustments): string {
  if (data.length === 0) return 'Nenhum esperava aprovação.'
  const each = data.map(({ id, date, factor }) => {
    const by = factor === null ? 'o fator ainda não se conhece' : `fator ${factor.replace('.', ',')}`
    return `  ${id}  ${dayWords(date)}, ${by}`
  })
  return [`${counted(data.length, 'reajuste aprovado', 'reajustes aprovados')}; cada um é aplicado na sua data:`, ...each].join(
    '\n',
  )
}

function addDeciding(readjustments: Command, cli: Cli): void {
  const told = (verb: 'skip' | 'undo', description: string) =>
    readjustments
      .command(verb)
      .description(description)
      .argument(...readjustment)
      .option('--reason <motivo>', 'o motivo, para o histórico')
      .action(
        onServer<{ reason?: string }, [string]>(cli, async ({ client, operands: [id], options: { reason }, show }) => {
          const after = await client.post<ReadjustmentDetail>(`/v1/readjustments/${id}/${verb}`, { reason })
          show(after, () => headWords(after))
        }),
      )
  told('skip', 'dispensa a próxima data: os preços ficam como estão até a seguinte')
  told('undo', 'desfaz o último reajuste, enquanto nada foi faturado com ele; a data volta a esperar a aprovação')
}

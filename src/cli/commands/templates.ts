import type { Command } from 'commander'
import type { Page, Template } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { organizationId, serviceNames } from '../find.ts'
import { listWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { indexWords } from '../readjustment-words.ts'
import { startedAs } from '../started-as.ts'
import { renderTable } from '../table.ts'
import { choice, choices, idOf } from '../values.ts'
import { brl, counted, figure, priceWords, quantityWords } from '../words.ts'

const typeWords = { invoice: 'fatura', invoice_rule: 'regra' } as const
const managementWords = { automatic: 'automática', draft: 'rascunho', on_request: 'a pedido' } as const

const columns = [
  { head: 'Modelo', of: (it: Template) => it.id },
  { head: 'Nome', of: (it: Template) => it.name, least: 12 },
  { head: 'Serve a', of: (it: Template) => typeWords[it.type] },
  { head: 'A cada', of: rhythmWords },
  { head: 'Emissão', of: (it: Template) => managementWords[it.management] },
  { head: 'Serviços', of: (it: Template) => String(it.lines.length), right: true },
  { head: 'Valor (R$)', of: (it: Template) => (it.grossCents === null ? '' : figure(it.grossCents)), right: true },
]

interface ListOptions extends PagingOptions {
  type?: keyof typeof typeWords
  organization?: string
  q?: string
  archived?: true
}

export function addTemplates(program: Command, cli: Cli): void {
  const templates = program
    .command('templates')
    .description('lista e mostra os modelos de faturamento')
    .addHelpText('after', `\nExemplos:\n  ${startedAs} templates list --type regra\n  ${startedAs} templates show tpl_3`)

  const list = templates
    .command('list')
    .description('lista os modelos por nome')
    .option('--q <texto>', 'parte do nome')
    .option('--type <uso>', choices(typeWords), choice(typeWords))
    .option('--organization <organização>', 'só desta organização: o CNPJ, ou org_1')
    .option('--archived', 'só os arquivados')
  addPaging(list).action(
    onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
      const { q, type, archived, limit, cursor } = options
      const organization = options.organization === undefined ? undefined : await organizationId(client, options.organization)
      const asked = { q, type, organizationId: organization, archived, limit, cursor }
      const page = await client.get<Page<Template>>('/v1/invoice-templates', asked)
      show(page, () => listWords(columns, page, terminal.columns))
    }),
  )

  templates
    .command('show')
    .description('mostra um modelo: seus serviços, vencimento e reajustes')
    .argument('<modelo>', 'tpl_3, por exemplo', idOf('invoice_template', 'tpl_3'))
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [id], terminal, show }) => {
        const found = await client.get<Template>(`/v1/invoice-templates/${id}`)
        const named = await serviceNames(
          client,
          [...found.lines, ...found.readjustments].map(({ serviceItemId }) => serviceItemId),
        )
        show(found, () => templateWords(found, named, terminal.columns))
      }),
    )
}

function rhythmWords({ recurrence }: Template): string {
  if (recurrence === null) return ''
  const { unit, every } = recurrence
  return unit === 'week' ? counted(every, 'semana', 'semanas') : counted(every, 'mês', 'meses')
}

type Line = Template['lines'][number]

const lineColumns = (named: (id: string) => string) => [
  { head: 'Serviço', of: (it: Line) => named(it.serviceItemId), least: 12 },
  { head: 'Descrição', of: (it: Line) => it.description ?? '', least: 15 },
  { head: 'Quantidade', of: (it: Line) => quantityWords(it.quantity), right: true },
  { head: 'Preço (R$)', of: (it: Line) => priceWords(it.unitPrice), right: true },
]

/** What is said of it: a template may leave parts of it to whoever uses it. */
function dueLine({ due, createParcels }: Template): string[] {
  const parcels = createParcels ? ['as parcelas são criadas com a fatura'] : []
  if (due === null) return parcels.length === 0 ? [] : [`Vencimento: quem usa o modelo diz; ${parcels[0]}.`]
  const { kind, day, days, months, onlyBusinessDays, installments } = due
  const on = day === null ? 'num dia do mês' : `no dia ${day}`
  const after = days === null ? 'dias' : counted(days, 'dia', 'dias')
  const words = {
    fixed_day: day === null ? on : `no próximo dia ${day}`,
    last_day_of_month: `no último dia ${onlyBusinessDays === true ? 'útil ' : ''}do mês`,
    day_quantity: `${after}${onlyBusinessDays === true ? ' úteis' : ''} após a emissão`,
    fixed_day_and_month_quantity: `${on}, ${months === null ? 'meses' : counted(months, 'mês', 'meses')} após o faturamento`,
  }
  const inParts = installments === null ? [] : [counted(installments, 'parcela', 'parcelas')]
  return [`Vencimento: ${[words[kind], ...inParts, ...parcels].join('; ')}.`]
}

function templateWords(it: Template, named: (id: string) => string, terminalColumns: number): string {
  const { id, name, type, grossCents, management, archivedAt, lines, readjustments } = it
  const often = it.recurrence === null ? 'de uma única vez' : `a cada ${rhythmWords(it)}`
  const value = grossCents === null ? '' : `, ${brl(grossCents)}`
  const head = `${id}: modelo "${name}" de ${typeWords[type]}, ${often}${value}, emissão ${managementWords[management]}${archivedAt === null ? '' : ' (arquivado)'}.`
  const clauses = readjustments.map(({ id: clause, index, everyMonths, serviceItemId, noticeDays }) => {
    const whole = serviceItemId === null ? 'todos os serviços' : named(serviceItemId)
    const every = everyMonths === null ? '' : ` a cada ${counted(everyMonths, 'mês', 'meses')}`
    return `  ${clause}  ${indexWords[index]}${every}, ${whole}${noticeDays === null ? '' : `, aviso de ${counted(noticeDays, 'dia', 'dias')}`}`
  })
  return [
    head,
    ...dueLine(it),
    ...(lines.length === 0 ? [] : ['', renderTable(lineColumns(named), lines, { columns: terminalColumns })]),
    ...(clauses.length === 0 ? [] : ['', 'Reajustes:', ...clauses]),
  ].join('\n')
}

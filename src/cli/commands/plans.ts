import { type Command, InvalidArgumentError } from 'commander'
import { type Cents, type Decimal, decimalOf, parseBrazilianDecimal } from '../../core/money.ts'
import type { PriceIndex } from '../../indices/price-index.ts'
import type { Page, Plan } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import type { Client } from '../client.ts'
import { organizationOrOnly, planId, serviceItemId, serviceNames } from '../find.ts'
import { listWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { indexWords } from '../readjustment-words.ts'
import { startedAs } from '../started-as.ts'
import { amount, choice, choices, oneOf, several, whole } from '../values.ts'
import { counted, priceWords } from '../words.ts'

const rhythmWords: Readonly<Record<number, string>> = { 1: 'mês', 2: '2 meses', 3: '3 meses', 6: '6 meses', 12: 'ano' }
const methodWords = { pre_paid: 'pré-pago', post_paid: 'pós-pago' } as const

const columns = [
  { head: 'Plano', of: (it: Plan) => it.id },
  { head: 'Nome', of: (it: Plan) => it.name, least: 12 },
  { head: 'Preço (R$)', of: (it: Plan) => priceWords(it.price), right: true },
  { head: 'A cada', of: (it: Plan) => rhythmWords[it.billingMonths] ?? '' },
  { head: 'Cobrança', of: (it: Plan) => methodWords[it.chargingMethod] },
  { head: 'Teste', of: (it: Plan) => (it.trialDays === 0 ? '' : `${it.trialDays} dias`) },
]

interface ListOptions extends PagingOptions {
  q?: string
  archived?: true
}

interface AddOptions {
  service?: string
  product?: ProductTyped[]
  every?: '1' | '2' | '3' | '6' | '12'
  method?: keyof typeof methodWords
  trial?: number
  due?: number
  installments?: number
  feature?: { description: string; value?: string }[]
  readjust?: PriceIndex
  readjustEvery?: number
  readjustNotice?: number
  organization?: string
}

export function addPlans(program: Command, cli: Cli): void {
  const plans = program
    .command('plans')
    .description('cadastra e mostra os planos que se podem assinar')
    .addHelpText(
      'after',
      `
Exemplos:
  ${startedAs} plans add "Completo" 149,90 --service "Internet fibra" --trial 15
  ${startedAs} plans add "Pacote" 90,00 --product "Hospedagem:3:20,02" --product "Suporte:1:29,94"
  ${startedAs} plans list --q completo`,
    )
  addReading(plans, cli)
  addVerbs(plans, cli)
}

function addReading(plans: Command, cli: Cli): void {
  const list = plans
    .command('list')
    .description('lista os planos')
    .option('--q <texto>', 'parte do nome')
    .option('--archived', 'os que não se podem mais assinar')
  addPaging(list).action(
    onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
      const { q, archived, limit, cursor } = options
      const page = await client.get<Page<Plan>>('/v1/plans', { q, archived, limit, cursor })
      show(page, () => listWords(columns, page, terminal.columns))
    }),
  )

  plans
    .command('show')
    .description('mostra um plano')
    .argument(...planArgument)
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [named], show }) => {
        const plan = await client.get<Plan>(`/v1/plans/${await planId(client, named)}`)
        const called = await servicesOf(client, plan)
        show(plan, () => planWords(plan, called))
      }),
    )
}

function addVerbs(plans: Command, cli: Cli): void {
  plans
    .command('add')
    .alias('create')
    .description('cadastra um plano, de um serviço ou de vários produtos')
    .argument('<nome>', 'como o plano se chama')
    .argument('<preço>', 'por período, em reais: 1.234,56; com produtos, a soma deles', amount)
    .option('--service <serviço>', 'o que se fatura, se não há produtos: o nome, ou svc_3')
    .option('--product <produto>', 'serviço:quantidade:preço, uma vez para cada: "Hospedagem:3:20,02"', several(product))
    .option('--every <meses>', '1, 2, 3, 6 ou 12; 1, se não informado', oneOf('1', '2', '3', '6', '12'))
    .option('--method <cobrança>', choices(methodWords), choice(methodWords))
    .option('--trial <dias>', 'de teste, sem cobrança', whole(0, 365))
    .option('--due <dias>', 'da emissão ao vencimento; 5, se não informado', whole(0, 365))
    .option('--installments <n>', 'em quantas parcelas se pode pagar um período, no máximo', whole(2, 120))
    .option('--feature <recurso>', 'o que o plano oferece, e quanto: "Usuários:10"; uma vez para cada', several(feature))
    .option('--readjust <índice>', `o índice do reajuste: ${choices(indexWords)}`, choice(indexWords))
    .option('--readjust-every <meses>', 'a cada quantos meses, de 1 a 120; 12, se não informado', whole(1, 120))
    .option('--readjust-notice <dias>', 'dias corridos de aviso antes do reajuste', whole(0, 365))
    .option('--organization <empresa>', 'a empresa que fatura: o CNPJ, ou org_1; a única, se não informada')
    .action(
      onServer<AddOptions, [string, Cents]>(cli, async ({ client, operands, options, show }) => {
        const plan = await client.post<Plan>('/v1/plans', await newPlan(client, operands, options))
        const called = await servicesOf(client, plan)
        show(plan, () => planWords(plan, called))
      }),
    )

  for (const [verb, description, done] of [
    ['archive', 'tira um plano de uso: ninguém mais o assina, e quem o tem continua com ele', 'foi arquivado'],
    ['unarchive', 'põe de novo em uso um plano arquivado', 'pode ser assinado de novo'],
  ] as const) {
    plans
      .command(verb)
      .description(description)
      .argument('<plano>', verb === 'archive' ? planArgument[1] : 'pln_3, por exemplo')
      .action(
        onServer<object, [string]>(cli, async ({ client, operands: [named], show }) => {
          const plan = await client.post<Plan>(`/v1/plans/${await planId(client, named)}/${verb}`)
          show(plan, () => `O plano ${plan.id}, ${plan.name}, ${done}.`)
        }),
      )
  }
}

const planArgument = ['<plano>', 'o nome dele, ou pln_3'] as const

async function newPlan(client: Client, [name, priceCents]: [string, Cents], options: AddOptions) {
  const { service, product: typed = [], every, method, trial, due, installments, feature: features } = options
  const { readjust, readjustEvery, readjustNotice } = options
  const products = []
  for (const { named, quantity, unitPrice } of typed) {
    products.push({ serviceItemId: await serviceItemId(client, named), quantity, unitPrice })
  }
  return {
    name,
    price: decimalOf(priceCents),
    organizationId: await organizationOrOnly(client, options.organization),
    serviceItemId: service === undefined ? undefined : await serviceItemId(client, service),
    products: products.length > 0 ? products : undefined,
    billingMonths: every === undefined ? undefined : Number(every),
    chargingMethod: method,
    trialDays: trial,
    dueDays: due,
    features,
    readjustmentIndex: readjust,
    readjustmentMonths: readjustEvery ?? (readjust === undefined ? undefined : 12),
    readjustmentNoticeDays: readjustNotice,
    ...(installments !== undefined && { allowInstallments: true, installmentsLimit: installments }),
  }
}

/** 'Usuários:10'; without a colon it is offered, however much. */
function feature(text: string): { description: string; value?: string } {
  const [, description = text, value] = /^(.*\S)\s*:\s*([^:]+)$/.exec(text) ?? []
  return { description: description.trim(), ...(value !== undefined && { value: value.trim() }) }
}

function servicesOf(client: Client, { products, serviceItemId }: Plan): Promise<(id: string) => string> {
  return serviceNames(client, [serviceItemId, ...products.map(product => product.serviceItemId)])
}

interface ProductTyped {
  named: string
  quantity: Decimal
  unitPrice: Decimal
}

function product(text: string): ProductTyped {
  const [, named, ...figures] = /^(.+):([^:]+):([^:]+)$/.exec(text) ?? []
  const [quantity = null, unitPrice = null] = figures.map(figure => parseBrazilianDecimal(figure.trim()))
  if (named !== undefined && quantity !== null && unitPrice !== null) return { named: named.trim(), quantity, unitPrice }
  throw new InvalidArgumentError(`"${text}" não é um produto: escreva serviço:quantidade:preço, como "Hospedagem:3:20,02".`)
}

function planWords(plan: Plan, called: (id: string) => string): string {
  const { id, name, price, billingMonths, chargingMethod, trialDays, products, features, serviceItemId, dueDays } = plan
  const trial = trialDays === 0 ? '' : `, com ${trialDays} dias de teste`
  const archived = plan.archivedAt === null ? '' : ' Arquivado: ninguém mais o assina.'
  const every = `R$ ${priceWords(price)} a cada ${rhythmWords[billingMonths]}`
  return [
    `${id}: ${name}, ${every}, ${methodWords[chargingMethod]}${trial}.${archived}`,
    `Vence ${counted(dueDays, 'dia', 'dias')} após a emissão${plan.allowInstallments ? `, em até ${plan.installmentsLimit} parcelas` : ''}.`,
    readjustmentLine(plan),
    ...(products.length === 0 && serviceItemId !== null ? [`Fatura o serviço ${called(serviceItemId)}.`] : []),
    ...(products.length === 0 ? [] : ['Produtos:']),
    ...products.map(one => {
      const name = called(one.serviceItemId)
      const said = one.description === null || one.description === name ? name : `${one.description} (${name})`
      return `  ${one.quantity.replace('.', ',')} × ${priceWords(one.unitPrice)}  ${said}`
    }),
    ...(features.length === 0 ? [] : ['Recursos:']),
    ...features.map(({ description, value }) => `  ${description}${value === null ? '' : `: ${value}`}`),
  ].join('\n')
}

function readjustmentLine({
  readjustmentIndex: index,
  readjustmentMonths: months,
  readjustmentNoticeDays: notice,
}: Plan): string {
  if (index === null || months === null) return 'Sem reajuste.'
  const warned = notice === null ? '' : `, com aviso de ${counted(notice, 'dia', 'dias')}`
  return `Reajuste pelo ${indexWords[index]} a cada ${counted(months, 'mês', 'meses')}${warned}.`
}

import { type Command, InvalidArgumentError } from 'commander'
import { type Cents, type Decimal, decimalOf, parseBrazilianDecimal } from '../../core/money.ts'
import type { Page, Plan } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import type { Client } from '../client.ts'
import { organizationOrOnly, planId, serviceItemId } from '../find.ts'
import { listWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { startedAs } from '../started-as.ts'
import { amount, choice, choices, oneOf, several, whole } from '../values.ts'
import { priceWords } from '../words.ts'

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
        show(plan, () => planWords(plan))
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
    .option('--organization <empresa>', 'a empresa que fatura: o CNPJ, ou org_1; a única, se não informada')
    .action(
      onServer<AddOptions, [string, Cents]>(cli, async ({ client, operands, options, show }) => {
        const plan = await client.post<Plan>('/v1/plans', await newPlan(client, operands, options))
        show(plan, () => planWords(plan))
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
  const { service, product: typed = [], every, method, trial, due, installments } = options
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
    ...(installments !== undefined && { allowInstallments: true, installmentsLimit: installments }),
  }
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

function planWords(plan: Plan): string {
  const { id, name, price, billingMonths, chargingMethod, trialDays, products, features } = plan
  const trial = trialDays === 0 ? '' : `, com ${trialDays} dias de teste`
  const archived = plan.archivedAt === null ? '' : ' Arquivado: ninguém mais o assina.'
  const every = `R$ ${priceWords(price)} a cada ${rhythmWords[billingMonths]}`
  return [
    `${id}: ${name}, ${every}, ${methodWords[chargingMethod]}${trial}.${archived}`,
    ...products.map(
      one => `  ${one.quantity.replace('.', ',')} × ${priceWords(one.unitPrice)}  ${one.description ?? one.serviceItemId}`,
    ),
    ...features.map(({ description, value }) => `  ${description}${value === null ? '' : `: ${value}`}`),
  ].join('\n')
}

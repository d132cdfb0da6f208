import type { Command } from 'commander'
import type { CivilDate } from '../../core/dates.ts'
import { calledPlan } from '../../subscriptions/plan-name.ts'
import type { Page, PlanChange, Subscription, SubscriptionDetail } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import { customerId, planId } from '../find.ts'
import { listWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { startedAs } from '../started-as.ts'
import { choice, choices, day, idOf, whole } from '../values.ts'
import { brl, dayWords } from '../words.ts'

const statusWords = { trial: 'em teste', established: 'em vigor', cancelled: 'cancelada' } as const
const subscriptionColumns = [
  { head: 'Assinatura', of: (it: Subscription) => it.id },
  { head: 'Cliente', of: (it: Subscription) => it.customer.name, least: 12 },
  { head: 'Plano', of: (it: Subscription) => it.plan.name, least: 10 },
  { head: 'Situação', of: (it: Subscription) => statusWords[it.status] },
  { head: 'Desde', of: (it: Subscription) => dayWords(it.startsOn) },
  { head: 'Válida até', of: (it: Subscription) => (it.validUntil === null ? '' : dayWords(it.validUntil)) },
]

interface ListOptions extends PagingOptions {
  q?: string
  status?: string
  plan?: string
  customer?: string
}

export function addSubscriptions(program: Command, cli: Cli): void {
  const subscriptions = program
    .command('subscriptions')
    .description('assina planos, mostra, troca de plano e cancela assinaturas')
    .addHelpText(
      'after',
      `
Exemplos:
  ${startedAs} subscriptions add "Completo" 90.118.777/0001-48 --from 01/03/2027
  ${startedAs} subscriptions list --status "em teste"
  ${startedAs} subscriptions change-plan sub_12 "Anual" --preview
  ${startedAs} subscriptions cancel sub_12 --reason "Mudou de cidade"`,
    )
  addReading(subscriptions, cli)
  addVerbs(subscriptions, cli)
}

function addReading(subscriptions: Command, cli: Cli): void {
  const list = subscriptions
    .command('list')
    .description('lista as assinaturas')
    .option('--q <texto>', 'parte do nome')
    .option('--status <situação>', choices(statusWords), choice(statusWords))
    .option('--plan <plano>', 'só deste plano: o nome, ou pln_3')
    .option('--customer <cliente>', 'só deste cliente: o nome, o CNPJ ou CPF, ou cus_12')
  addPaging(list).action(
    onServer<ListOptions>(cli, async ({ client, options, terminal, show }) => {
      const { q, status, limit, cursor } = options
      const plan = options.plan === undefined ? undefined : await planId(client, options.plan)
      const customer = options.customer === undefined ? undefined : await customerId(client, options.customer)
      const asked = { q, status, planId: plan, customerId: customer, limit, cursor }
      const page = await client.get<Page<Subscription>>('/v1/subscriptions', asked)
      show(page, () => listWords(subscriptionColumns, page, terminal.columns))
    }),
  )

  subscriptions
    .command('show')
    .description('mostra uma assinatura e suas trocas de plano')
    .argument(...subscription)
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [id], show }) => {
        const found = await client.get<SubscriptionDetail>(`/v1/subscriptions/${id}`)
        show(found, () => subscriptionWords(found))
      }),
    )
}

interface AddOptions {
  from?: CivilDate
  installments?: number
}

function addVerbs(subscriptions: Command, cli: Cli): void {
  subscriptions
    .command('add')
    .alias('create')
    .description('assina um plano')
    .argument('<plano>', 'o nome dele, ou pln_3')
    .argument('<cliente>', 'o nome, o CNPJ ou CPF, ou cus_12')
    .option('--from <dia>', 'o primeiro dia; hoje, se não informado', day)
    .option('--installments <n>', 'em quantas parcelas se paga cada período', whole(1, 120))
    .action(
      onServer<AddOptions, [string, string]>(cli, async ({ client, operands: [plan, customer], options, show }) => {
        const named = { planId: await planId(client, plan), customerId: await customerId(client, customer) }
        const body = { ...named, startsOn: options.from, installments: options.installments }
        const made = await client.post<SubscriptionDetail>('/v1/subscriptions', body)
        show(made, () => subscriptionWords(made))
      }),
    )

  subscriptions
    .command('change-plan')
    .description('troca de plano hoje; os dias restantes do período em curso são acertados no próximo faturamento')
    .argument(...subscription)
    .argument('<plano>', 'o plano novo: o nome dele, ou pln_3')
    .option('--preview', 'só mostra o que seria devolvido e cobrado')
    .action(
      onServer<{ preview?: true }, [string, string]>(cli, async ({ client, operands: [id, plan], options, show }) => {
        const path = `/v1/subscriptions/${id}/change-plan${options.preview ? '/preview' : ''}`
        const change = await client.post<PlanChange>(path, { planId: await planId(client, plan) })
        show(change, () => changeWords(change, options.preview === true))
      }),
    )

  subscriptions
    .command('cancel')
    .description('cancela uma assinatura; o que foi pago adiantado continua válido')
    .argument(...subscription)
    .requiredOption('--reason <motivo>', 'o motivo, para o histórico')
    .option('--on <dia>', 'o último dia da vigência; hoje, se não informado', day)
    .action(
      onServer<{ reason: string; on?: CivilDate }, [string]>(cli, async ({ client, operands: [id], options, show }) => {
        const cancelled = await client.post<SubscriptionDetail>(`/v1/subscriptions/${id}/cancel`, {
          reason: options.reason,
          on: options.on,
        })
        show(cancelled, () => subscriptionWords(cancelled))
      }),
    )
}

const subscription = ['<assinatura>', 'sub_12, por exemplo', idOf('subscription', 'sub_12')] as const

function subscriptionWords(it: SubscriptionDetail): string {
  const valid = it.validUntil === null ? '' : `, válida até ${dayWords(it.validUntil)}`
  const lines = [`${it.id}: ${it.customer.name}, ${calledPlan(it.plan.name)}, ${statusWords[it.status]}${valid}.`]
  if (it.status === 'trial' && it.trialEndsOn !== null) lines.push(`Teste sem cobrança até ${dayWords(it.trialEndsOn)}.`)
  for (const change of it.planChanges) {
    lines.push(`Troca em ${dayWords(change.changedOn)}: crédito ${brl(change.creditCents)}, débito ${brl(change.debitCents)}.`)
  }
  return lines.join('\n')
}

function changeWords(change: PlanChange, isPreview: boolean): string {
  const { fromPlan, plan, swapped, effectiveOn } = change
  const what = isPreview ? 'A troca seria' : 'Trocado'
  const days =
    swapped === null
      ? 'Nada a acertar no período em curso.'
      : `${swapped.days} dias: crédito ${brl(change.creditCents)}, débito ${brl(change.debitCents)}, no próximo faturamento.`
  const from = effectiveOn === null ? '' : ` O plano novo fatura desde ${dayWords(effectiveOn)}.`
  return `${what} de ${fromPlan.name} para ${plan.name}. ${days}${from}`
}

import type { Command } from 'commander'
import { parseCivilDate, startOfDay } from '../../core/dates.ts'
import { vendorWebhookForms } from '../../dialects/webhook-forms.ts'
import type { DeliveryState } from '../../webhooks/delivery.ts'
import type { Delivery, DeliveryDetail, DrawnEndpoint, Endpoint, Page } from '../answers.ts'
import { type Cli, onServer } from '../cli.ts'
import type { Client } from '../client.ts'
import { outcomeWord } from '../delivery-words.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { listWords } from '../list-words.ts'
import { addPaging, type PagingOptions } from '../paging.ts'
import { startedAs } from '../started-as.ts'
import { choice, choices, dayOrInstant, idOf, several, whole } from '../values.ts'
import { counted, momentWords } from '../words.ts'

const examples = `Exemplos:
  ${startedAs} webhooks add https://erp.exemplo.com.br/avisos --event invoice.emit --event invoice.cancel
  ${startedAs} webhooks deliveries --state desistiu
  ${startedAs} webhooks replay --from 01/03/2027 --until 05/03/2027`

export const deliveryStateWords: Record<DeliveryState, string> = {
  waiting: 'espera',
  delivered: 'entregue',
  given_up: 'desistiu',
  dropped: 'dispensado',
}

const vendorForms = vendorWebhookForms.map(({ name }) => name).join(', ')
const formList = [
  { name: 'standard', says: 'Standard Webhooks: avisos curtos, com o tipo e o id, assinados por HMAC-SHA256' },
  ...vendorWebhookForms,
]
  .map(({ name, says = '' }) => `  ${name.padEnd(10)} ${says}`)
  .join('\n')

const reasonWords: Record<NonNullable<Endpoint['disabledReason']>, string> = {
  person: 'desligado por alguém',
  failing: 'desligado: falhou por dias seguidos',
  gone: 'desligado: respondeu que não existe mais',
}

const endpointColumns = [
  { head: 'Endereço', of: (it: Endpoint) => it.id },
  { head: 'URL', of: (it: Endpoint) => it.address, least: 20 },
  { head: 'Formato', of: (it: Endpoint) => it.form },
  { head: 'Avisos', of: (it: Endpoint) => it.events.join(' '), least: 10 },
  { head: 'Como está', of: healthWords, least: 12 },
  { head: 'Esperam', of: (it: Endpoint) => String(it.waiting), right: true },
]

const deliveryColumns = [
  { head: 'Aviso', of: (it: Delivery) => it.id },
  { head: 'Endereço', of: (it: Delivery) => it.endpointId },
  { head: 'Evento', of: (it: Delivery) => it.event, least: 12 },
  { head: 'De', of: (it: Delivery) => `${it.subjectId} v${it.subjectVersion}` },
  { head: 'Estado', of: (it: Delivery) => deliveryStateWords[it.state] },
  { head: 'Tentativas', of: (it: Delivery) => String(it.attempts), right: true },
  { head: 'Aconteceu', of: (it: Delivery) => momentWords(it.createdAt) },
  { head: 'Próxima tentativa', of: (it: Delivery) => (it.dueAt === null ? '' : momentWords(it.dueAt)) },
]

export function addWebhooks(program: Command, cli: Cli): void {
  const webhooks = program
    .command('webhooks')
    .description('avisa outros sistemas do que acontece, e mostra o que lhes foi enviado')
    .addHelpText('after', `\n${examples}`)

  addEndpoints(webhooks, cli)
  addSwitches(webhooks, cli)
  addDeliveries(webhooks, cli)
}

function addEndpoints(webhooks: Command, cli: Cli): void {
  const list = webhooks.command('list').description('lista os endereços avisados')
  addPaging(list).action(
    onServer<PagingOptions>(cli, async ({ client, options: { limit, cursor }, terminal, show }) => {
      const page = await client.get<Page<Endpoint>>('/v1/webhook-endpoints', { limit, cursor })
      show(page, () => listWords(endpointColumns, page, terminal.columns))
    }),
  )

  webhooks
    .command('add')
    .description('registra um endereço; o segredo só é mostrado agora')
    .argument('<url>', 'https, público; numa conta de testes também http://127.0.0.1:porta')
    .option(
      '--event <tipo>',
      'do que avisar: invoice.emit, invoice.* …; pode vir várias vezes; sem ela, de tudo',
      several(String),
    )
    .option(
      '--form <formato>',
      `standard (Standard Webhooks), se não informado; ou, de um sistema que o Bordero substitui: ${vendorForms}`,
      'standard',
    )
    .option('--secret <segredo>', 'um segredo que você já tem; sem ela, um é sorteado')
    .addHelpText('after', `\nFormatos:\n${formList}\n\n${examples}`)
    .action(
      onServer<{ event?: string[]; form: string; secret?: string }, [string]>(
        cli,
        async ({ client, operands: [address], options, show }) => {
          const { event: events = ['*'], form, secret } = options
          const made = await client.post<DrawnEndpoint>('/v1/webhook-endpoints', { address, events, form, secret })
          show(
            made,
            () => `${secretWords(made)}${made.id}, ${made.address}, é avisado de ${made.events.join(', ')} a partir de agora.`,
          )
        },
      ),
    )

  webhooks
    .command('rotate')
    .description('troca o segredo de um endereço')
    .argument('<endereço>', 'whe_3, por exemplo', idOf('webhook_endpoint', 'whe_3'))
    .option('--secret <segredo>', 'um segredo que você já tem; sem ela, um é sorteado')
    .option('--overlap <horas>', 'por quanto tempo o anterior assina também, onde o formato leva dois', whole(0, 720), 24)
    .action(
      onServer<{ secret?: string; overlap: number }, [string]>(cli, async ({ client, operands: [id], options, show }) => {
        const body = { secret: options.secret, overlapHours: options.overlap }
        const rotated = await client.post<DrawnEndpoint>(`/v1/webhook-endpoints/${id}/rotate-secret`, body)
        show(
          rotated,
          () =>
            `${secretWords(rotated)}O segredo de ${rotated.id} foi trocado; o anterior ainda assina por ${counted(options.overlap, 'hora', 'horas')}, onde o formato leva dois.`,
        )
      }),
    )

  webhooks
    .command('remove')
    .description('apaga um endereço e seu segredo')
    .argument('<endereço>', 'whe_3, por exemplo', idOf('webhook_endpoint', 'whe_3'))
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [id], show }) => {
        const { address, waiting, version } = await client.get<Endpoint>(`/v1/webhook-endpoints/${id}`)
        await client.delete(`/v1/webhook-endpoints/${id}`, version)
        const dropped =
          waiting === 0
            ? ''
            : ` ${counted(waiting, 'aviso que esperava não será enviado', 'avisos que esperavam não serão enviados')}.`
        show({ id, deleted: true }, () => `${id}, ${address}, foi apagado.${dropped}`)
      }),
    )
}

function addSwitches(webhooks: Command, cli: Cli): void {
  const said = async (client: Client, id: string, verb: string, body: object = {}) =>
    client.post<Endpoint>(`/v1/webhook-endpoints/${id}/${verb}`, body)

  webhooks
    .command('enable')
    .description('liga um endereço que estava desligado: o que esperava é enviado')
    .argument('<endereço>', 'whe_3, por exemplo', idOf('webhook_endpoint', 'whe_3'))
    .option('--drop', 'o que esperava não é enviado')
    .action(
      onServer<{ drop?: true }, [string]>(cli, async ({ client, operands: [id], options, show }) => {
        const endpoint = await said(client, id, 'enable', { waiting: options.drop ? 'drop' : 'send' })
        show(endpoint, () => `${endpoint.id}, ${endpoint.address}: ${healthWords(endpoint)}; esperam ${endpoint.waiting}.`)
      }),
    )

  webhooks
    .command('disable')
    .description('desliga um endereço: os avisos esperam por ele')
    .argument('<endereço>', 'whe_3, por exemplo', idOf('webhook_endpoint', 'whe_3'))
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [id], show }) => {
        const endpoint = await said(client, id, 'disable')
        show(endpoint, () => `${endpoint.id}, ${endpoint.address}: ${healthWords(endpoint)}.`)
      }),
    )

  webhooks
    .command('test')
    .description('envia um teste a um endereço; se passar, o que esperava por ele vai em seguida')
    .argument('<endereço>', 'whe_3, por exemplo', idOf('webhook_endpoint', 'whe_3'))
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [id], show }) => {
        const test = await client.post<DeliveryDetail>(`/v1/webhook-endpoints/${id}/test`)
        show(test, () => `O teste ${test.id} será enviado a ${id}. Veja o que deu: npx bordero webhooks show ${test.id}`)
      }),
    )
}

interface DeliveryOptions extends PagingOptions {
  endpoint?: string
  state?: DeliveryState
  event?: string
  of?: string
}

interface ReplayOptions {
  from?: string
  until?: string
  endpoint?: string
  state?: DeliveryState
}

function addDeliveries(webhooks: Command, cli: Cli): void {
  const list = webhooks
    .command('deliveries')
    .description('lista o que foi e será enviado, do mais recente em diante')
    .option('--endpoint <endereço>', 'só os deste', idOf('webhook_endpoint', 'whe_3'))
    .option('--state <estado>', choices(deliveryStateWords), choice(deliveryStateWords))
    .option('--event <tipo>', 'invoice.emit, por exemplo')
    .option('--of <id>', 'do que se avisa: inv_12, por exemplo')
  addPaging(list).action(
    onServer<DeliveryOptions>(cli, async ({ client, options, terminal, show }) => {
      const { endpoint: endpointId, state, event, of: subjectId, limit, cursor } = options
      const page = await client.get<Page<Delivery>>('/v1/webhook-deliveries', {
        endpointId,
        state,
        event,
        subjectId,
        limit,
        cursor,
      })
      show(page, () => listWords(deliveryColumns, page, terminal.columns))
    }),
  )

  webhooks
    .command('show')
    .description('mostra um aviso: o que foi enviado e respondido, a cada tentativa')
    .argument('<aviso>', 'whd_7, por exemplo', idOf('webhook_delivery', 'whd_7'))
    .action(
      onServer<object, [string]>(cli, async ({ client, operands: [id], show }) => {
        const delivery = await client.get<DeliveryDetail>(`/v1/webhook-deliveries/${id}`)
        show(delivery, () => detailWords(delivery))
      }),
    )

  webhooks
    .command('replay')
    .description('envia outra vez: um aviso, ou os de um período')
    .argument('[aviso]', 'whd_7, por exemplo', idOf('webhook_delivery', 'whd_7'))
    .option('--from <dia>', 'em vez de um aviso: o que aconteceu a partir deste dia', dayOrInstant)
    .option('--until <dia>', 'e antes deste', dayOrInstant)
    .option('--endpoint <endereço>', 'só os deste', idOf('webhook_endpoint', 'whe_3'))
    .option(
      '--state <estado>',
      `como terminaram: ${choices(deliveryStateWords)}; os de que se desistiu, se não informado`,
      choice(deliveryStateWords),
    )
    .addHelpText('after', `\n${examples}`)
    .action(
      onServer<ReplayOptions, [string | undefined]>(cli, async ({ client, operands: [id], options, show }) => {
        if (id !== undefined) {
          const delivery = await client.post<DeliveryDetail>(`/v1/webhook-deliveries/${id}/replay`)
          show(delivery, () => `${delivery.id} será enviado outra vez a ${delivery.endpointId}.`)
          return
        }
        const { from, until, endpoint: endpointId, state } = options
        if (from === undefined || until === undefined) {
          throw new CliError(exitCodes.usage, 'Diga qual aviso, ou o período com --from e --until.', {
            details: { code: 'usage' },
          })
        }
        const body = { endpointId, state, from: instantWords(from), until: instantWords(until) }
        const { replayed } = await client.post<{ replayed: number }>('/v1/webhook-deliveries/replay', body)
        show({ replayed }, () => `${counted(replayed, 'aviso será enviado', 'avisos serão enviados')} outra vez.`)
      }),
    )
}

/** A day begins in Brasília. */
function instantWords(text: string): string {
  const day = parseCivilDate(text)
  return day === null ? text : startOfDay(day, 'America/Sao_Paulo')
}

function healthWords({ state, disabledReason, reachable, failingSince, pausedUntil }: Endpoint): string {
  if (state === 'disabled') return reasonWords[disabledReason ?? 'person']
  // The pause first: a table cuts what does not fit.
  const pause = pausedUntil === null ? '' : `em pausa até ${momentWords(pausedUntil)}; `
  if (failingSince !== null) return `${pause}falha desde ${momentWords(failingSince)}`
  return reachable === null ? 'ligado, ainda nada enviado' : 'ligado, recebe'
}

function secretWords({ secret }: DrawnEndpoint): string {
  return secret === null ? '' : `${secret}\n\nGuarde o segredo agora: ele não será mostrado de novo. `
}

function detailWords({ id, endpointId, event, subjectId, subjectVersion, state, body, tries }: DeliveryDetail): string {
  const head = `${id} para ${endpointId}: ${event}, ${subjectId} versão ${subjectVersion}, ${deliveryStateWords[state]}.`
  const said = tries.map(({ number, at, durationMs, answer, ...attempt }) => {
    const took = durationMs === null ? '' : `, ${durationMs} ms`
    return `  ${number}. ${momentWords(at)}: ${outcomeWord(attempt)}${took}${answer ? `\n     ${answer.slice(0, 300)}` : ''}`
  })
  return [head, `  ${body}`, ...said].join('\n')
}

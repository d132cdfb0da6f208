import type { ContractDetail, Explanation, InvoiceDetail, Organization } from './answers.ts'
import type { Client } from './client.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { dayWords, periodWords } from './words.ts'

// What comes of an invoice after a person took something back of it.

/** Verbs whose answer alone does not tell it: what the invoice was before is asked too. */
export const tellsWhatFollows: ReadonlySet<string> = new Set(['undo-emission', 'release', 'redraft'])

interface Taken {
  before: InvoiceDetail
  after: InvoiceDetail
}

type Printed = (args: string) => string

/** `waives`: its periods were given up with it. */
export async function whatFollows(
  client: Client,
  { verb, waives }: { verb: string; waives: boolean },
  taken: Taken,
  command: Printed,
): Promise<string[]> {
  if (verb === 'undo-emission') return undoneLines(taken, command)
  const { before, after } = taken
  // One without a rule leaves no period to bill.
  if (before.period === null || after.ruleId === null) return []
  if (waives) return ['', 'O período dela foi dispensado: não será faturado.']
  const contract = await unlessDenied(() => client.get<ContractDetail>(`/v1/contracts/${before.contractId}`))
  const organization = await unlessDenied(() => client.get<Organization>(`/v1/organizations/${before.organizationId}`))
  const explained = await unlessDenied(() => client.get<Explanation>(`/v1/contracts/${before.contractId}/explain`))
  return openAgainLines(before, contract, { organization, explained }, command)
}

function undoneLines({ before, after }: Taken, command: Printed): string[] {
  const number = before.number === null ? '' : `o número ${before.number} não volta, e na próxima emissão ela recebe outro; `
  const due = after.dueByRule
    ? `o vencimento, que era ${dayWords(dueOnOf(before))}, é contado de novo do dia em que ela sair`
    : `o vencimento continua ${dayWords(dueOnOf(before))}`
  return [
    '',
    `A emissão foi desfeita: ${number}${due}.`,
    'Ela não sai mais por si: fica à espera até que alguém a emita, ou fature o contrato dela pelo nome.',
    `  ${command(`invoices emit ${after.id}`)}`,
    `  ${command(`invoices cancel ${after.id} --reason "motivo"`)}`,
  ]
}

function dueOnOf({ receivables, dueOn, estimatedIssueOn }: InvoiceDetail): string {
  return dueOn ?? receivables[0]?.dueOn ?? estimatedIssueOn
}

/** The period is open again: which run bills it, if any does by itself. */
function openAgainLines(
  { period, scheduledOn, ruleId, contract: { id } }: InvoiceDetail,
  contract: ContractDetail | null,
  { organization, explained }: { organization: Organization | null; explained: Explanation | null },
  command: Printed,
): string[] {
  const days = period === null ? '' : ` de ${periodWords(period.startsOn, period.endsOn)}`
  const open = `O período${days} está em aberto de novo`
  const rule = contract?.rules.find(rule => rule.id === ruleId)
  const ofRule = explained?.rules.find(one => one.rule === ruleId)?.periods ?? []
  const verdict = ofRule.find(({ startsOn }) => startsOn === period?.startsOn)
  // One whose day has not come is told by no run of today: it is billed on its day.
  const isChosen = verdict === undefined ? rule?.choiceFrom === scheduledOn : verdict.reason === 'needs_catch_up'
  const isToCome = explained !== null && explained.day < scheduledOn
  const isByItself = verdict === undefined ? isToCome && !isChosen : verdict.verdict === 'bill'
  if (rule === undefined || (!isByItself && !isChosen)) {
    return ['', `${open}. O que será dele:`, `  ${command(`explain ${id}`)}`]
  }
  if (!isByItself) {
    return [
      '',
      `${open}, e há outro depois dele já fechado: nenhuma execução o fatura sem que se peça. Para faturá-lo, ou para dispensá-lo:`,
      `  ${command(`bill --contract ${id} --catch-up`)}`,
      `  ${command(`contracts waive ${rule.id} --period ${period?.startsOn ?? scheduledOn} --reason "motivo"`)}`,
    ]
  }
  const hour = organization === null ? '' : `, às ${organization.billingHour}h`
  const when =
    rule.terms.management === 'on_request'
      ? 'a regra dele só fatura a pedido'
      : `a próxima execução diária${hour}, fatura-o com as condições de então`
  return [
    '',
    `${open}: ${when}. Para ver antes o que sai, ou faturá-lo agora:`,
    `  ${command(`preview --contract ${id}`)}`,
    `  ${command(`bill --contract ${id}`)}`,
  ]
}

/** A key that may change invoices need not see contracts. */
async function unlessDenied<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof CliError && error.exitCode === exitCodes.denied) return null
    throw error
  }
}

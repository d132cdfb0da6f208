import { Type } from 'typebox'
import { contractFactsOf } from '../../contracts/contract-facts-store.ts'
import { nextPeriod } from '../../contracts/ledger/coverage.ts'
import { dueDates } from '../../contracts/rules/due-dates.ts'
import { linesOn } from '../../contracts/rules/line-amounts.ts'
import { duePhrase, linePhrase, managementPhrase, rhythmPhrase } from '../../contracts/rules/rule-sentence.ts'
import { type Terms, termsAt } from '../../contracts/rules/terms.ts'
import { addDays, type CivilDate, formatDate, formatMonth, maxDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { formatBrl } from '../../core/money.ts'
import { refuse } from '../../core/refusal.ts'
import { type Calendar, calendarsOf } from '../../organizations/calendar.ts'
import type { Ctx } from '../../platform/context.ts'
import { OneOf, OrNull } from '../../platform/http/fields.ts'
import { lateCustomers } from '../../receivables/receivable-store.ts'
import { ruleFactsOf, selectRules } from './facts-store.ts'
import { outcomes } from './outcomes.ts'
import type { InvoicePlan } from './plan-invoice.ts'
import { type PeriodDecision, planRule } from './plan-rule.ts'
import type { RuleFacts } from './rule-facts.ts'

export const ExplanationAnswer = Type.Object(
  {
    contract: Type.String(),
    day: Type.String(),
    sentences: Type.Array(Type.String()),
    rules: Type.Array(
      Type.Object({
        rule: Type.String(),
        title: Type.String(),
        sentences: Type.Array(Type.String()),
        periods: Type.Array(
          Type.Object({
            startsOn: Type.String(),
            endsOn: Type.String(),
            scheduledOn: Type.String(),
            verdict: OneOf(['bill', 'uncharged', 'hold']),
            reason: OrNull(Type.String()),
            netCents: OrNull(Type.Integer()),
          }),
        ),
      }),
    ),
  },
  { title: 'Explanation' },
)

/** What a run of the day would do with the contract, and why, with all dates. It plans as a run does, and binds nothing. */
export async function explainContract(ctx: Ctx, contractId: number, asked?: CivilDate) {
  return ctx.transact(async tx => {
    const contract = (await contractFactsOf(tx, [contractId])).get(contractId)
    if (!contract) return refuse('not_found', 'Contrato não encontrado.', { status: 404 })
    const days = await calendarsOf(tx, ctx.clock.now())
    const everything = {
      day: asked ?? ('2199-12-31' as CivilDate),
      organizationId: null,
      contracts: [contractId],
      customers: null,
      rules: null,
    }
    const selected = await selectRules(tx, everything, null, 1000)
    const facts = await ruleFactsOf(
      tx,
      selected.map(rule => rule.ruleId),
    )
    const organizationId = facts[0]?.organizationId
    const own = organizationId === undefined ? undefined : days.get(organizationId)
    const day = asked ?? own?.today ?? [...days.values()][0]?.today
    if (!day) return refuse('no_organization', 'Cadastre a organização que fatura antes de faturar.')
    const late =
      own && organizationId !== undefined
        ? await lateCustomers(
            tx,
            organizationId,
            facts.map(rule => rule.customerId),
            own.lateUntil,
          )
        : new Set()
    return {
      contract: showId('contract', contractId),
      day,
      sentences: [
        ...contractSentences(contract, facts.length),
        ...(late.size > 0 ? [overdueSentence(contract.billWhileOverdue)] : []),
      ],
      rules: facts.map(rule => explainRule(rule, day, own)),
    }
  })
}

function contractSentences(contract: RuleFacts['contract'], rules: number): string[] {
  const { validity, suspensions } = contract
  const sentences: string[] = []
  if (contract.kind === 'purchase') sentences.push('É um contrato de compra: nada é faturado por ele.')
  if (validity === null) sentences.push('O contrato é um rascunho: nada é faturado até ele ser ativado.')
  else {
    const end = validity.endsOn === null ? 'sem data de fim' : `até ${formatDate(validity.endsOn)}, contando esse dia`
    sentences.push(`Vigência: de ${formatDate(validity.startsOn)} ${end}.`)
  }
  for (const { fromOn, untilOn, chargeLater } of suspensions) {
    const until = untilOn === null ? 'e ainda não foi retomado' : `até ${formatDate(untilOn)}, sem contar esse dia`
    const meaning = chargeLater
      ? 'os períodos que começam nesse intervalo serão cobrados depois'
      : 'os períodos que começam nesse intervalo não são cobrados'
    sentences.push(`Suspenso desde ${formatDate(fromOn)} ${until}: ${meaning}.`)
  }
  if (rules === 0) sentences.push('O contrato não tem regra de faturamento ativa.')
  return sentences
}

function overdueSentence(billsAnyway: boolean): string {
  return billsAnyway
    ? 'O cliente tem parcela vencida, mas o contrato permite faturar assim mesmo.'
    : 'O cliente tem parcela vencida: a fatura seria criada e ficaria sem emitir até ele pagar.'
}

function explainRule(rule: RuleFacts, day: CivilDate, organization: Calendar | undefined) {
  const decisions = planRule(rule, { day })
  const sentences = decisions.map(decision => periodSentence(decision, organization))
  if (decisions.length === 0) sentences.push(quietSentence(rule, day))
  return {
    rule: showId('invoice_rule', rule.ruleId),
    title: rule.title,
    sentences: [...termsSentences(rule, day), ...sentences],
    periods: decisions.map(({ period, verdict }) => ({
      startsOn: period.startsOn,
      endsOn: period.endsOn,
      scheduledOn: period.scheduledOn,
      verdict: verdict.kind,
      reason: verdict.kind === 'bill' ? null : verdict.reason,
      netCents: verdict.kind === 'uncharged' ? null : (verdict.plan?.netCents ?? null),
    })),
  }
}

function termsSentences(rule: RuleFacts, day: CivilDate): string[] {
  const terms = termsAt(rule.versions, day)
  const lines = linesOn(terms.lines, day).map(line => `${linePhrase(line)}.`)
  return [`Fatura ${rhythmPhrase(terms)}; ${managementPhrase[terms.management]}.`, `${capitalized(duePhrase(terms))}.`, ...lines]
}

function capitalized(phrase: string): string {
  return phrase.charAt(0).toUpperCase() + phrase.slice(1)
}

function periodSentence({ period, verdict }: PeriodDecision, organization: Calendar | undefined): string {
  const lastDay = formatDate(lastDayOf(period.endsOn))
  const head = `Período de ${formatDate(period.startsOn)} a ${lastDay}, previsto para ${formatDate(period.scheduledOn)}:`
  if (verdict.kind === 'bill') return `${head} seria faturado. ${planSentence(verdict.plan, verdict.terms, organization)}`
  const reason = outcomes[verdict.reason].sentence
  return verdict.kind === 'hold' && verdict.plan
    ? `${head} não seria faturado (${formatBrl(verdict.plan.netCents)}). ${reason}`
    : `${head} não seria faturado. ${reason}`
}

function planSentence(plan: InvoicePlan, terms: Terms, organization: Calendar | undefined): string {
  const parts = [`Bruto ${formatBrl(plan.grossCents)}`]
  if (plan.discountCents > 0) parts.push(`descontos ${formatBrl(plan.discountCents)}`)
  if (plan.withheldCents > 0) parts.push(`retenções ${formatBrl(plan.withheldCents)}`)
  parts.push(`líquido ${formatBrl(plan.netCents)}`, `competência ${formatMonth(plan.competence)}`)
  if (plan.proration) parts.push(`proporcional a ${plan.proration.days} de ${plan.proration.of} dias`)
  if (organization) {
    const due = dueDates(terms.due, maxDate(plan.scheduledOn, organization.today), organization.holidays).slice(
      0,
      plan.installments.length,
    )
    parts.push(`vencimento ${due.map(formatDate).join(', ')}`)
  }
  return `${parts.join('; ')}.`
}

function quietSentence(rule: RuleFacts, day: CivilDate): string {
  const { coveredUntil, contract } = rule
  if (coveredUntil === null || contract.validity === null) return 'Ainda não há períodos.'
  if (contract.validity.endsOn !== null && coveredUntil > contract.validity.endsOn)
    return 'Todos os períodos da vigência já foram fechados.'
  const next = nextPeriod(rule.versions, coveredUntil)
  const closed =
    coveredUntil > day
      ? `O período deste dia já foi fechado (até ${formatDate(lastDayOf(coveredUntil))}).`
      : 'Nada vence neste dia.'
  return `${closed} O próximo período começa em ${formatDate(next.startsOn)} e é faturado em ${formatDate(next.scheduledOn)}.`
}

function lastDayOf(endsOn: CivilDate): CivilDate {
  return addDays(endsOn, -1)
}

import { Type } from 'typebox'
import type { Contract } from '../../contracts/contract.ts'
import { contractFactsOf, type SuspensionRecord, suspensionsOf } from '../../contracts/contract-facts-store.ts'
import { contractOf } from '../../contracts/contract-store.ts'
import type { EventPart } from '../../contracts/events/billing-event.ts'
import { beginsWithin, chargeOf, nextPeriod, type Validity, validityOfRule } from '../../contracts/ledger/coverage.ts'
import { type LedgerPage, ledgerOf } from '../../contracts/ledger/coverage-store.ts'
import { noteOf } from '../../contracts/readjustment/price-note.ts'
import { type Application, priceChangesOf } from '../../contracts/readjustment/readjustment-store.ts'
import { clauseSentence, noteSentence } from '../../contracts/readjustment/readjustment-words.ts'
import { dueDates } from '../../contracts/rules/due-dates.ts'
import { linesOn } from '../../contracts/rules/line-amounts.ts'
import { intervalAround } from '../../contracts/rules/recurrence.ts'
import { duePhrase, linePhrase, managementPhrase, rhythmPhrase } from '../../contracts/rules/rule-sentence.ts'
import { type Terms, termsAt } from '../../contracts/rules/terms.ts'
import { outdatedTakings } from '../../contracts/withholding/outdated-takings.ts'
import { addDays, type CivilDate, formatDate, formatMonth, maxDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { formatBrl, rawTaxText } from '../../core/money.ts'
import { refuse } from '../../core/refusal.ts'
import type { Invoice } from '../../invoices/invoice.ts'
import { invoiceOf } from '../../invoices/invoice-store.ts'
import { isAsked, withheldTaxes, withholdingPhrase } from '../../invoices/withholding.ts'
import { type Calendar, calendarsOf } from '../../organizations/calendar.ts'
import { organizationOf } from '../../organizations/organization-store.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Reader } from '../../platform/db/db.ts'
import { OneOf, OrNull } from '../../platform/http/fields.ts'
import { lateCustomers } from '../../receivables/receivable-store.ts'
import { boundSentences, laterPriceSentences, nextPeriodSentence } from './explain-later.ts'
import { explainedWithholdings, outdatedSentence, withholdingSentences } from './explain-withholding.ts'
import { becameSentence, eventsSentence, waitingSentences } from './explain-words.ts'
import { ruleFactsOf, selectRules } from './facts-store.ts'
import { outcomeSentence } from './outcomes.ts'
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
        invoiceId: OrNull(Type.String({ description: 'A fatura que fechou o período deste dia.' })),
        periods: Type.Array(
          Type.Object({
            startsOn: Type.String(),
            endsOn: Type.String(),
            scheduledOn: Type.String(),
            verdict: OneOf(['bill', 'uncharged', 'hold']),
            reason: OrNull(Type.String()),
            grossCents: OrNull(Type.Integer()),
            discountCents: OrNull(Type.Integer()),
            withholdings: Type.Array(
              Type.Object({
                tax: OneOf(withheldTaxes),
                rateMicros: Type.Integer(),
                baseCents: Type.Integer(),
                raw: OrNull(Type.String({ description: 'Em reais, antes de arredondar.' })),
                leastBaseCents: OrNull(Type.Integer({ description: 'A menor base de que se retém.' })),
                source: OrNull(Type.String({ description: 'O artigo que dispensa bases menores.' })),
                amountCents: Type.Integer(),
              }),
            ),
            netCents: OrNull(Type.Integer()),
          }),
        ),
      }),
    ),
  },
  { title: 'Explanation' },
)

/**
 * What a run of the day would do with the contract, and why, with all dates. It plans as a run does, and binds nothing; for a day to come as
 * a preview of that day.
 */
export async function explainContract(ctx: Ctx, contractId: number, asked?: CivilDate) {
  return ctx.transact(async tx => {
    const contract = (await contractFactsOf(tx, [contractId])).get(contractId)
    const record = await contractOf(tx, contractId)
    if (!contract || record === null) return refuse('not_found', 'Contrato não encontrado.', { status: 404 })
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
    if (!day)
      return refuse(
        'no_organization',
        'A conta ainda não tem organização: cadastre a empresa que fatura (no comando, bordero init) e repita.',
      )
    const late =
      own && organizationId !== undefined
        ? await lateCustomers(
            tx,
            organizationId,
            facts.map(rule => rule.customerId),
            own.lateUntil,
          )
        : new Set()
    const readjusted = await priceChangesOf(
      tx,
      facts.map(rule => rule.ruleId),
    )
    const timeZone = organizationId === undefined ? undefined : (await organizationOf(tx, organizationId))?.timeZone
    const outdated = await outdatedTakings(
      tx,
      facts.map(({ ruleId, organizationId, customerId, versions }) => ({
        ...{ ruleId, organizationId, customerId },
        terms: termsAt(versions, day),
      })),
    )
    const rules = []
    for (const rule of facts) {
      const ledger = await ledgerAround(tx, rule.ruleId, day, timeZone)
      const explained = explainRule(rule, day, own, ledger, readjusted.get(rule.ruleId) ?? [])
      const notice = outdated.has(rule.ruleId) ? [outdatedSentence(termsAt(rule.versions, day))] : []
      rules.push({ ...explained, sentences: [...explained.sentences, ...notice] })
    }
    return {
      contract: showId('contract', contractId),
      day,
      sentences: [
        ...contractSentences(contract, await suspensionsOf(tx, contractId), facts.length),
        ...cancelledSentences(record),
        // Who is late is known of today alone.
        ...(late.size > 0 && own !== undefined && day >= own.today ? [overdueSentence(contract.billWhileOverdue)] : []),
      ],
      rules,
    }
  })
}

function contractSentences(contract: RuleFacts['contract'], suspensions: readonly SuspensionRecord[], rules: number): string[] {
  const { validity } = contract
  const sentences: string[] = []
  if (contract.kind === 'purchase') sentences.push('É um contrato de compra: nada é faturado por ele.')
  if (validity === null) sentences.push('O contrato é um rascunho: nada é faturado até ele ser ativado.')
  else {
    const end = validity.endsOn === null ? 'em diante, sem data de fim' : `a ${formatDate(validity.endsOn)}`
    sentences.push(`Vigência: de ${formatDate(validity.startsOn)} ${end}.`)
  }
  for (const { fromOn, untilOn, chargeLater, reason } of suspensions) {
    // One that ended on the day on which it began holds no day.
    if (untilOn !== null && untilOn <= fromOn) continue
    const until = untilOn === null ? 'em diante, e ainda não foi retomado' : `a ${formatDate(lastDayOf(untilOn))}`
    const meaning = chargeLater
      ? 'os períodos que começam nesses dias serão cobrados depois'
      : 'os períodos que começam nesses dias não são cobrados'
    sentences.push(`Suspenso de ${formatDate(fromOn)} ${until}: ${meaning}.${reason === null ? '' : ` Motivo: ${reason}.`}`)
  }
  if (rules === 0) sentences.push('O contrato não tem regra de faturamento ativa.')
  return sentences
}

function cancelledSentences({ cancelledOn, cancelReason }: Contract): string[] {
  if (cancelledOn === null) return []
  return [`Cancelado com ${formatDate(cancelledOn)} como último dia${cancelReason === null ? '' : `: ${cancelReason}`}.`]
}

function overdueSentence(billsAnyway: boolean): string {
  return billsAnyway
    ? 'Hoje o cliente tem parcela vencida, mas o contrato permite faturar assim mesmo.'
    : 'Hoje o cliente tem parcela vencida: a fatura seria criada e ficaria sem emitir até ele pagar.'
}

function explainRule(
  rule: RuleFacts,
  day: CivilDate,
  organization: Calendar | undefined,
  ledger: LedgerAround,
  readjusted: readonly Application[],
) {
  const isToCome = organization !== undefined && day > organization.today
  const decisions = planRule(rule, { day, forecastFrom: isToCome ? organization.today : undefined })
  const sentences = decisions.map(decision => periodSentence(decision, organization))
  if (decisions.length === 0) sentences.push(quietSentence(rule, day, organization?.today ?? day, ledger))
  else if (ledger.isClosed && ledger.became !== null) sentences.unshift(ledger.became)
  return {
    rule: showId('invoice_rule', rule.ruleId),
    title: rule.title,
    invoiceId: ledger.invoice === null ? null : showId('invoice', ledger.invoice.id),
    sentences: [
      ...termsSentences(rule, day, ledger, readjusted),
      ...rule.readjustments.map(clauseSentence),
      ...sentences,
      ...waitingSentences(leftBy(rule, decisions)),
    ],
    periods: decisions.map(({ period, verdict }) => ({
      startsOn: period.startsOn,
      endsOn: period.endsOn,
      scheduledOn: period.scheduledOn,
      verdict: verdict.kind,
      reason: verdict.kind === 'bill' ? null : verdict.reason,
      ...amountsShown(verdict.kind === 'uncharged' ? null : verdict.plan, rule),
    })),
  }
}

function amountsShown(plan: InvoicePlan | null, { versions }: RuleFacts) {
  const terms = versions.find(({ version }) => version === plan?.termsVersion)
  return {
    grossCents: plan?.grossCents ?? null,
    discountCents: plan?.discountCents ?? null,
    withholdings:
      plan && terms
        ? explainedWithholdings(plan, terms).map(({ raw, ...each }) => ({ ...each, raw: raw === null ? null : rawTaxText(raw) }))
        : [],
    netCents: plan?.netCents ?? null,
  }
}

/** The terms of the day; of a period that was billed, those that billed it: a price of now was not its price. */
function termsSentences(
  rule: RuleFacts,
  day: CivilDate,
  { of, invoice }: LedgerAround,
  readjusted: readonly Application[],
): string[] {
  const billedBy = invoice === null ? undefined : rule.versions.find(({ version }) => version === of?.termsVersion)
  const terms = billedBy ?? termsAt(rule.versions, day)
  const startsOn = billedBy === undefined ? day : (of?.startsOn ?? day)
  const lines = linesOn(terms.lines, startsOn).map(line => {
    const note = noteOf(readjusted, { ...line, startsOn, termsVersion: terms.version })
    return note === null ? `${linePhrase(line)}.` : `${linePhrase(line)}. ${noteSentence(note)}`
  })
  return [
    `Fatura ${rhythmPhrase(terms)}; ${managementPhrase[terms.management]}.`,
    `${capitalized(duePhrase(terms))}.`,
    ...lines,
    ...laterPriceSentences(rule, terms, startsOn),
    ...boundSentences(terms, rule.last),
  ]
}

function capitalized(phrase: string): string {
  return phrase.charAt(0).toUpperCase() + phrase.slice(1)
}

function periodSentence({ period, verdict }: PeriodDecision, organization: Calendar | undefined): string {
  const lastDay = formatDate(lastDayOf(period.endsOn))
  const head = `Período de ${formatDate(period.startsOn)} a ${lastDay}, previsto para ${formatDate(period.scheduledOn)}:`
  if (verdict.kind === 'bill') return `${head} seria faturado. ${planSentence(verdict.plan, verdict.terms, organization)}`
  const reason = outcomeSentence('bill', verdict.reason, verdict.kind === 'hold' ? verdict.detail : null)
  return verdict.kind === 'hold' && verdict.plan
    ? `${head} não seria faturado (${amountsOfPlan(verdict.plan).join('; ')}).${eventsSentence(verdict.plan)} ${reason}`
    : `${head} não seria faturado. ${reason}`
}

/** 'bruto R$ 100,00', 'retenção de ISS R$ 5,00', 'líquido R$ 95,00' */
function amountsOfPlan({ grossCents, discountCents, withholdings, netCents }: InvoicePlan): string[] {
  return [
    `bruto ${formatBrl(grossCents)}`,
    ...(discountCents > 0 ? [`descontos ${formatBrl(discountCents)}`] : []),
    ...withholdings.filter(isAsked).map(({ tax, amountCents }) => `${withholdingPhrase(tax)} ${formatBrl(amountCents)}`),
    `líquido ${formatBrl(netCents)}`,
  ]
}

function planSentence(plan: InvoicePlan, terms: Terms, organization: Calendar | undefined): string {
  const parts = [...amountsOfPlan(plan), `competência ${formatMonth(plan.competence)}`]
  if (plan.proration) parts.push(`proporcional a ${plan.proration.days} de ${plan.proration.of} dias`)
  if (organization) {
    const due = dueDates(terms.due, maxDate(plan.scheduledOn, organization.today), organization.holidays).slice(
      0,
      plan.installments.length,
    )
    parts.push(`vencimento ${due.map(formatDate).join(', ')}`)
  }
  return `${capitalized(parts.join('; '))}.${withholdingSentences(plan, terms)}${eventsSentence(plan)}`
}

/** What of events would not be billed yet: a difference of price or of days, say, that waits for the next invoice. */
function leftBy({ parts }: RuleFacts, decisions: readonly PeriodDecision[]): EventPart[] {
  const billed = new Set(
    decisions.flatMap(({ verdict }) => (verdict.kind === 'bill' ? verdict.plan.events.map(({ part }) => part.id) : [])),
  )
  return parts.filter(({ id }) => !billed.has(id))
}

/** Why nothing of the rule is due: what became of the day's period, or that none was ever to be charged. */
function quietSentence(rule: RuleFacts, day: CivilDate, today: CivilDate, ledger: LedgerAround): string {
  const { coveredUntil, contract } = rule
  if (coveredUntil === null || contract.validity === null) return 'Ainda não há períodos.'
  const whatBecame = ledger.hasPeriods && ledger.became !== null ? ledger.became : beginningSentence(rule, day, contract.validity)
  if (!beginsWithin(validityOfRule(rule.versions, contract.validity), coveredUntil))
    return ledger.hasPeriods ? 'Todos os períodos da vigência já foram fechados.' : whatBecame
  return `${whatBecame} ${nextPeriodSentence(rule, today)}`
}

/** What of a rule's ledger speaks of a day. */
interface LedgerAround {
  hasPeriods: boolean
  /** The row that holds the day, or the seed after it; null when the ledger does not reach the day. */
  of: LedgerPage | null
  /** The one that closed that period. */
  invoice: Invoice | null
  /** Whether that is a period, and no run looks at it any more. */
  isClosed: boolean
  /** What became of that row, in a sentence. */
  became: string | null
}

async function ledgerAround(tx: Reader, ruleId: number, day: CivilDate, timeZone: string | undefined): Promise<LedgerAround> {
  const beginning = await ledgerOf(tx, ruleId, null, 2)
  const [row = null] = await ledgerOf(tx, ruleId, day, 1)
  const invoice = row === null || row.invoiceId === null ? null : await invoiceOf(tx, row.invoiceId)
  const isClosed = row !== null && row.disposition !== 'open' && row.disposition !== 'seed'
  const became = row === null ? null : becameSentence(row, invoice, timeZone)
  return { hasPeriods: beginning.length > 1, of: row, invoice, isClosed, became }
}

/** Nothing is closed yet: the day lies before what the rule bills at all, or nothing is due on it. */
function beginningSentence({ versions, coveredUntil }: RuleFacts, day: CivilDate, validity: Validity): string {
  if (coveredUntil === null || coveredUntil <= day) return 'Nada vence neste dia.'
  const { recurrence } = termsAt(versions, coveredUntil)
  const { startsOn } = intervalAround(recurrence, addDays(coveredUntil, -1))
  const before = nextPeriod(versions, startsOn)
  const isLeftOut = startsOn >= recurrence.anchor && chargeOf(before, termsAt(versions, startsOn), validity, []).charged === true
  if (!isLeftOut) return `A cobrança desta regra começa em ${formatDate(coveredUntil)}.`
  return `A cobrança desta regra começa em ${formatDate(coveredUntil)}; o que vem antes não é cobrado, porque ninguém disse quem o faturou. ${howToBillThePast}`
}

const howToBillThePast =
  'Para cobrar o passado, lance um evento de faturamento, ou apague o contrato enquanto nada dele foi faturado e importe-o de novo com "faturar_desde".'

function lastDayOf(endsOn: CivilDate): CivilDate {
  return addDays(endsOn, -1)
}

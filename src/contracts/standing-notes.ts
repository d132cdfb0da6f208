import { addDays, type CivilDate, formatDate } from '../core/dates.ts'
import { showId } from '../core/ids.ts'
import { type Cents, formatBrl, sum } from '../core/money.ts'
import type { Contract } from './contract.ts'
import type { EventKind, EventPart } from './events/billing-event.ts'
import { chargeOf, periodsForeseen, type Suspension, storedPeriod, type Validity, validityOfRule } from './ledger/coverage.ts'
import type { LedgerPage, OpenPeriod } from './ledger/coverage-store.ts'
import type { InvoiceRule } from './rules/invoice-rule.ts'
import { cutPhrase } from './rules/rule-sentence.ts'
import { type Terms, termsAt } from './rules/terms.ts'

/** What a cancelled or suspended contract leaves for a person to know, or to settle. */
export interface StandingNote {
  code: 'billed_beyond' | 'billed_whole' | 'billed_in_part' | 'not_charged' | 'event_unused'
  sentence: string
  invoiceId: number | null
  eventId: number | null
  kind: EventKind | null
  description: string | null
  amountCents: Cents | null
}

export interface RuleStanding {
  rule: InvoiceRule
  versions: readonly Terms[]
  /** Rows of the ledger that end after the day. */
  beyond: readonly LedgerPage[]
  open: readonly OpenPeriod[]
  parts: readonly EventPart[]
  /** Null: nothing will be billed of it any more. */
  nextBillingOn: CivilDate | null
}

/** The first day on which the contract is not served: after its cancellation, or of the suspension that goes on. Null: it is served. */
export function unservedFrom({ cancelledOn }: Contract, suspensions: readonly Suspension[]): CivilDate | null {
  if (cancelledOn !== null) return addDays(cancelledOn, 1)
  return suspensions.find(({ untilOn }) => untilOn === null)?.fromOn ?? null
}

/**
 * What was billed, or will be, beyond the day from which the contract is not served, and what of events no invoice takes any more.
 *
 * @param invoices what each invoice that stands asks for
 */
export function standingNotes(
  contract: Contract,
  facts: { validity: Validity; suspensions: readonly Suspension[] },
  from: CivilDate,
  rules: readonly RuleStanding[],
  invoices: ReadonlyMap<number, Cents>,
): StandingNote[] {
  const isCancelled = contract.cancelledOn !== null
  return rules.flatMap(standing => [
    ...standing.beyond.flatMap(row => billedBeyond(row, from, invoices)),
    ...toCome(standing, facts, from, isCancelled),
    ...(isCancelled && standing.nextBillingOn === null ? unused(standing.parts) : []),
  ])
}

const nothing = { invoiceId: null, eventId: null, kind: null, description: null, amountCents: null }

function billedBeyond(row: LedgerPage, from: CivilDate, invoices: ReadonlyMap<number, Cents>): StandingNote[] {
  const { startsOn, endsOn, invoiceId } = row
  const amountCents = invoiceId === null ? undefined : invoices.get(invoiceId)
  if (startsOn === null || invoiceId === null || amountCents === undefined) return []
  const lastDay = formatDate(addDays(endsOn, -1))
  const which =
    startsOn >= from ? `já cobra o período de ${formatDate(startsOn)} a ${lastDay}, que começa depois` : `já cobre até ${lastDay}`
  const sentence = `A fatura ${showId('invoice', invoiceId)} ${which} (${formatBrl(amountCents)}) e continua valendo: para devolver os dias a partir de ${formatDate(startsOn >= from ? startsOn : from)}, cancele a fatura ou conceda um crédito ao cliente.`
  return [{ ...nothing, code: 'billed_beyond', sentence, invoiceId, amountCents }]
}

/** The period that holds the day and is still to be billed. */
function toCome(
  { rule, versions, open }: RuleStanding,
  { validity, suspensions }: { validity: Validity; suspensions: readonly Suspension[] },
  from: CivilDate,
  isCancelled: boolean,
): StandingNote[] {
  const own = validityOfRule(versions, validity)
  const periods = open.map(row => storedPeriod(versions, row))
  if (rule.coveredUntil !== null) {
    for (const period of periodsForeseen(versions, rule.coveredUntil, own)) {
      if (period.startsOn >= from) break
      periods.push(period)
    }
  }
  return periods
    .filter(({ startsOn, endsOn }) => startsOn < from && endsOn > from)
    .flatMap(period => {
      const terms = termsAt(versions, period.startsOn)
      const charge = chargeOf(period, terms, own, suspensions)
      if (charge.charged !== true) return []
      const isWhole = charge.days === charge.of
      const how = isWhole ? 'inteiro' : `por ${charge.days} de ${charge.of} dias`
      const why = isCancelled
        ? `corte final: ${cutPhrase(terms.cutEnd)}`
        : 'a suspensão só deixa de cobrar os períodos que começam nela'
      const days = `${formatDate(period.startsOn)} a ${formatDate(addDays(period.endsOn, -1))}`
      const sentence = `O período de ${days} será faturado ${how} em ${formatDate(period.scheduledOn)} (${why}).`
      return [{ ...nothing, code: isWhole ? ('billed_whole' as const) : ('billed_in_part' as const), sentence }]
    })
}

function unused(parts: readonly EventPart[]): StandingNote[] {
  return [...Map.groupBy(parts, ({ eventId }) => eventId)].flatMap(([eventId, own]) => {
    const [first] = own
    if (first === undefined) return []
    const { kind, description } = first
    const amountCents = sum(own.map(part => part.amountCents))
    const sentence =
      kind === 'surcharge'
        ? `O acréscimo "${description}", ${formatBrl(amountCents)}, não será faturado por nenhuma fatura deste contrato: lance uma fatura avulsa e cancele o evento ${showId('billing_event', eventId)}.`
        : `O desconto "${description}", ${formatBrl(amountCents)}, não será usado por nenhuma fatura deste contrato: conceda um crédito ao cliente e cancele o evento ${showId('billing_event', eventId)}.`
    return [{ code: 'event_unused' as const, sentence, invoiceId: null, eventId, kind, description, amountCents }]
  })
}

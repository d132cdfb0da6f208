import type { Readjustment } from '../../contracts/readjustment/readjustment.ts'
import { type CivilDate, formatDate } from '../../core/dates.ts'
import { indexFacts } from '../../indices/price-index.ts'
import { clauseOf, type KnownRule } from '../plan/known.ts'

/** What readjusts a rule and stands in no column: clauses of single services, a date that has come, and what somebody said of the next. */
export function clausesLeft(rule: KnownRule, today: CivilDate, nameOf: (serviceItemId: number) => string): string[] {
  const whole = clauseOf(rule)
  return [
    ...rule.clauses.flatMap(({ index, serviceItemId }) =>
      serviceItemId === null ? [] : [`o reajuste pelo ${indexFacts[index].name} só do serviço ${nameOf(serviceItemId)}`],
    ),
    ...(whole === null ? [] : dateLeft(whole, today)),
  ]
}

function dateLeft({ index, nextOn, waitsFor, approvedOn }: Readjustment, today: CivilDate): string[] {
  const which = `reajuste de ${formatDate(nextOn)} pelo ${indexFacts[index].name}`
  if (nextOn <= today || waitsFor !== null) return [`o ${which} ainda não foi aplicado`]
  return approvedOn === nextOn ? [`a aprovação do ${which}`] : []
}

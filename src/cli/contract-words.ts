import type { Contract, ContractDetail, Rule } from './answers.ts'
import { ruleWords } from './find.ts'
import { contractStateWords, contractWord, dayWords, periodWords } from './words.ts'

/** A contract whole: who, since when, when it was suspended, and what its rules bill. */
export function contractDetailWords(it: ContractDetail): string {
  const { rules, suspensions } = it
  return [
    `Contrato ${contractWord(it)} (${it.id}): ${contractStateWords[it.state]}`,
    `Nome      ${it.name}`,
    `Cliente   ${it.customer.name} (${it.customer.id})`,
    `Vigência  ${validityWords(it)}`,
    ...suspensions.map(one => `Suspenso  ${suspensionWords(one)}`),
    ...rules.flatMap(rule => ['', ...ruleLines(rule)]),
    ...(rules.length === 0 ? ['', 'Nenhuma regra de faturamento.'] : []),
  ].join('\n')
}

export function ruleLines(rule: Rule): string[] {
  const next = rule.nextDueOn === null ? 'nada mais a faturar' : `próximo faturamento em ${dayWords(rule.nextDueOn)}`
  return [`Regra ${rule.id}: ${ruleWords(rule)}`, `  ${rule.terms.sentence}`, `  ${next}`]
}

/** '01/01/2027 a 31/12/2027', both days counted. */
export function validityWords({ startsOn, endsOn }: Contract): string {
  if (startsOn === null) return 'ainda não começou'
  return `${dayWords(startsOn)} ${endsOn === null ? 'em diante' : `a ${dayWords(endsOn)}`}`
}

function suspensionWords({ fromOn, untilOn, chargeLater, reason }: ContractDetail['suspensions'][number]): string {
  const days = untilOn === null ? `${dayWords(fromOn)} em diante` : daysUntil(fromOn, untilOn)
  return `${days}${chargeLater ? ', a cobrar depois' : ''}${reason === null ? '' : `: ${reason}`}`
}

function daysUntil(fromOn: string, untilOn: string): string {
  return untilOn > fromOn ? periodWords(fromOn, untilOn) : `em ${dayWords(fromOn)}, por nenhum dia`
}

import { firstOccurrenceOnOrAfter, intervalAround, occurrence, type Recurrence } from '../contracts/rules/recurrence.ts'
import { addDays, civilDate } from '../core/dates.ts'
import type { Contract, ContractDetail, Rule } from './answers.ts'
import { ruleWords } from './find.ts'
import {
  brl,
  contractName,
  contractStateWords,
  contractWord,
  dayWords,
  figure,
  periodWords,
  priceWords,
  quantityWords,
} from './words.ts'

type Printed = (args: string) => string

/** A contract whole: who, since when, when it was suspended, what its rules bill and at which price, and what it leaves to settle. */
export function contractDetailWords(it: ContractDetail, command: Printed): string {
  const { rules, suspensions, cancelledOn, cancelReason } = it
  return [
    `Contrato ${contractWord(it)} (${it.id}): ${contractStateWords[it.state]}`,
    `Nome      ${contractName(it)}`,
    `Cliente   ${it.customer.name} (${it.customer.id})`,
    `Vigência  ${validityWords(it)}`,
    ...suspensions.map(one => `Suspenso  ${suspensionWords(one)}`),
    ...(cancelledOn === null ? [] : [`Cancelado em ${dayWords(cancelledOn)}${cancelReason === null ? '' : `: ${cancelReason}`}`]),
    ...rules.flatMap(rule => ['', ...ruleLines(rule), ...nextBillingLines(rule, it, command).map(line => `  ${line}`)]),
    ...(rules.length === 0 ? ['', 'Nenhuma regra de faturamento.'] : []),
    ...noteLines(it, command),
  ].join('\n')
}

/** What a rule bills, line by line; what is written for later comes after it, with the period that it begins with. */
export function ruleLines(rule: Rule): string[] {
  const { terms, versions } = rule
  const later = versions.filter(({ version, validFrom }) => version > terms.version && validFrom > terms.validFrom)
  return [
    `Regra ${rule.id}: ${ruleWords(rule)}`,
    `  ${terms.sentence}`,
    ...boundLines(terms),
    `  Desde ${dayWords(terms.validFrom)}${notBilledYetWords(rule)}:`,
    ...terms.lines.map(line => `    ${lineWords(line)}`),
    ...later.flatMap(version => [
      `  A partir de ${dayWords(version.validFrom)}${firstPeriodWords(version, firstPeriodOf(version))}:`,
      ...version.lines.map(line => `    ${lineWords(line)}`),
    ]),
  ]
}

/** What waits for a person, whatever it costs. */
function boundLines({ maxAmountCents, maxGrowthPercent }: Rule['terms']): string[] {
  const bounds = [
    ...(maxAmountCents === null ? [] : [`${brl(maxAmountCents)} por fatura`]),
    ...(maxGrowthPercent === null ? [] : [`${quantityWords(maxGrowthPercent)}% a mais que a última`]),
  ]
  return bounds.length === 0
    ? []
    : [`  Limite de segurança: ${bounds.join('; ')}, do valor bruto (colunas valor_maximo e crescimento_maximo)`]
}

/** A change in the middle of a period is billed from the next one on: said until one was billed by it. */
function notBilledYetWords({ terms, versions, coveredUntil }: Rule): string {
  if (coveredUntil === null || terms.validFrom >= coveredUntil || terms.version === versions[0]?.version) return ''
  const recurrence = recurrenceOf(terms)
  const { startsOn } = intervalAround(recurrence, addDays(civilDate(coveredUntil), -1))
  return startsOn < terms.validFrom ? firstPeriodWords(terms, coveredUntil) : ''
}

function firstPeriodWords({ validFrom, priceChange }: Rule['terms'], first: string): string {
  if (first === validFrom) return ''
  const between = priceChange === 'prorate' ? ', e a diferença dos dias antes dele num evento' : ''
  return `, cobrado do período que começa em ${dayWords(first)} em diante${between}`
}

function firstPeriodOf(terms: Rule['terms']): string {
  const recurrence = recurrenceOf(terms)
  return occurrence(recurrence, firstOccurrenceOnOrAfter(recurrence, civilDate(terms.validFrom)))
}

function recurrenceOf({ recurrence: { unit, every, anchorOn } }: Rule['terms']): Recurrence {
  return { unit, every, anchor: civilDate(anchorOn) }
}

type Line = Rule['terms']['lines'][number]

/** '2 × Hospedagem, R$ 14,38 cada, menos 10%, de 01/03/2027 em diante' */
function lineWords({ quantity, description, unitPrice, discountPercent, discountCents, validFrom, validUntil }: Line): string {
  const discount =
    discountPercent !== null
      ? `, menos ${quantityWords(discountPercent)}%`
      : discountCents !== null && discountCents > 0
        ? `, menos ${brl(discountCents)}`
        : ''
  const from = validFrom === null ? '' : `, de ${dayWords(validFrom)} em diante`
  const until = validUntil === null ? '' : `, até ${dayWords(validUntil)}`
  return `${quantityWords(quantity)} × ${description}, R$ ${priceWords(unitPrice)} cada${discount}${from}${until}`
}

/** When the next period is truly billed, which is later than when a run next looks at it while the contract is suspended. */
function nextBillingLines(
  rule: ContractDetail['rules'][number],
  { id: contractId, state, suspensions }: Pick<ContractDetail, 'id' | 'state' | 'suspensions'>,
  command: Printed,
): string[] {
  const { id, archivedAt, nextBillingOn, nextByItselfOn, choiceFrom } = rule
  if (archivedAt !== null) return ['arquivada, nada mais a faturar']
  const isHeld = state === 'suspended' || suspensions.some(({ untilOn }) => untilOn === null)
  const nothing = isHeld ? 'próximo faturamento: nenhum enquanto suspenso' : 'nada mais a faturar'
  if (choiceFrom === null) {
    if (nextByItselfOn !== null) return [byItselfLine(rule, nextByItselfOn)]
    if (nextBillingOn === null) return [nothing]
    return [`só fatura a pedido, de ${dayWords(nextBillingOn)} em diante:`, `  ${command(`bill --contract ${contractId}`)}`]
  }
  return [
    `o período previsto para ${dayWords(choiceFrom)} espera que alguém escolha: nenhuma execução o fatura por si`,
    `  para faturá-lo: ${command(`bill --contract ${contractId} --catch-up`)}`,
    `  para dispensá-lo: ${command(`contracts waive ${id} --period <dia> --reason "motivo"`)}`,
    ...(nextByItselfOn === null ? [] : [byItselfLine(rule, nextByItselfOn)]),
    ...(rule.terms.management === 'on_request' ? ['o que vem depois desse, também só a pedido'] : []),
  ]
}

/** What has come already is billed on no day past: the period is named beside it. */
function byItselfLine({ dueSince, choiceFrom }: ContractDetail['rules'][number], on: string): string {
  const isLate = choiceFrom === null && dueSince !== null && dueSince < on
  return `próximo faturamento em ${dayWords(on)}${isLate ? `, do período previsto para ${dayWords(dueSince)}` : ''}`
}

/** The day of a list: what is suspended without an end has none, and what waits for somebody's choice comes on none by itself. */
export function nextBillingDay({
  state,
  nextBillingOn,
  nextByItselfOn,
  choiceFrom,
}: Pick<Contract, 'state' | 'nextBillingOn' | 'nextByItselfOn' | 'choiceFrom'>): string {
  if (choiceFrom !== null) return `espera --catch-up (${dayWords(choiceFrom)})`
  if (nextByItselfOn !== null) return dayWords(nextByItselfOn)
  if (nextBillingOn !== null) return `a pedido (${dayWords(nextBillingOn)})`
  return state === 'suspended' ? 'suspenso' : ''
}

/** Each thing that is left to know, with what settles it where a command does. */
function noteLines({ id, customerId, organizationId, notes }: ContractDetail, command: Printed): string[] {
  if (notes.length === 0) return []
  const credit = (cents: number, why: string) =>
    command(`customers credit ${customerId} ${figure(cents)} --organization ${organizationId} --reason "${why}"`)
  const remedies = ({ code, invoiceId, eventId, kind, description, amountCents }: ContractDetail['notes'][number]): string[] => {
    if (code === 'billed_beyond' && invoiceId !== null) return [command(`invoices show ${invoiceId}`)]
    if (code === 'not_charged' && description !== null && amountCents !== null)
      return [command(`events add ${id} acréscimo ${figure(amountCents)} "${description}"`)]
    if (code !== 'event_unused' || eventId === null || amountCents === null) return []
    const said = (description ?? '').replaceAll('"', '')
    const first =
      kind === 'surcharge'
        ? command(`invoices create ${id} ${figure(amountCents)} "${said}" --due dd/mm/aaaa`)
        : credit(amountCents, said)
    return [first, command(`events cancel ${eventId}`)]
  }
  return ['', 'Para saber:', ...notes.flatMap(note => [`  ${note.sentence}`, ...remedies(note).map(line => `    ${line}`)])]
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

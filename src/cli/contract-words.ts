import type { Contract, ContractDetail, Rule } from './answers.ts'
import { ruleWords } from './find.ts'
import { brl, contractStateWords, contractWord, dayWords, figure, periodWords, priceWords, quantityWords } from './words.ts'

type Printed = (args: string) => string

/** A contract whole: who, since when, when it was suspended, what its rules bill and at which price, and what it leaves to settle. */
export function contractDetailWords(it: ContractDetail, command: Printed): string {
  const { rules, suspensions, cancelledOn, cancelReason } = it
  return [
    `Contrato ${contractWord(it)} (${it.id}): ${contractStateWords[it.state]}`,
    `Nome      ${it.name}`,
    `Cliente   ${it.customer.name} (${it.customer.id})`,
    `Vigência  ${validityWords(it)}`,
    ...suspensions.map(one => `Suspenso  ${suspensionWords(one)}`),
    ...(cancelledOn === null ? [] : [`Cancelado em ${dayWords(cancelledOn)}${cancelReason === null ? '' : `: ${cancelReason}`}`]),
    ...rules.flatMap(rule => ['', ...ruleLines(rule), `  ${nextBillingWords(rule, it)}`]),
    ...(rules.length === 0 ? ['', 'Nenhuma regra de faturamento.'] : []),
    ...noteLines(it, command),
  ].join('\n')
}

/** What a rule bills, line by line; what is written for later comes after it, with its day. */
export function ruleLines(rule: Rule): string[] {
  const { terms, versions } = rule
  const later = versions.filter(({ version, validFrom }) => version > terms.version && validFrom > terms.validFrom)
  return [
    `Regra ${rule.id}: ${ruleWords(rule)}`,
    `  ${terms.sentence}`,
    `  Desde ${dayWords(terms.validFrom)}:`,
    ...terms.lines.map(line => `    ${lineWords(line)}`),
    ...later.flatMap(({ validFrom, lines }) => [
      `  A partir de ${dayWords(validFrom)}:`,
      ...lines.map(line => `    ${lineWords(line)}`),
    ]),
  ]
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
export function nextBillingWords(
  { archivedAt, nextBillingOn }: ContractDetail['rules'][number],
  { state, suspensions }: Pick<ContractDetail, 'state' | 'suspensions'>,
): string {
  if (archivedAt !== null) return 'arquivada, nada mais a faturar'
  if (nextBillingOn !== null) return `próximo faturamento em ${dayWords(nextBillingOn)}`
  const isHeld = state === 'suspended' || suspensions.some(({ untilOn }) => untilOn === null)
  return isHeld ? 'próximo faturamento: nenhum enquanto suspenso' : 'nada mais a faturar'
}

/** The day of a list: what is suspended without an end has none. */
export function nextBillingDay({ state, nextBillingOn }: Pick<Contract, 'state' | 'nextBillingOn'>): string {
  if (nextBillingOn !== null) return dayWords(nextBillingOn)
  return state === 'suspended' ? 'suspenso' : ''
}

/** Each thing that is left to know, with what settles it where a command does. */
function noteLines({ id, customerId, organizationId, notes }: ContractDetail, command: Printed): string[] {
  if (notes.length === 0) return []
  const credit = (cents: number, why: string) =>
    command(`customers credit ${customerId} ${figure(cents)} --organization ${organizationId} --reason "${why}"`)
  const remedies = ({ code, invoiceId, eventId, kind, description, amountCents }: ContractDetail['notes'][number]): string[] => {
    if (code === 'billed_beyond' && invoiceId !== null) return [command(`invoices show ${invoiceId}`)]
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

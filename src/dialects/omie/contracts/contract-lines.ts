import type { LineInput } from '../../../contracts/rules/read-terms.ts'
import type { WithholdingInput } from '../../../contracts/rules/read-withholdings.ts'
import { TAXES, type Tax } from '../../../contracts/rules/terms.ts'
import { parseCivilDate } from '../../../core/dates.ts'
import { type Decimal, decimal, micros, multiplyToCents, parseDecimal } from '../../../core/money.ts'
import type { Worded } from '../../worded.ts'
import { missingTag, wrongValue } from '../fault.ts'
import { type Param, partIn, textIn, textUpTo, wholeIn } from '../read-param.ts'
import { activityOf } from './activity.ts'

/** What codes of theirs name with us; null: nothing of ours, and the code is merely kept. */
export interface Books {
  category(code: string): number | null
  department(code: string): number | null
  project(id: number): number | null
  /** By what an item says of it where it names none (`item-services.ts`). */
  service(code: string): number | null
}

/** Nothing named is anything of ours. */
export const noBooks: Books = { category: () => null, department: () => null, project: () => null, service: () => null }

/** What an item of theirs is billed as: a line, and behind all of these one for its surcharge, where it has any. */
export interface ItemLines {
  main: LineInput
  surcharge: LineInput | null
}

/** The one that it names, or that its codes stand for. */
export function serviceOf(item: Param, books: Books): number | null {
  const activity = activityOf(item)
  return wholeIn(partIn(item, 'itemCabecalho'), 'codServico') || (activity && books.service(activity.code))
}

export function linesOfItem(item: Param, books: Books): ItemLines {
  const head = partIn(item, 'itemCabecalho')
  const validity = partIn(item, 'itemOutrasInf')
  const serviceItemId = serviceOf(item, books)
  if (serviceItemId === null) throw missingTag('codServico', 'codLC116')
  const unitPrice = decimalIn(head, 'valorUnit')
  if (unitPrice === undefined) throw missingTag('valorUnit')
  const category = textIn(head, 'cCodCategItem')?.trim() || undefined
  const description = textUpTo(partIn(item, 'itemDescrServ'), 'descrCompleta', 1000) ?? null
  const each = {
    serviceItemId,
    validFrom: parseCivilDate(textIn(validity, 'dItVigInicial') ?? ''),
    validUntil: parseCivilDate(textIn(validity, 'dItVigFinal') ?? ''),
    categoryId: category === undefined ? null : books.category(category),
  }
  // Done, and not asked for: the whole of it is taken off.
  const free = textIn(head, 'cNaoGerarFinanceiro') === 'S' ? { discountPercent: hundred } : null
  const main = {
    ...each,
    description,
    quantity: decimalIn(head, 'quant') ?? one,
    unitPrice,
    ...(free ?? discountOf(head)),
    withheldCents: free ? null : withheldCentsOf(head),
  }
  const surcharge = decimalIn(head, 'valorAcrescimo') ?? zero
  if (micros(surcharge) < 0n) throw wrongValue('valorAcrescimo', 'informe zero ou mais.')
  if (micros(surcharge) === 0n) return { main, surcharge: null }
  return {
    main,
    surcharge: {
      ...each,
      description: description?.trim() ? `Acréscimo: ${description}`.slice(0, 1000) : 'Acréscimo',
      quantity: one,
      unitPrice: surcharge,
      ...free,
      withheldCents: null,
    },
  }
}

/** As a rule says them: those of the items in their order, then their surcharges. */
export function inOrder(items: readonly ItemLines[]): LineInput[] {
  return [...items.map(({ main }) => main), ...items.flatMap(({ surcharge }) => surcharge ?? [])]
}

const zero = decimal('0')
const one = decimal('1')
const hundred = decimal('100')

export function decimalIn(param: Param, tag: string): Decimal | undefined {
  const text = textIn(param, tag)
  if (text === undefined) return undefined
  const value = parseDecimal(text)
  if (value === null) throw wrongValue(tag, 'informe um número de até doze dígitos e seis casas.')
  return value
}

/** `cTpDesconto` P: a share of the line; V: an amount of it. Clients send 0 for none. */
function discountOf(head: Param): Pick<LineInput, 'discountPercent' | 'discountCents'> {
  const kind = textIn(head, 'cTpDesconto') || ''
  if (kind === '') return {}
  if (kind !== 'P' && kind !== 'V') throw wrongValue('cTpDesconto', 'use P ou V.')
  const said = decimalIn(head, kind === 'P' ? 'aliqDesconto' : 'valorDesconto') ?? zero
  if (micros(said) === 0n) return {}
  return kind === 'P' ? { discountPercent: said } : { discountCents: multiplyToCents(one, said) }
}

// --- What whoever pays withholds ---

/** `valorOutrasRetencoes` is an amount of the item. Clients send 0 for none. */
function withheldCentsOf(head: Param): number | null {
  const amount = decimalIn(head, 'valorOutrasRetencoes') ?? zero
  if (micros(amount) < 0n) throw wrongValue('valorOutrasRetencoes', 'informe zero ou mais.')
  return multiplyToCents(one, amount) || null
}

const taxTags: Readonly<Record<Tax, readonly [rate: string, withheld: string, reduction: string | null]>> = {
  irrf: ['aliqIR', 'retIR', null],
  pis: ['aliqPIS', 'retPIS', 'redBasePIS'],
  cofins: ['aliqCOFINS', 'retCOFINS', 'redBaseCOFINS'],
  csll: ['aliqCSLL', 'retCSLL', null],
  inss: ['aliqINSS', 'retINSS', 'redBaseINSS'],
  iss: ['aliqISS', 'retISS', null],
}

/**
 * Where all items withhold the same, the rule says it, and what is billed besides by a person goes by it too; where they differ, each line
 * says its own.
 */
export function taxed(
  items: readonly Param[],
  lines: readonly ItemLines[],
): { lines: LineInput[]; withholdings: WithholdingInput[] } {
  const own = items.map(item => withheldOf(item))
  const [first = []] = own
  if (own.every(each => JSON.stringify(each) === JSON.stringify(first))) {
    return { lines: inOrder(lines.map(each => saying(each, null))), withholdings: first }
  }
  return { lines: inOrder(lines.map((each, i) => saying(each, own[i] ?? []))), withholdings: [] }
}

function saying({ main, surcharge }: ItemLines, withholdings: WithholdingInput[] | null): ItemLines {
  return { main: { ...main, withholdings }, surcharge: surcharge && { ...surcharge, withholdings } }
}

/** What is withheld of an item, each tax in the order of ours. */
export function withheldOf(item: Param): WithholdingInput[] {
  const taxes = partIn(item, 'itemImpostos')
  return TAXES.flatMap(tax => {
    const [rateTag, withheldTag, reductionTag] = taxTags[tax]
    if (textIn(taxes, withheldTag) !== 'S') return []
    const left = reductionTag === null ? WHOLE : WHOLE - percentIn(taxes, reductionTag)
    // Percent in millionths, of what the reduction leaves, as millionths of the whole: half up.
    const rateMicros = Number((percentIn(taxes, rateTag) * left + 50n * WHOLE) / (100n * WHOLE))
    return rateMicros === 0 ? [] : [{ tax, rateMicros }]
  })
}

/** As an item says what is withheld of it. `said` is what it said before: of a tax that stands as it was said nothing is told anew. */
export function taxesShown(said: readonly WithholdingInput[], withheld: readonly WithholdingInput[]): Record<string, unknown> {
  const rateOf = (rates: readonly WithholdingInput[], tax: Tax) => rates.find(each => each.tax === tax)?.rateMicros
  const shown = TAXES.flatMap(tax => {
    const [rateTag, withheldTag, reductionTag] = taxTags[tax]
    const rate = rateOf(withheld, tax)
    if (rate === rateOf(said, tax)) return []
    if (rate === undefined) return [[withheldTag, 'N']]
    const whole = reductionTag === null ? [] : [[reductionTag, 0]]
    return [[rateTag, rate / 10_000], [withheldTag, 'S'], ...whole]
  })
  return Object.fromEntries(shown)
}

/** Why an item cannot be taken at its word: what it says of a discount or a tax would come to nothing, or to something else. */
export function unclearIn(item: Param): Worded | null {
  const head = partIn(item, 'itemCabecalho')
  const isNone = (part: Param, tag: string) => micros(decimalIn(part, tag) ?? zero) === 0n
  const kind = textIn(head, 'cTpDesconto') || ''
  const [own, other] = kind === 'P' ? ['aliqDesconto', 'valorDesconto'] : ['valorDesconto', 'aliqDesconto']
  if (['P', 'V'].includes(kind) && isNone(head, own) && !isNone(head, other)) {
    return wrongValue(own, `com [cTpDesconto] "${kind}" o desconto vem nesta tag, e não em [${other}].`)
  }
  const taxes = partIn(item, 'itemImpostos')
  for (const [rateTag, withheldTag] of Object.values(taxTags)) {
    if (textIn(taxes, withheldTag) !== 'S') continue
    if (textIn(taxes, 'cUtilizaValorImposto') === 'S') {
      return wrongValue(
        'cUtilizaValorImposto',
        'um tributo é retido por alíquota, e não por um valor fixo; informe N e a alíquota.',
      )
    }
    if (isNone(taxes, rateTag)) {
      return wrongValue(
        rateTag,
        `com [${withheldTag}] "S" informe a alíquota retida; para não reter, informe [${withheldTag}] "N".`,
      )
    }
  }
  return null
}

/** 100 % in millionths of a percent. */
const WHOLE = 100_000_000n

function percentIn(taxes: Param, tag: string): bigint {
  const percent = micros(decimalIn(taxes, tag) ?? zero)
  if (percent < 0n || percent > WHOLE) throw wrongValue(tag, 'informe uma porcentagem de 0 a 100.')
  return percent
}

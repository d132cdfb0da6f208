// A rule made of a template and of what is said in its place (F: "Cria Regra a partir do Modelo de faturamento", tables 1.1 to 1.4).

import { type CivilDate, civilDate } from '../../core/dates.ts'
import type { Faults, PlaceOf } from '../../core/faults.ts'
import { showId } from '../../core/ids.ts'
import { given } from '../../core/text.ts'
import type { ReadjustmentInput } from '../readjustment/read-readjustment.ts'
import type { RuleInput } from '../rules/invoice-rule.ts'
import type { DueInput, LineInput, RecurrenceInput } from '../rules/read-terms.ts'
import { type InvoiceTemplate, type TemplateReadjustment, typeOf } from './invoice-template.ts'
import {
  type DueWish,
  type KnownTemplate,
  type LineWish,
  type Outcome,
  onlySaid,
  overridden,
  overriddenDetails,
  overriddenDue,
  overriddenLines,
  placeIn,
} from './override.ts'

/** A rule as somebody asks for it: whole, or what differs from a template and what a template does not say. */
export interface RuleWish extends Omit<RuleInput, 'recurrence' | 'due' | 'lines'> {
  recurrence?: Partial<RecurrenceInput>
  due?: DueWish
  lines?: readonly LineWish[]
  readjustments?: readonly ReadjustmentWish[]
  /** For who knows no `replacesRuleId`: what other rules have billed is left to them, and it begins afterwards. */
  beginsAfterBilled?: boolean
}

/** A readjustment of the template, which gets its start here; without its id, one beside those. */
export type ReadjustmentWish = Partial<ReadjustmentInput> & {
  templateReadjustmentId?: number | null
  remove?: boolean
}

export interface AskedRule {
  input: RuleInput
  readjustments: ReadjustmentInput[]
  /** Where in the wish a fault of the input is told; those of readjustment i are at `/readjustments/i`. */
  placeOf: PlaceOf
}

/** Tells that something is missing at a place of the wish, and mutes what is found of whatever stands there meanwhile. */
type Missing = (place: string, standIn?: string) => void

/**
 * The rule that is asked for. A template never says when anything begins, nor what the rule is called. What is missing is added to
 * `faults`, and something stands in its place, so that the rest is judged at once.
 */
export function ruleFromTemplate(known: KnownTemplate | null, wish: RuleWish, faults: Faults): AskedRule {
  const template = known?.template ?? null
  const muted: string[] = []
  const missing: Missing = (place, standIn = place) => {
    faults.add(place, 'required', 'Este campo é obrigatório.')
    muted.push(standIn)
  }
  if (template !== null && typeOf(template) === 'invoice') {
    faults.add('/templateId', 'template_is_one_off', 'Este modelo é de uma única vez: serve a faturas avulsas, não a regras.')
  }
  if (template !== null && given(wish.title) === null) missing('/title')
  const { recurrence, due: dueWish, lines: lineWishes, readjustments: clauseWishes = [], details: said, ...rest } = wish
  const lines = overriddenLines(template, lineWishes ?? [], faults)
  if (template === null && lineWishes === undefined) missing('/lines')
  const clauses = overriddenReadjustments(template, clauseWishes, faults)
  const [placeOfLine, placeOfClause] = [placeIn('/lines', lines), placeIn('/readjustments', clauses)]
  const details = overriddenDetails(known?.details ?? null, said, wish.paymentMethod ?? template?.paymentMethod ?? 'boleto')
  const input: RuleInput = {
    ...(template && saidBy(template)),
    ...onlySaid(rest),
    recurrence: recurrenceOf(template, recurrence, missing),
    due: dueOf(template, dueWish, missing),
    lines: lines.map(({ value }, i) => withService(value, `/lines/${i}/serviceItemId`, placeOfLine, missing)),
    ...(details !== undefined && { details }),
  }
  return {
    input,
    readjustments: clauses.map(({ value }, i) => begun(value, template, `/readjustments/${i}`, placeOfClause, faults)),
    placeOf: path => {
      const isMuted = muted.some(place => path === place || path.startsWith(`${place}/`))
      return isMuted ? null : placeOfLine(placeOfClause(path) ?? path)
    },
  }
}

function saidBy({ id, competenceShift, paymentMethod, management, description }: InvoiceTemplate): Partial<RuleInput> {
  return { templateId: id, competenceShift, paymentMethod, management, description }
}

/** Stands where a day is missing. */
const ANY_DAY = civilDate('2000-01-01')

/** Three months are not three weeks: with another unit the template's number says nothing. */
function recurrenceOf(
  template: InvoiceTemplate | null,
  wish: Partial<RecurrenceInput> | undefined,
  missing: Missing,
): RecurrenceInput {
  const known = template?.recurrence ?? null
  const unit = wish?.unit ?? known?.unit
  if (template === null && wish === undefined) missing('/recurrence')
  else {
    // That a template of one invoice has no rhythm was told where it was chosen.
    if (template === null && unit === undefined) missing('/recurrence/unit')
    if (wish?.anchorOn === undefined) missing('/recurrence/anchorOn')
  }
  const every = wish?.every ?? (unit === known?.unit ? known?.every : undefined)
  return { unit: unit ?? 'month', ...(every !== undefined && { every }), anchorOn: wish?.anchorOn ?? ANY_DAY }
}

function dueOf(template: InvoiceTemplate | null, wish: DueWish | undefined, missing: Missing): DueInput {
  const due = overriddenDue(template, wish)
  if (due === null) missing(wish === undefined ? '/due' : '/due/kind', '/due')
  return due ?? { kind: 'last_day_of_month' }
}

/** No service has this number. */
const NO_SERVICE = 0

function withService(
  { serviceItemId, ...line }: Omit<LineInput, 'serviceItemId'> & { serviceItemId: number | null },
  path: string,
  placeOf: PlaceOf,
  missing: Missing,
): LineInput {
  if (serviceItemId === null) missing(placeOf(path) ?? path, path)
  return { ...line, serviceItemId: serviceItemId ?? NO_SERVICE }
}

// --- Readjustments ---

type Clause = Partial<ReadjustmentInput> & { ofTemplate?: TemplateReadjustment }

function overriddenReadjustments(
  template: InvoiceTemplate | null,
  wishes: readonly ReadjustmentWish[],
  faults: Faults,
): Outcome<Clause>[] {
  const usual = template === null ? {} : { allowsNegative: template.allowsNegative }
  const known = (template?.readjustments ?? []).map(ofTemplate => {
    const { id, serviceItemId, index, everyMonths, noticeDays } = ofTemplate
    const value: Clause = { ...usual, serviceItemId, index, noticeDays, ofTemplate, ...(everyMonths !== null && { everyMonths }) }
    return { id, value }
  })
  const entries = wishes.map(({ templateReadjustmentId: of = null, remove, ...wish }) => ({ of, removes: remove, wish }))
  const words = { path: '/readjustments', name: 'templateReadjustmentId', unknown: 'O modelo não tem este reajuste.' }
  return overridden<Clause>(known, entries, wish => ({ ...usual, ...onlySaid(wish) }), words, faults)
}

/** What a clause needs and no template gives: the day on which it begins. */
function begun(
  { ofTemplate, index, startsOn, ...clause }: Clause,
  template: InvoiceTemplate | null,
  path: string,
  placeOf: PlaceOf,
  faults: Faults,
): ReadjustmentInput {
  const place = placeOf(path)
  if (index === undefined) faults.add(`${place}/index`, 'required', 'Este campo é obrigatório.')
  if (startsOn === undefined && place !== '/templateId') faults.add(`${place}/startsOn`, 'required', 'Este campo é obrigatório.')
  else if (startsOn === undefined && ofTemplate !== undefined) {
    const shown = showId('invoice_template_readjustment', ofTemplate.id)
    const message = `O modelo "${template?.name}" tem o reajuste ${shown}, e não diz quando ele começa: informe templateReadjustmentId com startsOn, ou com remove.`
    faults.add('/readjustments', 'required', message)
  }
  const begins: CivilDate = startsOn ?? ANY_DAY
  return { ...clause, index: index ?? 'igpm', startsOn: begins }
}

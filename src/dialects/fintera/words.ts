import type { Fault, Refusal } from '../../core/refusal.ts'
import type { ForeignAnswer, ForeignRequest } from '../../platform/http/foreign-route.ts'
import { withoutOurs } from '../our-words.ts'
import { Worded } from '../worded.ts'

/**
 * Of a model each field has a list of texts, of a form one text, of an action there is one text for all (vendors/README.md §3.6). Of a
 * subscription the model of its customer stands within it.
 */
export type Shape = 'model' | 'form' | 'action' | 'nested'

export interface Words {
  readonly shape: Shape
  /** Which field of theirs stands behind a place in our input; `*` is any index. */
  readonly fields?: Readonly<Record<string, string>>
  /** Which one, by our code, wherever we saw it. */
  readonly fieldsByCode?: Readonly<Record<string, string>>
  /** Texts of their own, by our code. */
  readonly texts?: Readonly<Record<string, string>>
}

export interface Said {
  readonly field: string
  readonly text: string
}

export const blank = 'não pode ficar em branco'
export const invalid = 'inválido'
export const notNumeric = 'deve ser numérico'
/** '1.000' */
export const ambiguous = 'é ambíguo: escreva com duas casas decimais, como 1000.00 ou 1,00'

/** By our codes; what is not here is told by our own sentence, which is Portuguese too. */
const texts: Readonly<Record<string, string>> = {
  blank,
  required: blank,
  cnpj_taken: 'já está em uso',
  tax_id_taken: 'já está em uso',
  invalid_cnpj: invalid,
  invalid_tax_id: invalid,
  tax_id_of_other_kind: invalid,
  invalid_email: invalid,
  invalid_text: invalid,
  unknown_uf: invalid,
  invalid_zip_code: 'Por favor digite um CEP válido.',
  invalid_price: notNumeric,
  negative_price: 'deve ser maior ou igual a 0',
  negative_amount: 'deve ser maior ou igual a 0',
  quantity_not_positive: 'deve ser maior que 0',
  percents_not_100: 'Os vencimentos não totalizam 100%.',
}

/** How a request is told that it did not succeed, whatever it was that refused it. */
export function tellRefusal(refusal: Refusal, words: Words = { shape: 'action' }, asked?: ForeignRequest): ForeignAnswer {
  const { status, code, faults } = refusal
  const message = withoutOurs(refusal.message)
  if (status === 401 || status === 404 || status === 405) return { status: status === 405 ? 404 : status }
  if (status === 400 || status === 403 || status === 413 || status === 415 || status >= 500)
    return { status, body: { errors: message } }
  if (code === 'idempotency_in_progress') return { status, body: { errors: message } }
  const said = saidOf(withinWrapper(faults, asked), words)
  return { status: 422, body: { errors: said.length === 0 ? (words.texts?.[code] ?? message) : errorsIn(words.shape, said) } }
}

const wrappers = [
  'organization',
  'company',
  'person',
  'service_item',
  'contract',
  'invoice',
  'invoice_rule',
  'receivable',
  'plan',
  'subscription',
]

/** Of a body that is wrapped under a name its fields are told without it, as they are of one that is flat. */
function withinWrapper(faults: readonly Fault[], asked: ForeignRequest | undefined): readonly Fault[] {
  const body = asked?.body
  const wrapper = wrappers.find(name => typeof body === 'object' && body !== null && isObject(Reflect.get(body, name)))
  const start = `/${wrapper}/`
  return wrapper === undefined
    ? faults
    : faults.map(fault => (fault.path.startsWith(start) ? { ...fault, path: fault.path.slice(start.length - 1) } : fault))
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function saidOf(faults: readonly Fault[], words: Words): Said[] {
  return faults.map(({ path, code, message }) => ({
    field: words.fieldsByCode?.[code] ?? fieldOf(path, words),
    text: words.texts?.[code] ?? texts[code] ?? withoutOurs(message),
  }))
}

function fieldOf(path: string, { fields = {} }: Words): string {
  const pattern = path.replace(/\/\d+(?=\/|$)/g, '/*')
  return (
    fields[pattern] ??
    (path
      .slice(1)
      .replaceAll('/', '.')
      .replace(/\.\d+(?=\.|$)/g, '') ||
      'base')
  )
}

function errorsIn(shape: Shape, said: readonly Said[]): unknown {
  if (shape === 'action') return said[0]?.text
  const byField = Map.groupBy(said, ({ field }) => field)
  if (shape === 'nested') return nested([...byField].map(([field, of]) => [field.split('.'), of.map(({ text }) => text)]))
  return Object.fromEntries(
    [...byField].map(([field, of]) => {
      const each = [...new Set(of.map(({ text }) => text))]
      return [field, shape === 'model' ? each : each.join(', ')]
    }),
  )
}

function nested(all: readonly (readonly [path: readonly string[], texts: readonly string[]])[]): object {
  const byName = Map.groupBy(all, ([[name = '']]) => name)
  return Object.fromEntries(
    [...byName].map(([name, of]) => {
      const deeper = of.filter(([path]) => path.length > 1).map(([path, texts]) => [path.slice(1), texts] as const)
      return [name, deeper.length > 0 ? nested(deeper) : [...new Set(of.flatMap(([, texts]) => texts))]]
    }),
  )
}

/** What is wrong with what was sent, in their words. */
export class Faulted extends Worded {
  constructor(shape: Shape, said: readonly Said[]) {
    super({ status: 422, body: { errors: errorsIn(shape, said) } })
  }
}

/** A search without what it searches by. */
export function refuseSearch(...names: string[]): never {
  throw new Worded({ status: 400, body: { errors: `Parâmetro(s) inválido(s) para busca: ${names.join(', ')}` } })
}

/** A search by a stretch of days without both of its ends. */
export function refuseStretch(...names: string[]): never {
  const told = `Parâmetro(s) obrigatório(s) para busca não encontrado(s) ou inválido(s): ${names.join(', ')}`
  throw new Worded({ status: 400, body: { errors: told } })
}

export function notThere(): never {
  throw new Worded({ status: 404 })
}

/** An action that the state of its subject does not allow. */
export function refuseAction(text: string): never {
  throw new Worded({ status: 422, body: { errors: text } })
}

import type { Fault, Refusal } from '../../core/refusal.ts'
import type { ForeignAnswer } from '../../platform/http/foreign-route.ts'
import { withoutOurs } from '../our-words.ts'
import { Worded } from '../worded.ts'
import { isGuidNoun, toGuid } from './guid.ts'

/** How the refusals of an operation are worded. */
export interface Words {
  /** What is told where the record that the address names is not there. */
  readonly notFound?: string
  /** It replaces a whole record: a body that cannot be read is told as they tell it there. */
  readonly isReplacing?: boolean
}

// --- Texts that clients know ---

export const scheduleNotFound = 'Agendamento não encontrado'
export const installmentNotFound = 'Parcelamento não encontrado'
export const accountNotFound = 'Conta bancária não encontrada.'
export const fileNotFound = 'Arquivo não encontrado'
export const annotationNeeded = 'Informe uma anotação.'
export const receiptNotFound = 'Recebimento não encontrado.'
export const notPositive = 'Valor do agendamento deve ser positivo'
export const notCompatible = 'Stakeholder is not compatible'
export const descriptionNeeded = 'A descrição é obrigatório.'
const unexpected = 'O Nibo se comportou de forma inesperada.'

/** What our nouns find wrong, in their words; `*` is any index. */
const known: readonly [code: string, path: RegExp, text: string][] = [
  ['percents_not_whole', /^\/costCentres/, 'A soma do percentual total dos Centros de Custo deve ser de 100%'],
  [
    'values_not_whole',
    /^\/costCentres/,
    'A soma dos valores totais dos Centros de Custo deve ser igual ao valor do agendamento.',
  ],
  ['apportionment_disabled', /^\/categories/, 'Utilize apenas uma categoria'],
  ['apportionment_disabled', /^\/costCentres/, 'Utilize apenas um centro de custo'],
  ['unknown_customer', /./, notCompatible],
]

// --- Answers ---

export function validationError(description: string): ForeignAnswer {
  return { status: 500, body: { error: 'validation_error', error_description: description } }
}

/** What cannot be done, in a sentence. */
export function refuseWith(description: string): never {
  throw new Worded(validationError(description))
}

/** How they answer a replacement that they could not read: it looks as if it had gone well, and nothing was saved (vendors §4.3). */
export const unreadReplacement: ForeignAnswer = { status: 200, body: { Messages: [''] } }

/** How a request is told that it did not succeed, whatever it was that refused it. */
export function tellRefusal(refusal: Refusal, words?: Words): ForeignAnswer {
  const { status, code, faults } = refusal
  if (status === 401) return { status, body: { Message: 'Authorization has been denied for this request.' } }
  if (status === 405 || (status === 404 && words === undefined)) return ofGateway(404, 'Resource not found')
  if ((code === 'malformed_json' || code === 'malformed_utf8') && words?.isReplacing === true) return unreadReplacement
  // Whoever is told so tries again, where a body that is wrong would be mended.
  if (code === 'idempotency_in_progress') return ofGateway(409, inTheirs(refusal.message))
  if (status === 503 || [403, 413, 415, 429].includes(status)) return ofGateway(status, inTheirs(refusal.message))
  if (status >= 500) return { status: 500, body: { error: 'internal_server_error', error_description: unexpected } }
  if (status === 404) return validationError(words?.notFound ?? inTheirs(refusal.message))
  const told = code === 'invalid_input' && faults.length > 0 ? faults.map(textOf) : [inTheirs(refusal.message)]
  return validationError([...new Set(told)].join(' '))
}

/** A sentence of ours, with their ids. */
function inTheirs(sentence: string): string {
  return withoutOurs(sentence, (noun, id) => (isGuidNoun(noun) ? toGuid(noun, id) : String(id)))
}

/** What stands before their program answers: no such address, no key, too much. */
function ofGateway(statusCode: number, message: string): ForeignAnswer {
  return { status: statusCode, body: { statusCode, message } }
}

function textOf({ code, path, message }: Fault): string {
  return known.find(([of, at]) => of === code && at.test(path))?.[2] ?? inTheirs(message)
}

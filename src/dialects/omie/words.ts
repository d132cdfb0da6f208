import type { Fault, Refusal } from '../../core/refusal.ts'
import type { ForeignAnswer, ForeignRequest } from '../../platform/http/foreign-route.ts'
import { withoutOurs } from '../our-words.ts'
import { fault, faultAnswer } from './fault.ts'

export interface Words {
  /** Which tag of theirs stands behind a place in our input; `*` is any index. */
  readonly tags?: Readonly<Record<string, string>>
  /** How it is said that what was asked for does not exist; the code differs from resource to resource. */
  readonly notThere?: { readonly code: number; readonly text: string }
  /** What a refusal or a fault of ours says to somebody who has these methods and none of our commands, by its code. */
  readonly says?: Readonly<Record<string, string>>
}

/** As `says`, wherever it is met. */
const theirs: Readonly<Record<string, string>> = {
  archived_customer: 'O cliente está inativo; reative-o com AlterarCliente, com a tag [inativo] igual a "N".',
  archived_service_item: 'O serviço foi tirado de uso no Bordero; informe outro, ou volte a usá-lo lá.',
  contract_not_begun: 'O contrato ainda não começou; cancele-o no dia em que ele começa, ou depois.',
}

/** The method that the body calls; null where it calls none. */
export function callOf({ body }: ForeignRequest): string | null {
  const call = typeof body === 'object' && body !== null ? Reflect.get(body, 'call') : null
  return typeof call === 'string' ? call : null
}

/** How a request is told that it did not succeed, whatever it was that refused it. All of it is HTTP 500. */
export function tellRefusal(refusal: Refusal, words: Words | undefined, asked: ForeignRequest): ForeignAnswer {
  const { status, code, faults } = refusal
  const message = saidOf(code, refusal.message, words)
  const special = byCode[code]
  if (special !== undefined) return special(asked)
  if (status === 404) {
    // Nobody knows the method before it is known what exists.
    if (words === undefined) return byCode.not_found?.(asked) ?? faultAnswer('Server', message)
    const { code: number, text } = words.notThere ?? { code: 103, text: message }
    return fault(number, text).answer
  }
  if (status >= 500) return faultAnswer('Server', `ERROR: ${message}`)
  const [first] = faults
  if (first === undefined) return fault(1001, message).answer
  return tellFault(first, words)
}

const taken: ReadonlySet<string> = new Set(['external_id_taken', 'tax_id_taken', 'code_taken'])

/** One at a time, as their server does it: the first. */
function tellFault({ path, code, message: ours }: Fault, words: Words | undefined): ForeignAnswer {
  const message = saidOf(code, ours, words)
  const tag = tagOf(path, words)
  if (code === 'blank' || code === 'required') return fault(1000, `O preenchimento da tag [${tag}] é obrigatório!`).answer
  if (taken.has(code)) return fault(102, `O valor da tag [${tag}] já foi cadastrado anteriormente.`).answer
  return fault(1003, tag === '' ? message : `O valor da tag [${tag}] é inválido: ${message}`).answer
}

function saidOf(code: string, ours: string, words: Words | undefined): string {
  return words?.says?.[code] ?? theirs[code] ?? withoutOurs(ours)
}

function tagOf(path: string, words: Words | undefined): string {
  return words?.tags?.[path.replace(/\/\d+(?=\/|$)/g, '/*')] ?? ''
}

const badKey = () => fault(101, 'A chave de acesso (app_key e app_secret) não está preenchida ou não é válida.').answer
const badJson = () => faultAnswer('Client', 'ERROR: Invalid JSON Object: JSON request with SyntaxError')

const byCode: Readonly<Record<string, (asked: ForeignRequest) => ForeignAnswer>> = {
  missing_key: badKey,
  invalid_key: badKey,
  not_found: asked => faultAnswer('Client', `Method "${(callOf(asked) ?? '').slice(0, 100)}" not exists`),
  malformed_json: badJson,
  malformed_utf8: badJson,
  duplicate_name: badJson,
}

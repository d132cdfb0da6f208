import type { Fault, Refusal } from '../../core/refusal.ts'
import type { ForeignAnswer } from '../../platform/http/foreign-route.ts'
import { withoutOurs } from '../our-words.ts'
import { Worded } from '../worded.ts'

/** How the refusals of an operation are worded. */
export interface Words {
  /** Of logging in: OAuth has words of its own. */
  readonly isLogin?: boolean
  /** Which field of theirs stands behind a place in our input; `*` is any index. */
  readonly fields?: Readonly<Record<string, string>>
}

/** Constantly, whatever it is that was wrong (vendors §2.1). */
export const notFilledIn = 'Favor preencher os campos obrigatórios de acordo com as especificações'

// --- Texts of what is wrong with a field, as they word it ---

export const isRequired = (field: string) => `O campo ${field} é obrigatório.`
export const isNoType = (field: string, type: 'integer' | 'numeric' | 'boolean' | 'string' | 'date' | 'array') =>
  `O campo ${field} deve ser do tipo ${type}`
export const isNoneOf = (field: string, values: readonly string[]) => `O campo ${field} deve ser um destes: ${values.join(', ')}.`
export const isOutside = (field: string, least: number, most: number) => `O campo ${field} deve ser de ${least} a ${most}.`
export const isTooLong = (field: string, most: number) => `O campo ${field} deve ter no máximo ${most} caracteres.`
export const isTooFine = (field: string) => `O campo ${field} deve ter no máximo duas casas decimais.`

// --- Answers ---

/** They say that it did not succeed in the body alone: HTTP says 200. */
export function failure(msg: string, errors: readonly string[] = []): ForeignAnswer {
  return { status: 200, body: { status: 'error', msg, errors } }
}

/** What cannot be done, in a sentence. */
export function refuseWith(msg: string): never {
  throw new Worded(failure(msg))
}

export function refuseFields(errors: readonly string[]): never {
  throw new Worded(failure(notFilledIn, [...new Set(errors)]))
}

/** How a request is told that it did not succeed, whatever it was that refused it. */
export function tellRefusal(refusal: Refusal, words?: Words): ForeignAnswer {
  const { status, code, faults } = refusal
  const message = withoutOurs(refusal.message)
  if (words?.isLogin === true) return tellLogin(refusal)
  if (status === 401) return unauthenticated
  // An address that is not there has no operation, and so no words.
  if (isOfHttp(status) || (status === 404 && words === undefined))
    return { status: status === 405 ? 404 : status, body: { status: 'error', msg: message, errors: [] } }
  const errors = [...new Set(faults.map(fault => textOf(fault, words ?? {})))]
  return failure(code === 'invalid_input' ? notFilledIn : message, errors)
}

/** What has no answer of the route itself: no such address, no permission, too much, or not now. */
function isOfHttp(status: number): boolean {
  return [403, 405, 413, 415, 429].includes(status) || status >= 500
}

export function textOf({ path, code, message: sentence }: Fault, { fields = {} }: Words): string {
  const message = withoutOurs(sentence)
  const field = fields[path.replace(/\/\d+(?=\/|$)/g, '/*')]
  if (field !== undefined && (code === 'blank' || code === 'required')) return isRequired(field)
  return field === undefined ? message : `O campo ${field}: ${message}`
}

const unauthenticated: ForeignAnswer = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer' },
  body: {
    error: 'unauthenticated',
    error_description: 'The access token is missing, expired or revoked.',
    message: 'The access token is missing, expired or revoked.',
  },
}

// --- Logging in ---

function oauth(status: number, error: string, description: string, hint?: string): ForeignAnswer {
  return {
    status,
    body: { error, error_description: description, ...(hint !== undefined && { hint }), message: description },
    headers: { 'cache-control': 'no-store' },
  }
}

/** `named` is what was missing or could not be read. */
export function refuseLogin(named: string): never {
  const told =
    'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.'
  throw new Worded(oauth(400, 'invalid_request', told, `Check the \`${named}\` parameter`))
}

export function refuseGrant(): never {
  const told = 'The authorization grant type is not supported by the authorization server.'
  throw new Worded(oauth(400, 'unsupported_grant_type', told, 'Check the `grant_type` parameter'))
}

function tellLogin({ status, code, message }: Refusal): ForeignAnswer {
  if (code === 'invalid_key' || code === 'missing_key')
    return oauth(401, 'invalid_credentials', 'The user credentials were incorrect.')
  if (code === 'invalid_refresh') return oauth(401, 'invalid_request', 'The refresh token is invalid.', 'Token has been revoked')
  if (code === 'too_many_attempts') {
    const told = oauth(429, 'too_many_attempts', 'Too Many Attempts.')
    return { ...told, headers: { ...told.headers, 'retry-after': '60' } }
  }
  if (code === 'malformed_json' || code === 'malformed_utf8' || code === 'duplicate_name')
    return oauth(400, 'invalid_request', message)
  return oauth(status, code, message)
}

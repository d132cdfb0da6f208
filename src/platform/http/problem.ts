import { STATUS_CODES } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Fault, Refusal } from '../../core/refusal.ts'
import { faultOf, isBusy, isDiskFull } from '../db/faults.ts'
import type { Logger } from '../log.ts'

/** RFC 9457, with the stable `code` by which programs tell problems apart. */
export interface Problem {
  type: 'about:blank'
  title: string
  status: number
  code: string
  detail: string
  faults: Fault[]
  details?: Record<string, unknown>
  requestId: string
}

export const problemType = 'application/problem+json; charset=utf-8'

export function problemOf(error: unknown, requestId: string): Problem {
  const { status, code, message, faults, details } = refusalFor(error)
  const shown = Object.keys(details).length > 0 ? { details } : {}
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail: message,
    faults,
    ...shown,
    requestId,
  }
}

/**
 * Only refusals speak for themselves; of everything else the caller learns what it can do, never what is inside. That nothing was
 * recorded holds for a request of one transaction, as all are but the move of a sandbox clock, which says itself how far it got.
 */
export function refusalFor(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const known = ofFastify(error)
  if (known !== null) return known
  if (isDiskFull(error)) {
    const told = 'O disco do banco de dados está cheio e nada deste pedido foi gravado: libere espaço e tente de novo.'
    return new Refusal('disk_full', told, { status: 503 })
  }
  if (isBusy(error)) {
    const told = 'Outra operação está usando o que este pedido altera, e nada dele foi gravado; tente de novo em instantes.'
    return new Refusal('busy', told, { status: 503 })
  }
  if (faultOf(error) === 'transient') {
    return new Refusal('database_unavailable', 'O banco de dados não está disponível agora; tente de novo em instantes.', {
      status: 503,
    })
  }
  return new Refusal('internal_error', 'Algo falhou do nosso lado; informe o requestId ao suporte.', { status: 500 })
}

/** What Fastify refuses before a route is asked. */
function ofFastify(error: unknown): Refusal | null {
  if (!(error instanceof Error) || !('statusCode' in error) || !('code' in error)) return null
  const { statusCode: status, code } = error
  if (typeof status !== 'number' || status < 400 || status > 499) return null
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Refusal('body_too_large', 'O corpo passa do tamanho que esta operação aceita.', { status })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Refusal('unsupported_media_type', 'O tipo do conteúdo não é aceito por esta operação.', { status })
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Refusal('not_found', 'Não encontrado.', { status: 404 })
    default:
      return new Refusal('malformed_request', 'O pedido não pôde ser lido.', { status })
  }
}

export const secondsToWait = 2

/** The one way in which a request ends that did not succeed. */
export function answerProblem(log: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, request.id)
  if (problem.status >= 500) logFailure(log, problem, error)
  reply.header('x-request-id', request.id)
  if (problem.status === 503) reply.header('retry-after', secondsToWait)
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  // No schema of the route describes it.
  return reply.code(problem.status).header('content-type', problemType).serializer(JSON.stringify).send(problem)
}

export function logFailure(
  log: Logger,
  { status, code, requestId }: Pick<Problem, 'status' | 'code' | 'requestId'>,
  err: unknown,
): void {
  if (status === 503) log.warn({ err, code, requestId }, 'request failed')
  else log.error({ err, code, requestId }, 'request failed')
}

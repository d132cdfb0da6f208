import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Refusal, refuse } from '../../core/refusal.ts'
import { isHost } from './host.ts'
import { problemOf, problemType } from './problem.ts'

// What Node refuses by itself, before there is a request that Fastify could answer: the same problem+json as everything else.

/** A connection on which something came that is no request: told why, and closed. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable) {
    const { status, headers, body } = answerOf(refusalFor(error.code))
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    socket.write([`HTTP/1.1 ${status}`, ...head, '', body].join('\r\n'))
  }
  socket.destroy(error)
}

/** Any `Expect` but 100-continue. Without a listener Node answers 417 and nothing else. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const refusal = new Refusal('expectation_failed', 'O que o cabeçalho Expect pede não é atendido; envie o pedido sem ele.', {
      status: 417,
    })
    const { headers, body } = answerOf(refusal)
    response.writeHead(refusal.status, headers).end(body)
  })
}

/**
 * In place of Node's own check, which answers without a word: `requireHostHeader` is off. Addresses that answers name begin with the host
 * that was called, so nothing else may stand there, nor in what a trusted proxy says of it.
 */
export function requireHost(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw, host }) => {
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined) {
      refuse('malformed_request', 'Falta o cabeçalho Host.', { status: 400 })
    }
    if (host !== '' && !isHost(host)) {
      refuse('malformed_request', 'O cabeçalho Host não traz o nome nem o endereço de um servidor.', { status: 400 })
    }
  })
}

function refusalFor(code: string | undefined): Refusal {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Refusal('request_timeout', 'O pedido demorou demais para chegar inteiro; envie-o de novo.', { status: 408 })
    case 'HPE_HEADER_OVERFLOW':
      return new Refusal('headers_too_large', 'O endereço e os cabeçalhos do pedido passam do tamanho aceito.', { status: 431 })
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new Refusal('body_too_large', 'O corpo passa do tamanho que esta operação aceita.', { status: 413 })
    default:
      return new Refusal('malformed_request', 'O pedido não pôde ser lido.', { status: 400 })
  }
}

function answerOf(refusal: Refusal): { status: string; headers: Record<string, string | number>; body: string } {
  const problem = problemOf(refusal, randomUUID())
  const body = JSON.stringify(problem)
  const headers = {
    'content-type': problemType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': problem.requestId,
    connection: 'close',
  }
  return { status: `${problem.status} ${problem.title}`, headers, body }
}

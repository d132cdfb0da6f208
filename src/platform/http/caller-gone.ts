import type { FastifyReply } from 'fastify'
import { refuse } from '../../core/refusal.ts'

/** Aborted when whoever asked has gone without an answer, or the server stops: what takes long asks it where it may leave off. */
export function untilGone(reply: FastifyReply, stopping: AbortSignal | undefined): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  if (reply.raw.destroyed) gone.abort()
  return stopping ? AbortSignal.any([stopping, gone.signal]) : gone.signal
}

/** For what left off: to a caller who is still there, that is the server's stop. */
export function tellStopped(): never {
  refuse('server_stopping', 'O servidor está parando e deixou isto pelo meio; tente de novo em instantes.', { status: 503 })
}

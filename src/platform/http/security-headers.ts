import type { FastifyInstance } from 'fastify'

/** Answers are data or one of our own pages: nothing may frame them, guess their type, keep them, or load from elsewhere. */
export function addSecurityHeaders(app: FastifyInstance, isTls: boolean): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      ...(isTls ? { 'strict-transport-security': 'max-age=31536000' } : {}),
    })
  })
}

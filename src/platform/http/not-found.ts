import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../../core/refusal.ts'

/** Without the query. */
export function pathOf({ url }: FastifyRequest): string {
  const mark = url.indexOf('?')
  return mark < 0 ? url : url.slice(0, mark)
}

/** Remembers the routes, to tell a path that does not exist from a method that it does not have. */
export class KnownRoutes {
  readonly #routes: { path: RegExp; method: string }[] = []

  add(url: string, methods: string | readonly string[]): void {
    const path = new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z]+/g, '[^/]+')}$`)
    for (const method of [methods].flat()) this.#routes.push({ path, method })
  }

  async refuse(request: FastifyRequest, reply: FastifyReply): Promise<never> {
    const path = pathOf(request)
    const methods = [...new Set(this.#routes.filter(known => known.path.test(path)).map(known => known.method))]
    if (methods.length === 0) throw new Refusal('not_found', 'Não há nada neste endereço.', { status: 404 })
    reply.header('allow', methods.join(', '))
    throw new Refusal('method_not_allowed', `Este endereço aceita ${methods.join(', ')}.`, { status: 405 })
  }
}

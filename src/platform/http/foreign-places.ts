import type { FastifyReply, FastifyRequest } from 'fastify'

/** Addresses of somebody else's, and how whoever asks there is told that it did not succeed, whether anything stands there or not. */
export interface ForeignPlace {
  /** '/api/v1/nfse': that path and those below it. */
  readonly prefixes: readonly string[]
  refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply
}

/** Whose an address is. Places may lie within each other: the longest prefix says it. */
export class ForeignPlaces {
  readonly #places: { prefix: string; place: ForeignPlace }[] = []

  add(place: ForeignPlace): void {
    for (const prefix of place.prefixes) {
      if (!/^(?:\/[\w.-]+)+$/.test(prefix)) throw new Error(`"${prefix}" is no prefix of paths`)
      if (this.#places.some(known => known.prefix === prefix)) throw new Error(`two claim the addresses under ${prefix}`)
      this.#places.push({ prefix, place })
    }
    this.#places.sort((a, b) => b.prefix.length - a.prefix.length)
  }

  /** Null: it is ours. */
  at(path: string): ForeignPlace | null {
    return this.#places.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`))?.place ?? null
  }
}

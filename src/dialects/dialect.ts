import type { Refusal } from '../core/refusal.ts'
import type { ForeignAnswer, ForeignOperation, ForeignRequest } from '../platform/http/foreign-route.ts'
import { foreignRoute } from '../platform/http/foreign-route.ts'
import type { App } from '../platform/http/route.ts'
import type { Method } from '../platform/http/route-spec.ts'
import { Worded } from './worded.ts'

/**
 * How one vendor's clients speak to us: where the key stands, what may be asked where, and how a refusal is worded. A dialect translates
 * and decides nothing: each operation calls the verbs that `/v1` calls.
 */
export interface Dialect<W> {
  /** As its folder is called: what it keeps lies under this name. */
  readonly name: string
  keyOf(asked: ForeignRequest): string | null
  /** Key or operation stand in the body. */
  readonly readsBodyFirst?: boolean
  /** Of operations that share an address, the one that the body calls by name. */
  callOf?(asked: ForeignRequest): string | null
  tell(refusal: Refusal, words: W | undefined, asked: ForeignRequest): ForeignAnswer
  readonly operations: readonly Operation<W>[]
}

export interface Operation<W> extends ForeignOperation {
  /** `create-company`: its golden transcripts begin with it. */
  readonly name: string
  /** 'POST /api/v1/companies'; several where the vendor's clients use several. */
  readonly at: readonly At[]
  /** As the body calls it, where operations share an address. */
  readonly call?: string
  /** How long a body may be, where it may be longer than everywhere. */
  readonly maxBytes?: number
  /** How its refusals are worded. */
  readonly words?: W
}

export type At = `${Method} /${string}`

/** Adds a route for each address; which operations stand behind it is known by then. */
export function registerDialect<W>(app: App, dialect: Dialect<W>): void {
  const byUrl = Map.groupBy(
    dialect.operations.flatMap(operation => operation.at.map(at => ({ ...placeOf(at), operation }))),
    ({ url }) => url,
  )
  for (const [url, entries] of byUrl) {
    const maxBytes = Math.max(0, ...entries.map(({ operation }) => operation.maxBytes ?? 0))
    foreignRoute<Operation<W>>(app, {
      url,
      ...(maxBytes > 0 && { maxBytes }),
      methods: [...new Set(entries.map(({ method }) => method))],
      keyOf: asked => dialect.keyOf(asked),
      readsBodyFirst: dialect.readsBodyFirst === true,
      operationOf: asked => {
        const here = entries.filter(({ method }) => method === asked.method || (method === 'GET' && asked.method === 'HEAD'))
        const called = here.length > 1 ? (dialect.callOf?.(asked) ?? null) : null
        return (here.length > 1 ? here.find(({ operation }) => operation.call === called) : here[0])?.operation ?? null
      },
      tell: (refusal, asked, operation) =>
        refusal instanceof Worded ? refusal.answer : dialect.tell(refusal, operation?.words, asked),
    })
  }
}

function placeOf(at: At): { method: Method; url: string } {
  // The type of `at` says that there is one space, between a method and a path.
  const [method, url] = at.split(' ') as [Method, string]
  return { method, url }
}

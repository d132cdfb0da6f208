import type { Refusal } from '../core/refusal.ts'
import type { QueryParameter } from '../platform/http/foreign-document.ts'
import type { ForeignAnswer, ForeignOperation, ForeignRequest } from '../platform/http/foreign-route.ts'
import { foreignGround, foreignRoute } from '../platform/http/foreign-route.ts'
import type { App } from '../platform/http/route.ts'
import type { Method } from '../platform/http/route-spec.ts'
import { documented, vendorOf } from './document-dialect.ts'
import { Worded } from './worded.ts'

/**
 * How one vendor's clients speak to us: where the key stands, what may be asked where, and how a refusal is worded. A dialect translates
 * and decides nothing: each operation calls the verbs that `/v1` calls.
 */
export interface Dialect<W> {
  /** As its folder is called: what it keeps lies under this name. */
  readonly name: string
  /** What the API's document says of it. */
  readonly about?: About
  /**
   * '/api/v1/nfse': the addresses that are its own, that path and those below it. What is not there, or not by that method, is told in
   * its words. Within the prefix of one the longer one of another counts.
   */
  readonly prefixes: readonly string[]
  keyOf(asked: ForeignRequest): string | null
  /** Key or operation stand in the body. */
  readonly readsBodyFirst?: boolean
  /** Bodies may come as forms too. */
  readonly readsForms?: boolean
  /** Of operations that share an address, the one that the body calls by name. */
  callOf?(asked: ForeignRequest): string | null
  tell(refusal: Refusal, words: W | undefined, asked: ForeignRequest): ForeignAnswer
  /** How bodies are written, where not as JSON usually is. */
  write?(body: object): string
  readonly operations: readonly Operation<W>[]
}

export interface About {
  /** As its vendor calls it. */
  readonly title: string
  /** How its clients say who they are: a sentence in Portuguese. */
  readonly signsIn: string
  /** The same as a security scheme of OpenAPI; null: the key stands in the body. */
  readonly scheme: Readonly<Record<string, unknown>> | null
}

export interface Operation<W> extends ForeignOperation {
  /** `create-company`: its golden transcripts begin with it. */
  readonly name: string
  /** What it does, in Portuguese, for the API's document: 'Cria uma empresa'. */
  readonly says?: string
  /** 'POST /api/v1/companies'; several where the vendor's clients use several. */
  readonly at: readonly At[]
  /** As the body calls it, where operations share an address. */
  readonly call?: string
  /** What may stand behind its address, for the API's document. */
  readonly query?: readonly QueryParameter[]
  /** How long a body may be, where it may be longer than everywhere. */
  readonly maxBytes?: number
  /** Its body is a form with files: `asked.files`. */
  readonly readsFiles?: boolean
  /** How its refusals are worded. */
  readonly words?: W
  /** It is opened by what its body says, not by the key: who logs in, and whose tries are bounded. */
  readonly login?: Login
}

export interface Login {
  /** What the credentials are looked up by; null: there are none. */
  keyOf(asked: ForeignRequest): string | null
  guesserOf(asked: ForeignRequest): string | null
}

export type At = `${Method} /${string}`

/** Adds a route for each address; which operations stand behind it is known by then. */
export function registerDialect<W>(app: App, dialect: Dialect<W>): void {
  const { prefixes } = dialect
  foreignGround(app, {
    prefixes,
    tell: (refusal, asked) => dialect.tell(refusal, undefined, asked),
    ...(dialect.write && { write: dialect.write }),
  })
  app.foreignDocument.add(vendorOf(dialect), () => documented(dialect))
  const byUrl = Map.groupBy(
    dialect.operations.flatMap(operation => operation.at.map(at => ({ ...placeOf(at), operation }))),
    ({ url }) => url,
  )
  for (const [url, entries] of byUrl) {
    if (!prefixes.some(prefix => `${url}/`.startsWith(`${prefix}/`)))
      throw new Error(`${dialect.name} has ${url}, and says that it is not its own`)
    const operationOf = (asked: ForeignRequest): Operation<W> | null => {
      const here = entries.filter(({ method }) => method === asked.method || (method === 'GET' && asked.method === 'HEAD'))
      const called = dialect.callOf?.(asked) ?? null
      return here.find(({ operation }) => operation.call === undefined || operation.call === called)?.operation ?? null
    }
    const loginOf = (asked: ForeignRequest) => operationOf(asked)?.login
    const maxBytes = Math.max(0, ...entries.map(({ operation }) => operation.maxBytes ?? 0))
    foreignRoute<Operation<W>>(app, {
      url,
      ...(maxBytes > 0 && { maxBytes }),
      methods: [...new Set(entries.map(({ method }) => method))],
      keyOf: asked => (loginOf(asked) ?? dialect).keyOf(asked),
      readsBodyFirst: dialect.readsBodyFirst === true || entries.some(({ operation }) => operation.login !== undefined),
      readsForms: dialect.readsForms === true,
      readsFiles: entries.some(({ operation }) => operation.readsFiles === true),
      guesserOf: asked => loginOf(asked)?.guesserOf(asked) ?? null,
      operationOf,
      ...(dialect.write && { write: dialect.write }),
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

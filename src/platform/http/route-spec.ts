import type { Readable } from 'node:stream'
import type { StaticDecode, TSchema } from 'typebox'
import type { Access, KeyScope } from './access.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export interface RouteSpec<P extends TSchema, Q extends TSchema, B extends TSchema, A extends TSchema, M extends boolean, F> {
  /** Whose key opens it: an area and what is done there, or the operator's. */
  access: Access
  /** Further scopes without which it does not open: of everything that it shows or writes beyond its own area. */
  alsoNeeds?: readonly KeyScope[]
  /** One Portuguese sentence for the documentation. */
  summary: string
  description?: string
  params?: P
  query?: Q
  body?: B
  /** What a success answers. Without it: 204 and no body. */
  answer?: A
  /** Of a success: 200 unless told. */
  status?: 200 | 201 | 202
  /** The caller must say which version it saw (`If-Match`); the handler gets it as `expectedVersion`. */
  ifMatch?: M
  /**
   * Doing it twice is doing it once, and it may take longer than one transaction should: an `Idempotency-Key` is
   * welcome and not kept.
   */
  repeatable?: boolean
  /** The answer holds what is shown once: under an `Idempotency-Key` it is not kept, and asking again is refused. */
  answersSecret?: boolean
  /**
   * The body is a file of one of these types instead of JSON (`anyType`: of any but JSON); the handler gets its bytes as `file`, or what `read` makes of them. That is
   * done before any transaction opens: an `Idempotency-Key` holds one for as long as the handler takes. Few files are worked on at once,
   * the others wait in line (`upload-gate.ts`).
   */
  upload?: { types: readonly string[]; maxBytes: number; read?: (bytes: Buffer) => Promise<F> }
  /** The answer is a file of this type, sent by `download`, instead of JSON. */
  downloads?: string
}

/** Of an upload: whatever it is said to be. */
export const anyType = '*/*'

export interface Input<P extends TSchema, Q extends TSchema, B extends TSchema, M extends boolean, F = Buffer> {
  params: StaticDecode<P>
  query: StaticDecode<Q>
  body: StaticDecode<B>
  expectedVersion: M extends true ? number : undefined
  /** The bytes of an upload, or what was read of them; empty for other routes. */
  file: F
  /** What the body is said to be. */
  contentType: string | null
  /** Aborted when nobody waits for the answer any more, or the server stops. Made when it is asked for. */
  readonly untilGone: AbortSignal
}

export interface Answer<Body> {
  /** Left out by a route without an answer. */
  body?: Body
  /** Of the noun in the body: becomes its ETag. */
  version?: number
  /** Path of what was made. */
  location?: string
  /** In place of the status of the route. */
  status?: number
  download?: Download
  /** Who the body is about, as shown ('cus_12'), where the body itself does not say it so: what is kept of it is erased with them. */
  about?: string
  /** There is due work now: workers are told when the effect is committed. */
  wakes?: boolean
  /** Set by the idempotency layer: this answer was given before. */
  isReplayed?: boolean
}

export type Download =
  /** A large one is a stream: it is read while it is sent. */
  | { filename: string; content: string | Buffer | Readable; isInline?: boolean; isTagged?: false; type?: undefined }
  /** `isTagged`: its bytes are the same as long as nothing changed; their digest is its ETag, and whoever has them is told so by a 304. */
  | { filename: string; content: Buffer; isInline?: boolean; isTagged: true; type?: undefined }
  /** A file that somebody brought, of a type of its own: sent so that nothing in it runs. */
  | { filename: string; content: Readable; type: string; sizeBytes: number; isInline?: false; isTagged?: false }

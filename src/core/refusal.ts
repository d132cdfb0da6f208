// A use case that cannot go on and must undo its transaction throws a Refusal; the HTTP layer words it as problem+json.

export type Fault = {
  /** JSON pointer into the input: '/lines/0/quantity' */
  path: string
  code: string
  message: string
}

export type RefusalOptions = {
  /** HTTP status; 422 unless told otherwise. */
  status?: number
  /** Shorthand for a single fault with the refusal's own code and message. */
  path?: string
  details?: Record<string, unknown>
  faults?: readonly Fault[]
}

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: string
  readonly status: number
  readonly details: Record<string, unknown>
  readonly faults: Fault[]

  /** `code` is stable snake_case and part of the API; `message` is Portuguese, for people. */
  constructor(code: string, message: string, options: RefusalOptions = {}) {
    super(message)
    this.code = code
    this.status = options.status ?? 422
    this.details = options.details ?? {}
    this.faults = [...(options.path === undefined ? [] : [{ path: options.path, code, message }]), ...(options.faults ?? [])]
  }
}

export function refuse(code: string, message: string, options?: RefusalOptions): never {
  throw new Refusal(code, message, options)
}

import type { Ctx } from '../../platform/context.ts'
import type { KeyScope } from '../../platform/http/access.ts'
import type { ForeignAnswer, ForeignRequest } from '../../platform/http/foreign-route.ts'
import type { CallLimits } from '../call-limits.ts'
import type { Operation } from '../dialect.ts'
import { fieldsOf, type ServiceName } from './fields.ts'
import { withinLimits } from './limits.ts'
import { type Param, readParam } from './read-param.ts'
import type { Words } from './words.ts'

/** A method of a service: it is given its parameter checked, and answers with the bare result. */
export interface Method {
  /** `bill-batch`: its golden transcripts begin with it. */
  readonly name: string
  readonly service: ServiceName
  /** As the body calls it. */
  readonly call: string
  readonly needs: readonly [KeyScope, ...KeyScope[]]
  readonly reads?: boolean
  readonly words?: Words
  run(ctx: Ctx, param: Param, asked: ForeignRequest): Promise<Result>
}

export type Result = { readonly body: object } & Pick<ForeignAnswer, 'about' | 'wakes'>

/** The one address of its service, which its clients call with and without the slash; the body says which method is meant. */
export function operationOf(method: Method, limits: CallLimits): Operation<Words> {
  const { name, service, call, needs, reads, words = {} } = method
  const fields = fieldsOf(service)
  return {
    name,
    at: [`POST /api/v1/${service}/`, `POST /api/v1/${service}`],
    call,
    needs,
    ...(reads === true && { reads }),
    words,
    run: async (ctx, asked) => {
      const sent = paramOf(asked)
      return withinLimits(ctx, limits, { call: `${service} ${call}`, isEffect: reads !== true, sent }, async () => ({
        status: 200,
        ...(await method.run(ctx, readParam(fields, call, sent), asked)),
      }))
    },
  }
}

/** The parameter as it was sent; checked before by whoever runs. */
export function sentOf(asked: ForeignRequest): Record<string, unknown> {
  const sent = paramOf(asked)
  const first: unknown = Array.isArray(sent) ? sent[0] : sent
  return typeof first === 'object' && first !== null ? { ...first } : {}
}

function paramOf({ body }: ForeignRequest): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, 'param') : undefined
}

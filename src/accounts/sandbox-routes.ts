import { Type } from 'typebox'
import type { WorkHandlers } from '../platform/due-work.ts'
import { Fields, Text } from '../platform/http/fields.ts'
import { type App, route } from '../platform/http/route.ts'
import { moveSandboxClock, readSandboxClock, type Tell } from './sandbox-clock.ts'

/** A sandbox's own clock. `handlers` do what falls due while it moves; `tell` dates what others are to be told of it. */
export function registerSandboxRoutes(app: App, handlers: WorkHandlers, tell: Tell): void {
  route(
    app,
    'GET /v1/sandbox/clock',
    {
      access: 'sandbox:read',
      summary: 'Diz onde está o relógio da conta de testes.',
      answer: Type.Object({ now: Type.String() }),
    },
    async ctx => ({ body: { now: await readSandboxClock(ctx) } }),
  )

  route(
    app,
    'POST /v1/sandbox/clock',
    {
      access: 'sandbox:write',
      repeatable: true,
      summary: 'Adianta o relógio da conta de testes e faz, em ordem, o que vence no caminho.',
      body: Fields({ to: Text(40, { description: 'Um instante, ou um dia: o meio-dia dele em Brasília.' }) }),
      answer: Type.Object({
        now: Type.String(),
        worked: Type.Integer({ description: 'Quantas tarefas venceram e foram feitas.' }),
      }),
    },
    async (ctx, { body, untilGone }) => ({ body: await moveSandboxClock(ctx, body.to, handlers, { until: untilGone, tell }) }),
  )
}

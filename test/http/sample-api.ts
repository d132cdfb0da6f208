import { Type } from 'typebox'
import { refuse } from '../../src/core/refusal.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { openApp } from '../../src/platform/http/app.ts'
import { Fields, IdOf, Text } from '../../src/platform/http/fields.ts'
import { type App, route } from '../../src/platform/http/route.ts'
import { takeIds } from '../../src/platform/ids.ts'
import { openLog } from '../../src/platform/log.ts'
import type { TestDatabase } from '../database/test-database.ts'
import { operatorKey } from './test-api.ts'

/** Holds handlers back while it is closed. */
export class Gate {
  #closed: PromiseWithResolvers<void> | undefined

  close(): void {
    this.#closed = Promise.withResolvers()
  }

  open(): void {
    this.#closed?.resolve()
    this.#closed = undefined
  }

  /** How many stand before it. */
  waiting = 0

  async pass(): Promise<void> {
    this.waiting++
    await this.#closed?.promise
    this.waiting--
  }
}

/** Counted as numbers of invoices are, of which none is missing: so a number says whether an effect was undone. */
const TICKET = 'invoice_number'

const Ticket = Type.Object({ number: Type.Integer(), note: Type.String() })

/** A few routes over a real database. Taking a ticket is their effect: the next number tells whether it took place. */
export function sampleApp(database: TestDatabase, gate: Gate): Promise<App> {
  const log = openLog({ level: 'silent' })
  const services = { db: database.db, clock: systemClock, log, operatorKey, onChange() {}, onDueWork() {} }
  return openApp(services, {}, app => {
    route(
      app,
      'GET /v1/who',
      {
        access: 'customers:read',
        summary: 'Diz quem pergunta.',
        answer: Type.Object({ account: Type.Integer(), actor: Type.String(), now: Type.String() }),
      },
      async ctx => ({
        body: { account: ctx.account, actor: `${ctx.actor.kind}:${ctx.actor.id}`, now: ctx.clock.now() },
      }),
    )
    const takeTicket = {
      access: 'customers:write',
      summary: 'Tira uma senha.',
      body: Fields({ note: Text(20) }),
      answer: Ticket,
      status: 201,
    } as const
    route(app, 'POST /v1/tickets', takeTicket, async (ctx, { body }) => {
      const number = await ctx.transact(async tx => {
        const taken = await takeIds(tx, TICKET)
        await gate.pass()
        if (body.note === 'refused') refuse('no_ticket', 'Não há senha.')
        return taken
      })
      return { body: { number, note: body.note }, version: 1, location: `/v1/tickets/${number}` }
    })
    route(app, 'POST /v1/secrets', { ...takeTicket, answersSecret: true }, async ctx => {
      const number = await ctx.transact(tx => takeIds(tx, TICKET))
      return { body: { number, note: 'a secret' } }
    })
    const read = async (bytes: Buffer) => {
      await gate.pass()
      return bytes.toString('utf8')
    }
    const { body: _, ...sendPaper } = takeTicket
    const upload = { types: ['text/csv'], maxBytes: 1_000, read }
    route(app, 'POST /v1/papers', { ...sendPaper, upload }, async (ctx, { file }) => {
      const number = await ctx.transact(tx => takeIds(tx, TICKET))
      return { body: { number, note: file } }
    })
    route(
      app,
      'GET /v1/accounts/:account/who',
      { access: 'operator', summary: 'Diz de quem é.', params: Fields({ account: IdOf('account') }), answer: Ticket },
      async ctx => ({
        body: { number: ctx.account, note: ctx.actor.kind },
      }),
    )
  })
}

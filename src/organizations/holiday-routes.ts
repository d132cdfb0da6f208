import { Type } from 'typebox'
import { civilDate } from '../core/dates.ts'
import { Day } from '../platform/http/fields.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { addHoliday, removeHoliday, searchHolidays } from './holidays.ts'
import { AtHoliday, AtOrganization, HolidayAnswer, NewHoliday, showHoliday } from './wire.ts'

export function registerHolidayRoutes(app: App): void {
  route(
    app,
    'GET /v1/organizations/:id/holidays',
    {
      access: 'organizations:read',
      summary: 'Lista os feriados estaduais e municipais; os nacionais são calculados.',
      params: AtOrganization,
      query: PageQuery({ from: Type.Optional(Day()), until: Type.Optional(Day()) }),
      answer: PageOf(HolidayAnswer),
    },
    async (ctx, { params, query }) => {
      const page = readPage(query, ['date'])
      const after = page.after && civilDate(page.after[0])
      const rows = await searchHolidays(ctx, params.id, { from: query.from, until: query.until }, after, page.limit)
      return { body: toPage(rows, page, row => [row.date], showHoliday) }
    },
  )

  route(
    app,
    'POST /v1/organizations/:id/holidays',
    {
      access: 'organizations:write',
      summary: 'Acrescenta um feriado estadual ou municipal.',
      params: AtOrganization,
      body: NewHoliday,
      answer: HolidayAnswer,
      status: 201,
    },
    async (ctx, { params, body }) => ({ body: showHoliday(await addHoliday(ctx, params.id, body)) }),
  )

  route(
    app,
    'DELETE /v1/organizations/:id/holidays/:date',
    { access: 'organizations:write', summary: 'Retira um feriado.', params: AtHoliday },
    async (ctx, { params }) => {
      await removeHoliday(ctx, params.id, params.date)
      return {}
    },
  )
}

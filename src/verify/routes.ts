import { showId } from '../core/ids.ts'
import { PageOf, PageQuery, readPage, toPage } from '../platform/http/paging.ts'
import { type App, route } from '../platform/http/route.ts'
import { getVerification, searchVerifications, startVerification } from './run-verification.ts'
import { AtVerification, NewVerification, showVerification, VerificationAnswer } from './wire.ts'

const reads = { access: 'history:read' } as const
const writes = { access: 'history:write' } as const

export function registerVerifyRoutes(app: App): void {
  route(
    app,
    'POST /v1/verifications',
    {
      ...writes,
      summary: 'Confere tudo de outro jeito: cada período, cada centavo e o histórico.',
      description: 'Roda em segundo plano: consulte o recurso até state ser done. result.clean diz se há algo errado.',
      body: NewVerification,
      answer: VerificationAnswer,
      status: 202,
    },
    async (ctx, { body }) => {
      const verification = await startVerification(ctx, body)
      const location = `/v1/verifications/${showId('verification', verification.id)}`
      return { body: showVerification(verification, new Map()), version: verification.version, location, wakes: true }
    },
  )

  route(
    app,
    'GET /v1/verifications',
    {
      ...reads,
      summary: 'Lista as verificações, da mais nova à mais antiga.',
      query: PageQuery({}),
      answer: PageOf(VerificationAnswer),
    },
    async (ctx, { query }) => {
      const page = readPage(query, ['integer'])
      const { verifications, names } = await searchVerifications(ctx, page.after?.[0] ?? null, page.limit + 1)
      return {
        body: toPage(
          verifications,
          page,
          row => [row.id],
          row => showVerification(row, names),
        ),
      }
    },
  )

  route(
    app,
    'GET /v1/verifications/:id',
    { ...reads, summary: 'Mostra uma verificação e o que ela encontrou.', params: AtVerification, answer: VerificationAnswer },
    async (ctx, { params }) => {
      const { verification, names } = await getVerification(ctx, params.id)
      return { body: showVerification(verification, names), version: verification.version }
    },
  )
}

import { type App, route } from '../../platform/http/route.ts'
import { retakeWithholdings } from './retake-withholdings.ts'
import { tryTemplate } from './try-template.ts'
import { AtNfseTemplate, RetakenAnswer, Retaking, showTrial, TemplateTrialAnswer, TemplateTrialQuery } from './wire.ts'

export function registerWithholdingRoutes(app: App): void {
  route(
    app,
    'POST /v1/nfse-templates/:id/retake',
    {
      access: 'contracts:write',
      summary: 'Leva as retenções do modelo, como está hoje, às regras que as tiram dele; repita até isDone.',
      params: AtNfseTemplate,
      body: Retaking,
      answer: RetakenAnswer,
    },
    async (ctx, { params, body }) => ({ body: await retakeWithholdings(ctx, params.id, body) }),
  )

  route(
    app,
    'GET /v1/nfse-templates/:id/withholding',
    {
      access: 'catalog:read',
      summary: 'Conta o que um modelo de NFS-e reteria de um valor, imposto a imposto, e onde ele contradiz a lei.',
      params: AtNfseTemplate,
      query: TemplateTrialQuery,
      answer: TemplateTrialAnswer,
    },
    async (ctx, { params, query }) => {
      const { baseCents, competence, customerKind, installments } = query
      return { body: showTrial(await tryTemplate(ctx, params.id, { baseCents, competence, taker: customerKind, installments })) }
    },
  )
}

import type { App } from '../platform/http/route.ts'

const page = `<!doctype html>
<html lang="pt-BR">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Bordero</title>
    <link rel="stylesheet" href="/docs/docs.css" />
  </head>
  <body>
    <h1>Bordero</h1>
    <p>Faturamento recorrente: cada período de cada contrato é faturado exatamente uma vez, e isso se prova.</p>
    <ul>
      <li><a href="/docs">A API</a>, também como <a href="/openapi.json">openapi.json</a></li>
      <li><a href="/health_check">Saúde</a> e <a href="/ready">prontidão</a> do servidor</li>
      <li><a href="/metrics">Métricas</a></li>
    </ul>
  </body>
</html>
`

export function registerHome(app: App): void {
  app.get('/', { schema: { hide: true } }, async (_request, reply) => reply.type('text/html; charset=utf-8').send(page))
}

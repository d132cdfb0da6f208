import { registerAccountRoutes } from '../accounts/account-routes.ts'
import { registerApiKeyRoutes } from '../accounts/api-key-routes.ts'
import { registerSandboxRoutes } from '../accounts/sandbox-routes.ts'
import { registerBillingRunRoutes } from '../billing-run/routes.ts'
import { registerCatalogRoutes } from '../catalog/routes.ts'
import { registerContractRoutes } from '../contracts/routes.ts'
import { registerCustomerRoutes } from '../customers/routes.ts'
import type { CallLimits } from '../dialects/call-limits.ts'
import { credentialClients } from '../dialects/credential-clients.ts'
import { registerDialect } from '../dialects/dialect.ts'
import { fintera } from '../dialects/fintera/fintera.ts'
import { hubsoft } from '../dialects/hubsoft/hubsoft.ts'
import { nibo } from '../dialects/nibo/nibo.ts'
import { omie } from '../dialects/omie/omie.ts'
import { registerImportRoutes } from '../import/routes.ts'
import type { AskSource } from '../indices/index-ties.ts'
import { registerIndexRoutes } from '../indices/routes.ts'
import { attachmentFile } from '../invoices/attachments/read-attachment.ts'
import { faturaFile } from '../invoices/pdf/fatura-address.ts'
import { registerInvoicePdfRoute } from '../invoices/pdf/routes.ts'
import { registerInvoiceRoutes } from '../invoices/routes.ts'
import { registerOrganizationRoutes } from '../organizations/routes.ts'
import type { WorkHandlers } from '../platform/due-work.ts'
import { registerPublicFiles } from '../platform/http/public-files.ts'
import type { App } from '../platform/http/route.ts'
import { Secrets } from '../platform/secrets.ts'
import { registerReceivableRoutes } from '../receivables/routes.ts'
import { registerRenegotiationRoutes } from '../renegotiation/routes.ts'
import { registerScheduleRoutes } from '../schedules/routes.ts'
import { registerSubscriptionRoutes } from '../subscriptions/routes.ts'
import { registerVerifyRoutes } from '../verify/routes.ts'
import { registerDeliveryRoutes } from '../webhooks/delivery-routes.ts'
import type { WebhookMachine } from '../webhooks/machine.ts'
import { registerWebhookRoutes } from '../webhooks/routes.ts'
import { tellAll } from '../webhooks/tell-endpoints.ts'
import { registerHome } from './home.ts'
import { apiKeyTies, contractTies, customerTies, indexTies, organizationTies } from './ties.ts'
import { webhookMachine } from './webhook-machine.ts'

/** Everything that the server answers to, besides what every server answers (health, metrics, documentation). */
export function registerRoutes(
  app: App,
  handlers: WorkHandlers,
  webhooks: WebhookMachine = webhookMachine(new Secrets([])),
  askIndexSource: AskSource = null,
  callLimits: CallLimits = 'live',
): void {
  registerHome(app)
  registerAccountRoutes(app, credentialClients, apiKeyTies)
  registerApiKeyRoutes(app, credentialClients, apiKeyTies)
  registerSandboxRoutes(app, handlers, ctx => tellAll(ctx, webhooks))
  registerOrganizationRoutes(app, organizationTies)
  registerCustomerRoutes(app, customerTies)
  registerCatalogRoutes(app)
  registerIndexRoutes(app, indexTies, askIndexSource)
  registerContractRoutes(app, contractTies)
  registerSubscriptionRoutes(app)
  registerInvoiceRoutes(app)
  registerPublicFiles(app, { attachment: attachmentFile, invoice: faturaFile })
  registerInvoicePdfRoute(app)
  registerReceivableRoutes(app)
  registerScheduleRoutes(app)
  registerRenegotiationRoutes(app)
  registerWebhookRoutes(app, webhooks)
  registerDeliveryRoutes(app)
  registerBillingRunRoutes(app)
  registerVerifyRoutes(app)
  registerImportRoutes(app)
  registerDialect(app, fintera({ organizations: organizationTies, customers: customerTies, contracts: contractTies }))
  registerDialect(app, omie({ customers: customerTies }, callLimits))
  registerDialect(app, hubsoft())
  registerDialect(app, nibo({ customers: customerTies }))
}

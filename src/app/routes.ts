import { registerAccountRoutes } from '../accounts/account-routes.ts'
import { registerApiKeyRoutes } from '../accounts/api-key-routes.ts'
import { registerSandboxRoutes } from '../accounts/sandbox-routes.ts'
import { registerBillingRunRoutes } from '../billing-run/routes.ts'
import { registerCatalogRoutes } from '../catalog/routes.ts'
import { registerContractRoutes } from '../contracts/routes.ts'
import { registerCustomerRoutes } from '../customers/routes.ts'
import { registerImportRoutes } from '../import/routes.ts'
import { registerInvoiceRoutes } from '../invoices/routes.ts'
import { registerOrganizationRoutes } from '../organizations/routes.ts'
import type { WorkHandlers } from '../platform/due-work.ts'
import type { App } from '../platform/http/route.ts'
import { registerReceivableRoutes } from '../receivables/routes.ts'
import { registerVerifyRoutes } from '../verify/routes.ts'
import { registerHome } from './home.ts'
import { contractTies, customerTies, organizationTies } from './ties.ts'

/** Everything that the server answers to, besides what every server answers (health, metrics, documentation). */
export function registerRoutes(app: App, handlers: WorkHandlers): void {
  registerHome(app)
  registerAccountRoutes(app)
  registerApiKeyRoutes(app)
  registerSandboxRoutes(app, handlers)
  registerOrganizationRoutes(app, organizationTies)
  registerCustomerRoutes(app, customerTies)
  registerCatalogRoutes(app)
  registerContractRoutes(app, contractTies)
  registerInvoiceRoutes(app)
  registerReceivableRoutes(app)
  registerBillingRunRoutes(app)
  registerVerifyRoutes(app)
  registerImportRoutes(app)
}

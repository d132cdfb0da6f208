// What the API answers, as its own schemas say it: a change there that the command line would not bear fails to compile.

import type { Static } from 'typebox'
import type { ApiKeyAnswer, DrawnApiKeyAnswer } from '../accounts/wire.ts'
import type { BoardAnswer, CardAnswer } from '../billing-run/kanban/kanban-wire.ts'
import type { ExplanationAnswer } from '../billing-run/plan/explain.ts'
import type { ItemAnswer, RunAnswer } from '../billing-run/wire.ts'
import type { financialAccounts } from '../catalog/collection/financial-account.ts'
import type { ValuesOf } from '../catalog/references/field-set.ts'
import type { ServiceItemAnswer } from '../catalog/wire.ts'
import type { EventAnswer } from '../contracts/events/event-wire.ts'
import type { ApprovedAnswer, ReadjustmentAnswer, ReadjustmentDetailAnswer } from '../contracts/readjustment/readjustment-wire.ts'
import type { RuleAnswer } from '../contracts/rules/rule-wire.ts'
import type { TemplateAnswer } from '../contracts/templates/template-wire.ts'
import type { ContractAnswer, ContractDetailAnswer } from '../contracts/wire.ts'
import type { RetakenAnswer, TemplateTrialAnswer } from '../contracts/withholding/wire.ts'
import type { CreditPageAnswer, CustomerAnswer } from '../customers/wire.ts'
import type { ImportAnswer, LeftBehindAnswer } from '../import/wire.ts'
import type { EnteredAnswer, IndexAnswer, MonthAnswer, MonthDetailAnswer, RefreshAnswer } from '../indices/wire.ts'
import type { InvoiceAnswer, InvoiceDetailAnswer } from '../invoices/wire.ts'
import type { OrganizationAnswer } from '../organizations/wire.ts'
import type { KnownReceiptAnswer, ReceivableAnswer, ReceivableDetailAnswer } from '../receivables/wire.ts'
import type {
  PerformedRenegotiationAnswer,
  RenegotiationAnswer,
  RenegotiationDetailAnswer,
  RenegotiationPreviewAnswer,
} from '../renegotiation/wire.ts'
import type { OccurrenceAnswer, OccurrenceDetailAnswer, ScheduleAnswer } from '../schedules/wire.ts'
import type { PlanAnswer } from '../subscriptions/plan.ts'
import type { PlanChangeAnswer, SubscriptionAnswer, SubscriptionDetailAnswer } from '../subscriptions/wire.ts'
import type { VerificationAnswer } from '../verify/wire.ts'
import type { DeliveryAnswer, DeliveryDetailAnswer, DrawnEndpointAnswer, EndpointAnswer } from '../webhooks/wire.ts'

export type ApiKey = Static<typeof ApiKeyAnswer>
export type DrawnApiKey = Static<typeof DrawnApiKeyAnswer>
export type Board = Static<typeof BoardAnswer>
export type BoardCard = Static<typeof CardAnswer>
export type Contract = Static<typeof ContractAnswer>
export type ContractDetail = Static<typeof ContractDetailAnswer>
export type CreditPage = Static<typeof CreditPageAnswer>
export type Customer = Static<typeof CustomerAnswer>
export type Event = Static<typeof EventAnswer>
export type Explanation = Static<typeof ExplanationAnswer>
export type Import = Static<typeof ImportAnswer>
export type Invoice = Static<typeof InvoiceAnswer>
export type InvoiceDetail = Static<typeof InvoiceDetailAnswer>
export type Organization = Static<typeof OrganizationAnswer>
export type LeftBehind = Static<typeof LeftBehindAnswer>
export type KnownReceipt = Static<typeof KnownReceiptAnswer>
export type Occurrence = Static<typeof OccurrenceAnswer>
export type OccurrenceDetail = Static<typeof OccurrenceDetailAnswer>
export type Schedule = Static<typeof ScheduleAnswer>
export type Receivable = Static<typeof ReceivableAnswer>
export type ReceivableDetail = Static<typeof ReceivableDetailAnswer>
export type Renegotiation = Static<typeof RenegotiationAnswer>
export type RenegotiationDetail = Static<typeof RenegotiationDetailAnswer>
export type RenegotiationPreview = Static<typeof RenegotiationPreviewAnswer>
export type PerformedRenegotiation = Static<typeof PerformedRenegotiationAnswer>
export type Readjustment = Static<typeof ReadjustmentAnswer>
export type ReadjustmentDetail = Static<typeof ReadjustmentDetailAnswer>
export type ApprovedReadjustments = Static<typeof ApprovedAnswer>
export type PriceIndex = Static<typeof IndexAnswer>
export type IndexMonth = Static<typeof MonthAnswer>
export type IndexMonthDetail = Static<typeof MonthDetailAnswer>
export type EnteredIndexMonth = Static<typeof EnteredAnswer>
export type RefreshedIndices = Static<typeof RefreshAnswer>
export type Template = Static<typeof TemplateAnswer>
export type FinancialAccount = { id: string; organizationId: string } & ValuesOf<typeof financialAccounts.fields>
export type Rule = Static<typeof RuleAnswer>
export type Run = Static<typeof RunAnswer>
export type RunItem = Static<typeof ItemAnswer>
export type ServiceItem = Static<typeof ServiceItemAnswer>

export type Delivery = Static<typeof DeliveryAnswer>
export type DeliveryDetail = Static<typeof DeliveryDetailAnswer>
export type Endpoint = Static<typeof EndpointAnswer>
export type DrawnEndpoint = Static<typeof DrawnEndpointAnswer>

export type Plan = PlanAnswer
export type PlanChange = Static<typeof PlanChangeAnswer>
export type Subscription = Static<typeof SubscriptionAnswer>
export type SubscriptionDetail = Static<typeof SubscriptionDetailAnswer>
export type Verification = Static<typeof VerificationAnswer>

export interface Page<T> {
  data: T[]
  nextCursor: string | null
}
export type Retaken = Static<typeof RetakenAnswer>
export type WithholdingTrial = Static<typeof TemplateTrialAnswer>

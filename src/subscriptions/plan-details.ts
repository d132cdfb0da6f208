import type { DetailsInput } from '../contracts/details/billing-details.ts'
import type { Plan } from './plan.ts'

/** What goes along with what the plan bills; undefined where the plan names nothing. */
export function detailsOfPlan({ emailTemplateId, chargeTemplateId, notificationRulerId }: Plan): DetailsInput | undefined {
  const details = { emailTemplateId, chargeTemplateId, notificationRulerId }
  return Object.values(details).every(id => id === null) ? undefined : details
}

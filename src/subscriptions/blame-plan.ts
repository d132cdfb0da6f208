import { Refusal } from '../core/refusal.ts'

/** Of the contract and the rule that a plan makes, what was not sent but is the plan's. */
const ofThePlan = /^\/(?:organizationId$|rules\/|lines\/|details\/|recurrence\/)/

/** What is wrong with what the plan makes is told of the plan: whoever subscribes sent nothing else. */
export async function blamePlan<T>(making: Promise<T>): Promise<T> {
  try {
    return await making
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const faults = error.faults.map(fault =>
      ofThePlan.test(fault.path) ? { ...fault, path: '/planId', message: `No plano: ${fault.message}` } : fault,
    )
    throw new Refusal(error.code, error.message, { status: error.status, details: error.details, faults })
  }
}

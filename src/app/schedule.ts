import { billDaily } from '../billing-run/daily-billing.ts'
import { EXPIRE_PREVIEW, expirePreview } from '../billing-run/expire-preview.ts'
import { WORK_RUN } from '../billing-run/move-run.ts'
import { workRun } from '../billing-run/work-run.ts'
import { readjustmentWork } from '../contracts/readjustment/apply-readjustment.ts'
import { contractWork } from '../contracts/settle-contract.ts'
import { DAILY_BILLING } from '../organizations/organization.ts'
import type { WorkHandler, WorkHandlers } from '../platform/due-work.ts'
import { scheduleWork } from '../schedules/make-occurrences.ts'
import { VERIFY, verifyWork } from '../verify/run-verification.ts'
import { SEND_WEBHOOKS } from '../webhooks/held-endpoint.ts'

/**
 * Everything that happens by itself: the kind of due work, and the verb that does it. `stopping` ends what cannot go on where it was left.
 * Webhooks are sent by `sendWebhooks`: workers only wake who sends, and a sandbox whose clock is moved waits until they are sent.
 */
export function dueHandlers(stopping?: AbortSignal, sendWebhooks: WorkHandler = nobodySends): WorkHandlers {
  return {
    ...contractWork,
    ...readjustmentWork,
    ...scheduleWork,
    [DAILY_BILLING]: billDaily,
    [WORK_RUN]: workRun,
    [EXPIRE_PREVIEW]: expirePreview,
    ...verifyWork(stopping),
    [SEND_WEBHOOKS]: sendWebhooks,
  }
}

async function nobodySends(): Promise<void> {
  throw new Error('nobody sends webhooks here')
}

/** Kinds that several workers may carry on together; of all others one at a time is enough. */
export const sharedKinds: ReadonlySet<string> = new Set([WORK_RUN])

/** Kinds that begin again when they are cut off: no turn ends them. */
export const undividedKinds: ReadonlySet<string> = new Set([VERIFY])

import { billDaily } from '../billing-run/daily-billing.ts'
import { EXPIRE_PREVIEW, expirePreview } from '../billing-run/expire-preview.ts'
import { WORK_RUN } from '../billing-run/move-run.ts'
import { workRun } from '../billing-run/work-run.ts'
import { contractWork } from '../contracts/settle-contract.ts'
import { DAILY_BILLING } from '../organizations/organization.ts'
import type { WorkHandlers } from '../platform/due-work.ts'
import { verifyWork } from '../verify/run-verification.ts'

/** Everything that happens by itself: the kind of due work, and the verb that does it. */
export function dueHandlers(signal?: AbortSignal): WorkHandlers {
  return {
    ...contractWork,
    [DAILY_BILLING]: billDaily,
    [WORK_RUN]: (ctx, runId) => workRun(ctx, runId, signal),
    [EXPIRE_PREVIEW]: expirePreview,
    ...verifyWork(signal),
  }
}

/** Kinds that several workers may carry on together; of all others one at a time is enough. */
export const sharedKinds: ReadonlySet<string> = new Set([WORK_RUN])

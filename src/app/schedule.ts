import { billDaily } from '../billing-run/daily-billing.ts'
import { EXPIRE_PREVIEW, expirePreview } from '../billing-run/expire-preview.ts'
import { WORK_RUN } from '../billing-run/move-run.ts'
import { workRun } from '../billing-run/work-run.ts'
import { contractWork } from '../contracts/settle-contract.ts'
import { DAILY_BILLING } from '../organizations/organization.ts'
import type { WorkHandlers } from '../platform/due-work.ts'
import { VERIFY, verifyWork } from '../verify/run-verification.ts'

/** Everything that happens by itself: the kind of due work, and the verb that does it. `stopping` ends what cannot go on where it was left. */
export function dueHandlers(stopping?: AbortSignal): WorkHandlers {
  return {
    ...contractWork,
    [DAILY_BILLING]: billDaily,
    [WORK_RUN]: workRun,
    [EXPIRE_PREVIEW]: expirePreview,
    ...verifyWork(stopping),
  }
}

/** Kinds that several workers may carry on together; of all others one at a time is enough. */
export const sharedKinds: ReadonlySet<string> = new Set([WORK_RUN])

/** Kinds that begin again when they are cut off: no turn ends them. */
export const undividedKinds: ReadonlySet<string> = new Set([VERIFY])

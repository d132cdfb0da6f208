import { dpsRules } from './issue/judge-dps.ts'
import { eventRules } from './rules/event-rules.ts'
import type { Stage } from './rules/rule.ts'

export interface TableRow {
  readonly code: string
  readonly level: number
  readonly stage: Stage
  readonly field: string
  readonly says: string
  readonly source: string
}

/** Every rule that is asked of a document, as people read it. */
export function ruleTable(): TableRow[] {
  return [...dpsRules, eventRules].flatMap(({ stage, source, rules }) =>
    rules.map(({ code, level, field, says }) => ({ code, level, stage, field, says, source })),
  )
}

import type { CivilDate } from '../core/dates.ts'
import type { Noun } from '../core/ids.ts'

/** What a check's statement answers for each thing it finds. */
export interface Found<Code extends string> {
  code: Code
  noun: Noun
  id: number
  startsOn: CivilDate | null
  endsOn: CivilDate | null
  details: Record<string, unknown>
}

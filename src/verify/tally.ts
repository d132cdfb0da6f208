import { type Finding, type FindingCode, type Found, type InformationCode, isFinding, worded } from './findings.ts'
import type { Walk } from './pages.ts'

/** Of each code so many are listed; beyond them they are only counted, so that memory stays flat whatever is wrong. */
const LISTED = 100
/** Something that was looked at twice in one verification is told once, as far as so many are remembered. */
const REMEMBERED = 10_000

/** What a verification has found when it is over. */
export interface Verified {
  mode: 'full' | 'incremental' | 'since'
  /** Nothing is wrong. What is due with a reason is no error. */
  clean: boolean
  /** Digest of the chain's last seal, to be noted down; null without any history. */
  head: string | null
  /** How many of what were looked at. */
  checked: Tally['checked']
  /** How often each code was found; `findings` lists the first hundred of each. */
  found: Tally['found']
  findings: Finding[]
  /** Periods that are due and not billed, by reason. */
  due: Tally['due']
  information: Finding[]
}

/** What a verification has found so far. */
export class Tally {
  readonly checked: Partial<Record<Walk, number>> = {}
  readonly found: Partial<Record<FindingCode, number>> = {}
  readonly findings: Finding[] = []
  readonly information: Finding[] = []
  /** What is due and not billed, by reason. */
  readonly due: Record<string, number> = {}
  readonly #listed = new Map<string, number>()
  readonly #told = new Set<string>()

  count(walk: Walk, rows: number): void {
    this.checked[walk] = (this.checked[walk] ?? 0) + rows
  }

  add(rows: readonly Found<FindingCode | InformationCode>[]): void {
    for (const row of rows) this.#addOne(row)
  }

  #addOne(row: Found<FindingCode | InformationCode>): void {
    const { code, details } = row
    const key = JSON.stringify(row)
    if (this.#told.has(key)) return
    if (this.#told.size < REMEMBERED) this.#told.add(key)
    if (isFinding(code)) this.found[code] = (this.found[code] ?? 0) + 1
    else if (code === 'due' || code === 'unbilled') {
      const reason = typeof details.reason === 'string' ? details.reason : code
      this.due[reason] = (this.due[reason] ?? 0) + 1
    }
    const listed = this.#listed.get(code) ?? 0
    if (listed >= LISTED) return
    this.#listed.set(code, listed + 1)
    if (isFinding(code)) this.findings.push(worded(row))
    else this.information.push(worded(row))
  }
}

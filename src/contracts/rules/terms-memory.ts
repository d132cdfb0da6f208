import type { Reader } from '../../platform/db/db.ts'
import type { Terms } from './terms.ts'
import { termsOf } from './terms-store.ts'

const LIMIT = 4000

/**
 * Terms that were read before, of one account. Versions are never changed and never taken away, so what was read of a rule is all there
 * is as long as its row still names the same latest version. A worker of a run keeps one: it decides rules and, a moment later,
 * bills them under their locks.
 */
export class TermsMemory {
  readonly #byRule = new Map<number, readonly Terms[]>()

  /** The versions of each rule, by what its row says is the latest. */
  async of(tx: Reader, rules: readonly { ruleId: number; termsVersion: number }[]): Promise<Map<number, readonly Terms[]>> {
    const known = new Map<number, readonly Terms[]>()
    const unknown: number[] = []
    for (const { ruleId, termsVersion } of rules) {
      const versions = this.#byRule.get(ruleId)
      if (versions?.at(-1)?.version === termsVersion) known.set(ruleId, versions)
      else unknown.push(ruleId)
    }
    const read = await termsOf(tx, unknown)
    if (this.#byRule.size + read.size > LIMIT) this.#byRule.clear()
    for (const [ruleId, versions] of read) {
      known.set(ruleId, versions)
      this.#byRule.set(ruleId, versions)
    }
    return known
  }
}

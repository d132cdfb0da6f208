import type { Application } from '../../contracts/readjustment/readjustment-store.ts'
import { termsAt } from '../../contracts/rules/terms.ts'
import type { TermsRecord } from '../../contracts/rules/terms-store.ts'
import { type Decimal, micros } from '../../core/money.ts'
import type { KnownRule } from './known.ts'

/** A price that a line had until a readjustment changed it, and that nobody has changed since but readjustments. */
export interface EarlierPrice {
  unitPrice: Decimal
  /** The first of the readjustments since; null: its record is not here. */
  by: Application | null
}

/**
 * The readjustment since which a price is no longer the line's own: a file that still says it is older than the readjustment, and means
 * nothing by it. Null: it is another price, which somebody wrote.
 *
 * @param place of the line in the rule's terms as they stand
 */
export function earlierPrice(known: KnownRule, place: number, unitPrice: Decimal): EarlierPrice | null {
  const of = known.terms.lines[place]
  if (of === undefined) return null
  const turn = known.terms.lines.slice(0, place).filter(({ serviceItemId }) => serviceItemId === of.serviceItemId).length
  const lineOf = ({ lines }: TermsRecord) => lines.filter(({ serviceItemId }) => serviceItemId === of.serviceItemId)[turn]
  let current = known.versions.find(({ version }) => version === known.terms.version)
  while (current !== undefined) {
    const { version, validFrom, cause }: TermsRecord = current
    // What held on its first day until it was known.
    const older = known.versions.filter(each => each.version < version && each.validFrom <= validFrom)
    const [now, before] = [lineOf(current), older.length === 0 ? undefined : lineOf(termsAt(older, validFrom))]
    if (now === undefined || before === undefined) return null
    if (micros(now.unitPrice) !== micros(before.unitPrice)) {
      if (cause !== READJUSTED) return null
      if (micros(before.unitPrice) === micros(unitPrice)) return { unitPrice, by: appliedBy(known, version) }
    }
    current = termsAt(older, validFrom)
  }
  return null
}

/** Of versions that a readjustment added. */
export const READJUSTED = 'readjustment'

function appliedBy({ applications }: KnownRule, version: number): Application | null {
  const isOf = ({ firstVersion, lastVersion }: Application) =>
    firstVersion !== null && lastVersion !== null && firstVersion <= version && version <= lastVersion
  return applications.find(isOf) ?? null
}

// Everything that is wrong with a declaration, at once, before a byte of it exists: what the schema would refuse, and what the Sefin would answer, by the
// rules that can be told without its registers. A declaration without faults is written so that it validates and is not refused for its shape.

import type { OfficialFault } from '../fault.ts'
import type { Dps } from './dps.ts'
import { fieldFaults } from './judge-fields.ts'
import { type DpsRule, faultsOf, type Known, nothingKnown } from './rule.ts'
import { ibsCbsRules } from './rules-ibs-cbs.ts'
import { identityRules } from './rules-identity.ts'
import { partyRules } from './rules-parties.ts'
import { serviceRules } from './rules-service.ts'
import { burdenRules, federalTaxRules, municipalTaxRules } from './rules-taxes.ts'
import { valueRules } from './rules-values.ts'

/** In the order of the layout. */
export const dpsRules: readonly DpsRule[] = [
  ...identityRules,
  ...partyRules,
  ...serviceRules,
  ...valueRules,
  ...municipalTaxRules,
  ...federalTaxRules,
  ...burdenRules,
  ...ibsCbsRules,
]

/** Empty: it may be written. What is not known beside the declaration (`Known`) is not judged. */
export function judgeDps(dps: Dps, known: Known = nothingKnown): OfficialFault[] {
  return [...fieldFaults(dps), ...faultsOf(dpsRules, dps, known)]
}

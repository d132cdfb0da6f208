import type { CivilDate } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import type { Ctx } from '../platform/context.ts'
import { bindParties } from './bind-parties.ts'
import { activationDay, type Contract, checkValidity, contractAfter } from './contract.ts'
import { addValidities } from './contract-facts-store.ts'
import { holdLivingContract, settle } from './held-contract.ts'
import { seedLedgers } from './ledger/coverage-store.ts'
import { seedOf } from './rules/rule-start.ts'
import { rulesOfContract } from './rules/rule-store.ts'
import { termsOf } from './rules/terms-store.ts'

/** Makes a draft active: its validity begins, and the ledgers of its rules with it. `on` is today or the planned start unless told. */
export function activateContract(ctx: Ctx, id: number, { on }: { on?: CivilDate | undefined } = {}): Promise<Contract> {
  return ctx.transact(async tx => {
    const held = await holdLivingContract(tx, ctx, id)
    const { contract, today, now } = held
    contractAfter(contract.state, 'activate')
    await bindParties(tx, contract)
    const validity = { startsOn: on ?? activationDay(today, contract.startsOn), endsOn: contract.endsOn }
    const faults = new Faults()
    checkValidity(validity.startsOn, validity.endsOn, '', faults)
    faults.refuseIfAny()
    await addValidities(tx, [{ contractId: id, ...validity, cause: 'activate' }], now)
    const rules = (await rulesOfContract(tx, id)).filter(rule => rule.archivedAt === null)
    const terms = await termsOf(
      tx,
      rules.map(rule => rule.id),
    )
    const seeds = []
    for (const rule of rules) seeds.push(await seedOf(tx, rule, terms.get(rule.id) ?? [], validity, today))
    await seedLedgers(tx, seeds, now)
    return settle(tx, ctx, held, validity, 'activate')
  })
}

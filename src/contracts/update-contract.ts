import { changesNothing, saysSame, unchangedSince } from '../core/current.ts'
import type { CivilDate } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import type { Ctx } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'
import { type ExternalId, externalIdsOf, replaceExternalIds, tidyIds } from '../platform/external-ids.ts'
import { type Contract, type ContractInput, checkValidity, readContract, refuseState } from './contract.ts'
import { addValidities } from './contract-facts-store.ts'
import { holdLivingContract, settle } from './held-contract.ts'

/** What is absent stays, what is null is cleared. */
export type ContractChange = Partial<ContractInput> & {
  /** Of a draft alone: an active contract's start is fixed. */
  startsOn?: CivilDate | null | undefined
  /** The new last day; null: until further notice. */
  endsOn?: CivilDate | null | undefined
  externalIds?: ExternalId[] | undefined
}

/**
 * What changes nothing is not written, unless something that others keep beside it changed: `isToldAnyway`.
 */
export function updateContract(
  ctx: Ctx,
  id: number,
  expectedVersion: number,
  change: ContractChange,
  isToldAnyway = false,
): Promise<Contract> {
  return ctx.transact(async tx => {
    const held = await holdLivingContract(tx, ctx, id)
    const before = unchangedSince(held.contract, expectedVersion)
    const faults = new Faults()
    const data = readContract({ ...before, ...change }, '', faults)
    const startsOn = changedStart(before, change.startsOn, faults)
    const endsOn = change.endsOn === undefined ? before.endsOn : change.endsOn
    checkValidity(startsOn, endsOn, '', faults)
    faults.refuseIfAny()
    const isAsItStands = changesNothing(before, { ...before, ...data, startsOn, endsOn })
    if (isAsItStands && !isToldAnyway && !(await changesIds(tx, id, change.externalIds))) return before
    if (endsOn !== before.endsOn) requireOpenEnd(before)
    if (endsOn !== before.endsOn && held.facts.validity !== null) {
      await addValidities(
        tx,
        [{ contractId: id, startsOn: held.facts.validity.startsOn, endsOn, cause: 'end_changed' }],
        held.now,
      )
    }
    if (change.externalIds) await replaceExternalIds(tx, 'contract', id, change.externalIds)
    return settle(tx, ctx, held, { ...data, startsOn, endsOn }, 'update')
  })
}

async function changesIds(tx: Reader, id: number, externalIds: ExternalId[] | undefined): Promise<boolean> {
  if (externalIds === undefined) return false
  const known = (await externalIdsOf(tx, 'contract', [id])).get(id) ?? []
  return !saysSame(known, tidyIds(externalIds))
}

function changedStart(before: Contract, startsOn: CivilDate | null | undefined, faults: Faults): CivilDate | null {
  if (startsOn === undefined || startsOn === before.startsOn) return before.startsOn
  if (before.state === 'draft') return startsOn
  faults.add('/startsOn', 'start_is_fixed', 'O início de um contrato que já foi ativado não muda.')
  return before.startsOn
}

/** An end that has come, or that a cancellation set, is not moved by writing another one. */
function requireOpenEnd({ state }: Contract): void {
  if (state === 'ended' || state === 'cancelled') refuseState(state, 'change_end')
}

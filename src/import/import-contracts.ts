import { createHash } from 'node:crypto'
import { todayOf } from '../organizations/organization.ts'
import { listOrganizations } from '../organizations/organization-store.ts'
import { type Ctx, showActor } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { inSlices } from '../platform/in-slices.ts'
import { applyPlan } from './apply-plan.ts'
import { FileFaults } from './file/fault.ts'
import { type ContractRows, groupRows } from './file/group-rows.ts'
import { type ReadFile, readFile } from './file/read-file.ts'
import type { Heading } from './file/read-rows.ts'
import { type ImportRecord, type ImportState, reportOf } from './import-record.ts'
import { insertImport } from './import-store.ts'
import { loadKnown } from './plan/load-known.ts'
import { type Choices, type ImportedOrganization, type ImportPlan, planImport } from './plan/plan-import.ts'

export interface ImportInput extends Choices {
  bytes: Uint8Array
  filename: string | null
  /** Tells what would be done, and does nothing. */
  dryRun: boolean
  /** Rows that are wrong are left out, instead of refusing the file. */
  validRows: boolean
}

/**
 * Imports a file of contracts: all of it or nothing, in one transaction, so that a process killed in the middle leaves nothing behind.
 * What became of the rows is kept as a report, also of a file that was refused.
 */
export async function importContracts(ctx: Ctx, input: ImportInput): Promise<ImportRecord> {
  const file = await inSlices(readFile(input.bytes))
  return ctx.transact(async tx => {
    // Taken first: the range's row makes a second import of the account wait, so that it knows what this one brings.
    const id = await takeIds(tx, 'import')
    // A transaction may be tried again.
    const faults = file.faults.copy()
    const organizations = await organizationsOf(tx, ctx)
    const issuers = organizations.filter(organization => !organization.isArchived)
    const groups = file.heading && (await inSlices(groupRows(file.rows, file.heading, issuers, faults)))
    const plan = file.heading && groups && (await planOf(tx, file.heading, groups, organizations, input, faults))
    const state = stateOf(plan, input, faults)
    if (state === 'done' && plan !== null) await applyPlan(tx, ctx, plan)
    const made: ImportRecord = {
      id,
      state,
      filename: input.filename,
      ...countsOf(file, plan, state),
      report: reportOf(
        { ...file, faults, warnings: plan?.warnings ?? new FileFaults(), differences: plan?.differences ?? [] },
        input,
      ),
      madeBy: showActor(ctx.actor),
      createdAt: ctx.clock.now(),
    }
    await insertImport(tx, made, createHash('sha256').update(input.bytes).digest())
    // The report stays out of it: what it found in a row may be somebody's personal data.
    const { report: _, ...after } = made
    await record(tx, ctx, [{ action: 'create', event: 'create', subject: { noun: 'import', id, version: 1 }, after }])
    return made
  })
}

const MOST_ORGANIZATIONS = 1_000

/** Archived ones too: contracts that are known may still be theirs. */
async function organizationsOf(tx: Reader, ctx: Ctx): Promise<(ImportedOrganization & { isArchived: boolean })[]> {
  const inUse = await listOrganizations(tx, { archived: false }, 0, MOST_ORGANIZATIONS)
  const archived = await listOrganizations(tx, { archived: true }, 0, MOST_ORGANIZATIONS)
  const now = ctx.clock.now()
  return [...inUse, ...archived].map(it => ({
    id: it.id,
    cnpj: it.cnpj,
    today: todayOf(it, now),
    isArchived: it.archivedAt !== null,
  }))
}

async function planOf(
  tx: Reader,
  heading: Heading,
  groups: readonly ContractRows[],
  organizations: readonly ImportedOrganization[],
  choices: Choices,
  faults: FileFaults,
): Promise<ImportPlan> {
  const known = await loadKnown(tx, groups, new Map(organizations.map(({ id, today }) => [id, today])))
  return planImport(groups, known, organizations, heading, faults, choices)
}

function stateOf(plan: ImportPlan | null, { dryRun, validRows }: ImportInput, faults: FileFaults): ImportState {
  if (plan === null || (faults.count > 0 && !validRows)) return dryRun ? 'checked' : 'refused'
  return dryRun ? 'checked' : 'done'
}

function countsOf({ rowCount: rows }: ReadFile, plan: ImportPlan | null, state: ImportState) {
  if (plan === null) return { rows, created: 0, updated: 0, unchanged: 0, differing: 0, refused: rows }
  const { created, updated, unchanged, differing } = plan.tally
  const refused = rows - created - updated - unchanged - differing
  return state === 'refused' ? { rows, created: 0, updated: 0, unchanged, differing, refused } : { rows, ...plan.tally, refused }
}

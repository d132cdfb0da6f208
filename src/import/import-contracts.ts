import { createHash } from 'node:crypto'
import type { Instant } from '../core/dates.ts'
import { todayOf } from '../organizations/organization.ts'
import { listOrganizations, organizationsByCnpj } from '../organizations/organization-store.ts'
import { type Ctx, showActor } from '../platform/context.ts'
import type { Reader } from '../platform/db/db.ts'
import { record } from '../platform/history.ts'
import { takeIds } from '../platform/ids.ts'
import { inSlices } from '../platform/in-slices.ts'
import { applyPlan } from './apply-plan.ts'
import { holdImports } from './erase-texts.ts'
import { FileFaults } from './file/fault.ts'
import { groupRows } from './file/group-rows.ts'
import { type ReadFile, readFile } from './file/read-file.ts'
import { type ImportRecord, type ImportState, reportOf } from './import-record.ts'
import { insertImport } from './import-store.ts'
import type { OrganizationToday } from './plan/known.ts'
import { loadKnown } from './plan/load-known.ts'
import { type Choices, type ImportPlan, planImport } from './plan/plan-import.ts'

export interface ImportInput extends Choices {
  file: ReceivedFile
  filename: string | null
  /** Tells what would be done, and does nothing. */
  dryRun: boolean
  /** Rows that are wrong are left out, instead of refusing the file. */
  validRows: boolean
}

/** A file as it came, and what could be read of it without knowing anything of the account. */
export interface ReceivedFile {
  read: ReadFile
  digest: Buffer
}

/** To be done before a transaction opens, since it takes a while: in slices that let others have their turns. */
export async function receiveFile(bytes: Uint8Array): Promise<ReceivedFile> {
  return { read: await inSlices(readFile(bytes)), digest: createHash('sha256').update(bytes).digest() }
}

/**
 * Imports a file of contracts: all of it or nothing, in one transaction, so that a process killed in the middle leaves nothing behind.
 * What became of the rows is kept as a report, also of a file that was refused.
 */
export async function importContracts(ctx: Ctx, input: ImportInput): Promise<ImportRecord> {
  const { read: file, digest } = input.file
  return ctx.transact(async tx => {
    // A second import of the account waits, so that it knows what this one brings.
    await holdImports(tx)
    const id = await takeIds(tx, 'import')
    // A transaction may be tried again.
    const faults = file.faults.copy()
    const now = ctx.clock.now()
    const issuers = await issuersOf(tx, file, now)
    const groups = file.heading && (await inSlices(groupRows(file.rows, file.heading, issuers, faults)))
    const known = groups && (await loadKnown(tx, groups, now))
    const plan = file.heading && known && groups && planImport(groups, known, issuers, file.heading, faults, input)
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
      createdAt: now,
    }
    await insertImport(tx, made, digest)
    // The report stays out of it: what it found in a row may be somebody's personal data.
    const { report: _, ...after } = made
    await record(tx, ctx, [{ action: 'create', event: 'create', subject: { noun: 'import', id, version: 1 }, after }])
    return made
  })
}

/** Those that the rows name, and besides them enough to tell whether the account has only one. */
async function issuersOf(tx: Reader, { rows }: ReadFile, now: Instant): Promise<OrganizationToday[]> {
  const named = new Set(rows.flatMap(({ cells }) => cells.organization ?? []))
  const some = await listOrganizations(tx, { archived: false }, 0, 2)
  const all = [...some, ...(await organizationsByCnpj(tx, [...named]))]
  const byId = new Map(all.map(it => [it.id, { id: it.id, cnpj: it.cnpj, today: todayOf(it, now) }]))
  return [...byId.values()]
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

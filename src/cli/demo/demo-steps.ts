import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Contract, Import, Organization, Run, RunItem } from '../answers.ts'
import type { Client } from '../client.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { followRun } from '../runs/follow-run.ts'
import { firstItemsOf, leftOversOf } from '../runs/items-of.ts'

const exampleFile = new URL('../../../examples/contratos.csv', import.meta.url)

/** Who bills in the example. */
const organization = { legalName: 'Horizonte Serviços Ltda.', cnpj: '11222333000181', taxRegime: 'simples_nacional' }

export function createOrganization(client: Client): Promise<Organization> {
  return client.post<Organization>('/v1/organizations', organization)
}

export function readExample(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(fileURLToPath(exampleFile)))
}

export async function importExample(client: Client, content: Uint8Array<ArrayBuffer>): Promise<Import> {
  const report = await client.upload<Import>('/v1/imports', content, 'text/csv', { filename: 'contratos.csv' })
  if (report.state === 'done') return report
  const [first] = report.faults
  throw new CliError(exitCodes.failure, `O exemplo foi recusado: ${first?.message ?? report.state}`, {
    details: { code: 'example_refused' },
  })
}

export async function countContracts(client: Client): Promise<number> {
  return (await client.all<Contract>('/v1/contracts')).length
}

export async function previewDay(client: Client): Promise<Run> {
  return followRun(client, await client.post<Run>('/v1/billing-runs', { preview: true }))
}

export interface Billed {
  run: Run
  /** The first that became invoices. */
  billed: RunItem[]
  left: RunItem[]
}

/** Bills exactly what the preview showed. */
export async function billPreview(client: Client, { id, planHash }: Run, onProgress: (run: Run) => void): Promise<Billed> {
  const started = await client.post<Run>(`/v1/billing-runs/${id}/bill`, planHash === null ? {} : { planHash })
  const run = await followRun(client, started, onProgress)
  onProgress(run)
  const billed = await firstItemsOf(client, run, { class: 'billed' }, 8)
  return { run, billed, left: await leftOversOf(client, run) }
}

/** The example's contracts several times over, each copy under codes of its own. */
export function manyOf(example: Uint8Array, copies: number): Uint8Array<ArrayBuffer> {
  const [heading = '', ...rows] = new TextDecoder().decode(example).trimEnd().split(/\r?\n/)
  const copied = Array.from({ length: copies }, (_, i) => rows.map(row => row.replace(/^[^;]+/, code => `${code}-${i + 1}`)))
  return new TextEncoder().encode([heading, ...copied.flat(), ''].join('\n'))
}

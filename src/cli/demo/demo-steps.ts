import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Import, Invoice, Organization, Page, Run, RunItem, Verification } from '../answers.ts'
import type { Client } from '../client.ts'
import { CliError, exitCodes } from '../exit-codes.ts'
import { leftOversOf } from '../runs/finish-run.ts'
import { followRun } from '../runs/follow-run.ts'
import { itemsOf } from '../runs/items-of.ts'
import { verifyAll } from '../verify/verify-all.ts'

export const exampleFile = fileURLToPath(new URL('../../../examples/contratos.csv', import.meta.url))

/** Who bills in the example; the CNPJ is one of those that the Receita Federal never gave out. */
const organization = { legalName: 'Horizonte Serviços de Internet Ltda.', cnpj: '11222333000181', taxRegime: 'simples_nacional' }

export function createOrganization(client: Client): Promise<Organization> {
  return client.post<Organization>('/v1/organizations', organization)
}

export async function importExample(client: Client, content: Uint8Array<ArrayBuffer> = new Uint8Array(readFileSync(exampleFile))): Promise<Import> {
  const report = await client.upload<Import>('/v1/imports', content, 'text/csv', { filename: 'contratos.csv' })
  if (report.state === 'done') return report
  const [first] = report.faults
  throw new CliError(exitCodes.failure, `O exemplo foi recusado: ${first?.message ?? report.state}`, { details: { code: 'example_refused', report } })
}

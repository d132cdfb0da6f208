import type { Page, Run, RunItem } from '../answers.ts'
import type { Client, Query } from '../client.ts'

/** Every item of a run. */
export function itemsOf(client: Client, run: Pick<Run, 'id'>, query: Query = {}): Promise<RunItem[]> {
  return client.all<RunItem>(`/v1/billing-runs/${run.id}/items`, query)
}

/** As many as a person reads at a time. */
export async function firstItemsOf(client: Client, run: Pick<Run, 'id'>, query: Query, limit = 20): Promise<RunItem[]> {
  const page = await client.get<Page<RunItem>>(`/v1/billing-runs/${run.id}/items`, { ...query, limit })
  return page.data
}

/** The invoices of before that go out, or went: the first ones, or all of a preview. */
export function goingOutOf(client: Client, run: Run, isWhole = false): Promise<RunItem[]> {
  const query = run.emissions.emitted > 0 ? { kind: 'emit', class: 'billed' } : { kind: 'emit', waits: false }
  if (run.emissions.emitted + run.emissions.goingOut === 0) return Promise.resolve([])
  return (isWhole ? itemsOf : firstItemsOf)(client, run, query)
}

/** What was due and did not become an invoice; the first ones of each kind. */
export async function leftOversOf(client: Client, run: Run): Promise<RunItem[]> {
  const { notBilled, parked } = run.counters
  return [
    ...(notBilled > 0 ? await firstItemsOf(client, run, { kind: 'bill', class: 'not_billed' }) : []),
    ...(parked > 0 ? await firstItemsOf(client, run, { kind: 'bill', class: 'parked' }) : []),
  ]
}

import type { Run, RunItem } from '../answers.ts'
import type { Client, Query } from '../client.ts'

export function itemsOf(client: Client, run: Pick<Run, 'id'>, query: Query = {}): Promise<RunItem[]> {
  return client.all<RunItem>(`/v1/billing-runs/${run.id}/items`, query)
}

/**
 * What decides and does nothing else, by module: types, state tables and pure decisions. A noun imports other nouns and core;
 * it knows no Ctx, no Tx, no clock, and nothing that waits. Types may also tell what a store reads. All of core is nouns.
 */
const nounsByModule: Readonly<Record<string, readonly string[]>> = {
  accounts: ['account'],
  organizations: ['holiday', 'organization'],
  customers: ['customer'],
  catalog: ['service-item'],
  contracts: [
    'events/billing-event',
    'contract',
    'ledger/coverage',
    'rules/due-dates',
    'rules/invoice-rule',
    'rules/line-amounts',
    'rules/price-change',
    'events/price-difference',
    'rules/read-terms',
    'rules/recurrence',
    'rules/rule-history',
    'rules/rule-sentence',
    'rules/rule-versions',
    'rules/services-once',
    'rules/terms',
  ],
  invoices: ['cancellation', 'dossier', 'emission', 'invoice', 'manual-invoice', 'resplit'],
  receivables: ['reason', 'receipt', 'receivable'],
  'billing-run': [
    'billing-run',
    'invoice-rows',
    'plan/items-of-rule',
    'ledger-after',
    'make-invoice',
    'plan/outcomes',
    'plan/plan-invoice',
    'plan/plan-rule',
    'plan/rule-facts',
  ],
  import: [
    'file/anchor',
    'file/cells',
    'file/cells-of',
    'file/columns',
    'plan/customers-in-file',
    'file/decode',
    'plan/difference',
    'file/due-words',
    'plan/external-ids-in-file',
    'file/fault',
    'file/group-rows',
    'import-record',
    'in-batches',
    'plan/known',
    'plan/match-contract',
    'file/numbers',
    'file/plain',
    'plan/plan-change',
    'plan/plan-contract',
    'plan/plan-import',
    'file/reading',
    'file/spans',
    'export/ledger-cells',
    'plan/begin-rule',
    'plan/further-faults',
    'plan/refusals',
    'plan/said-lines',
    'plan/said-terms',
    'plan/services-in-file',
    'file/words',
  ],
}

export const nouns: readonly string[] = Object.entries(nounsByModule).flatMap(([module, names]) =>
  names.map(name => `src/${module}/${name}.ts`),
)

const listed = new Set(nouns)

export const isNoun = (path: string): boolean => listed.has(path) || path.startsWith('src/core/')

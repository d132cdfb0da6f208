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
    'billing-event',
    'contract',
    'coverage',
    'due-dates',
    'invoice-rule',
    'line-amounts',
    'price-change',
    'price-difference',
    'read-terms',
    'recurrence',
    'rule-history',
    'rule-sentence',
    'rule-versions',
    'services-once',
    'terms',
  ],
  invoices: ['cancellation', 'dossier', 'emission', 'invoice', 'manual-invoice', 'resplit'],
  receivables: ['reason', 'receipt', 'receivable'],
  'billing-run': [
    'billing-run',
    'invoice-rows',
    'items-of-rule',
    'ledger-after',
    'make-invoice',
    'outcomes',
    'plan-invoice',
    'plan-rule',
    'rule-facts',
  ],
  import: [
    'anchor',
    'cells',
    'cells-of',
    'columns',
    'customers-in-file',
    'decode',
    'difference',
    'due-words',
    'external-ids-in-file',
    'fault',
    'group-rows',
    'import-record',
    'in-batches',
    'known',
    'match-contract',
    'numbers',
    'plain',
    'plan-change',
    'plan-contract',
    'plan-import',
    'reading',
    'refusals',
    'said-lines',
    'said-terms',
    'services-in-file',
    'words',
  ],
}

export const nouns: readonly string[] = Object.entries(nounsByModule).flatMap(([module, names]) =>
  names.map(name => `src/${module}/${name}.ts`),
)

const listed = new Set(nouns)

export const isNoun = (path: string): boolean => listed.has(path) || path.startsWith('src/core/')

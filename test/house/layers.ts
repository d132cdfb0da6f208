/**
 * Who may know whom: a module imports only from rows above its own. Modules that share a row know each other, and then only
 * file by file, since no file may lead back to itself.
 */
export const layers: readonly (readonly string[])[] = [
  ['core'],
  ['platform'],
  ['accounts'],
  ['organizations'],
  ['customers'],
  ['catalog'],
  ['indices'],
  // The law of the note: pure, with parsers and certificates behind doors of their own.
  ['nfse'],
  ['contracts'],
  ['subscriptions'],
  // One aggregate: emitting opens receivables, and a payment makes the invoice received or frees one that was held.
  ['invoices', 'receivables'],
  // What is owed without either of them.
  ['schedules'],
  // Replaces what is owed.
  ['renegotiation'],
  ['webhooks'],
  ['billing-run'],
  ['verify'],
  ['import'],
  // Others' formats for the same verbs.
  ['dialects'],
  // We speak to others, for whoever declares what is wanted of them.
  ['connectors'],
  // Those others, simulated: real protocols over the loopback.
  ['sandbox'],
  // Knows everybody.
  ['app'],
  ['cli'],
  ['main.ts'],
]

/** What may know less than its row allows, and why. */
export const confined: Readonly<Record<string, { to: readonly string[]; because: string }>> = {
  verify: { to: ['core', 'platform'], because: 'it decides again in its own way, from the rows alone' },
  'main.ts': { to: ['app', 'core'], because: 'it starts, and nothing else' },
}

/** A package that opens a door stays behind that door. By the beginning of the importing path. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  pg: ['src/platform/db/'],
  '@electric-sql/pglite': ['src/platform/db/'],
  'pg-boss': ['src/platform/db/', 'src/app/jobs.ts'],
  fastify: ['src/platform/http/'],
  pino: ['src/platform/'],
  'prom-client': ['src/platform/http/', 'src/app/'],
  commander: ['src/cli/'],
  'csv-parse': ['src/import/'],
  pdfkit: ['src/invoices/pdf/'],
  'libxml2-wasm': ['src/nfse/schema/', 'src/nfse/signature/'],
  'node-forge': ['src/nfse/certificates/'],
  'node:child_process': ['src/cli/'],
  'node:worker_threads': ['src/platform/db/'],
}

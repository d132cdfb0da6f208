import { parseArgs } from 'node:util'
import { benchBilling } from './billing.ts'
import { benchDialect } from './dialect.ts'
import { benchKanban } from './kanban.ts'
import { benchOmieBatch } from './omie-batch.ts'
import { benchVerify } from './verify.ts'
import { benchWebhooks } from './webhooks.ts'

const usage =
  'npm run bench -- billing [--contracts N] [--engine postgres|pglite] [--workers N] [--accounts N] [--json]\n     npm run bench -- verify [--contracts N] [--json]\n     npm run bench -- webhooks [--deliveries N] [--json]\n     npm run bench -- dialect [--invoices N] [--json]\n     npm run bench -- kanban [--contracts N] [--engine postgres|pglite] [--json]\n     npm run bench -- omie-batch [--contracts 20000] [--json]'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    contracts: { type: 'string', default: '100000' },
    engine: { type: 'string', default: 'postgres' },
    workers: { type: 'string', default: '1' },
    accounts: { type: 'string', default: '1' },
    invoices: { type: 'string', default: '100000' },
    deliveries: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
})

const [what] = positionals
const contracts = Number(values.contracts)
const isEngine = values.engine === 'postgres' || values.engine === 'pglite'
const known = ['billing', 'verify', 'webhooks', 'dialect', 'kanban', 'omie-batch']
if (what === undefined || !known.includes(what) || !isEngine || !(contracts > 0)) {
  console.error(usage)
  process.exit(2)
}
const result =
  what === 'verify'
    ? await benchVerify({ contracts })
    : what === 'webhooks'
      ? await benchWebhooks({ deliveries: Number(values.deliveries) })
      : what === 'dialect'
        ? await benchDialect({ invoices: Number(values.invoices) })
        : what === 'omie-batch'
          ? await benchOmieBatch({ contracts: process.argv.includes('--contracts') ? contracts : 20_000 })
          : what === 'kanban'
            ? await benchKanban({ contracts, engine: values.engine as 'postgres' | 'pglite' })
            : await benchBilling({
                contracts,
                engine: values.engine as 'postgres' | 'pglite',
                workers: Number(values.workers),
                accounts: Number(values.accounts),
              })
if (values.json) console.log(JSON.stringify(result))
else console.log(result)

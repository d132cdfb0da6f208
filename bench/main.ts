import { parseArgs } from 'node:util'
import { benchBilling } from './billing.ts'

const usage = 'npm run bench -- billing [--contracts N] [--engine postgres|pglite] [--workers N] [--accounts N] [--json]'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    contracts: { type: 'string', default: '100000' },
    engine: { type: 'string', default: 'postgres' },
    workers: { type: 'string', default: '1' },
    accounts: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})

const [what] = positionals
if (what !== 'billing' || (values.engine !== 'postgres' && values.engine !== 'pglite')) {
  console.error(usage)
  process.exit(2)
}
const result = await benchBilling({
  contracts: Number(values.contracts),
  engine: values.engine,
  workers: Number(values.workers),
  accounts: Number(values.accounts),
})
if (values.json) console.log(JSON.stringify(result))
else console.table(result)

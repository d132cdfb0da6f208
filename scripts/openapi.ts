// Writes api/openapi.json from the routes' schemas; with --check only compares, and fails when they have drifted apart.

import { readFileSync, writeFileSync } from 'node:fs'
import { registerRoutes } from '../src/app/routes.ts'
import { dueHandlers } from '../src/app/schedule.ts'
import { systemClock } from '../src/platform/clock.ts'
import type { Db } from '../src/platform/db/db.ts'
import { openApp } from '../src/platform/http/app.ts'
import { documentText } from '../src/platform/http/docs.ts'
import { openLog } from '../src/platform/log.ts'

const file = new URL('../api/openapi.json', import.meta.url)

/** Routes are declared, never asked. */
const noDatabase: Db = {
  engine: 'pglite',
  transact: () => Promise.reject(new Error('the document needs no database')),
  readOnce: () => Promise.reject(new Error('the document needs no database')),
  queueSql: () => Promise.reject(new Error('the document needs no database')),
  load: () => {
    throw new Error('the document needs no database')
  },
  close: async () => {},
}

const services = {
  db: noDatabase,
  clock: systemClock,
  log: openLog({ level: 'silent' }),
  operatorKey: undefined,
  onChange() {},
  onDueWork() {},
}
const app = await openApp(services, {}, app => registerRoutes(app, dueHandlers()))
const document = documentText(app)
await app.close()

if (!process.argv.includes('--check')) {
  writeFileSync(file, document)
} else if (readFileSync(file, 'utf8') !== document) {
  console.error('api/openapi.json is not what the routes say: run `npm run openapi` and commit it.')
  process.exitCode = 1
}

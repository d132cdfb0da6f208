import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/platform/db/migrate.ts'
import { PgliteSource } from '../../src/platform/db/pglite.ts'
import { chosenEngines, type Engine } from './engines.ts'
import { postgresPrograms, startCluster } from './postgres-cluster.ts'
import { dropCopies, makeTemplate } from './postgres-databases.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    engines: Engine[]
    /** A migrated PGlite as a file. */
    pgliteImage: string
    /** The server, as its superuser, and the name of the migrated database to copy. */
    postgres: { url: string; template: string }
  }
}

type TearDown = () => void | Promise<void>

/** Once per run: each engine is migrated once, and every worker starts from a copy. */
export default async function setUp(project: TestProject): Promise<TearDown> {
  const engines = chosenEngines()
  project.provide('engines', engines)
  const tearDowns: TearDown[] = []
  const tearDown = async () => {
    for (const one of tearDowns) await one()
  }
  const settingUp = await Promise.allSettled([
    engines.includes('pglite') && setUpPglite(project, tearDowns),
    engines.includes('postgres') && setUpPostgres(project, tearDowns),
  ])
  const failed = settingUp.find(one => one.status === 'rejected')
  if (!failed) return tearDown
  await tearDown()
  throw failed.reason
}

async function setUpPglite(project: TestProject, tearDowns: TearDown[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bordero-pglite-'))
  tearDowns.push(() => rmSync(folder, { recursive: true, force: true }))
  const image = join(folder, 'migrated.tar')
  const embedded = await PgliteSource.open({ dataDir: null })
  try {
    await embedded.withOwner(migrate)
    writeFileSync(image, await embedded.dump())
  } finally {
    await embedded.close()
  }
  project.provide('pgliteImage', image)
}

/** BORDERO_TEST_POSTGRES is the URL of a superuser on a server to use instead of a private one. */
async function setUpPostgres(project: TestProject, tearDowns: TearDown[]): Promise<void> {
  const url = process.env.BORDERO_TEST_POSTGRES ?? (await startPrivateCluster(tearDowns))
  const template = await makeTemplate(url)
  tearDowns.unshift(() => dropCopies(url, template))
  project.provide('postgres', { url, template })
}

async function startPrivateCluster(tearDowns: TearDown[]): Promise<string> {
  const programs = postgresPrograms()
  if (programs === null) throw new Error('unreachable: chosenEngines has seen to it that PostgreSQL is here')
  const cluster = await startCluster(programs, { fast: true })
  tearDowns.push(() => cluster.stop())
  return cluster.url
}

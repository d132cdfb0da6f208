import { defineConfig } from 'vitest/config'

/**
 * pure      milliseconds, no I/O
 * database  *.db.test.ts and the stories, on every engine that BORDERO_TEST_ENGINES chooses; files of one worker share
 *           its databases, hence no isolation: each test has an account of its own instead
 * browser   the pages in a real Chromium, which npm brings; once, on the embedded engine
 */
const databaseTests = ['**/*.db.test.ts', 'test/stories/**/*.test.ts']
const browserTests = ['test/browser/**/*.test.ts']
const elsewhere = ['node_modules/**', 'console/**', ...browserTests]

/** Ends what hangs, and nothing that is only slow: no test may depend on how fast the machine is. */
const patience = 600_000

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: patience,
    hookTimeout: patience,
    teardownTimeout: 120_000,
    expect: { poll: { timeout: 120_000 } },
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: ['**/*.test.ts'], exclude: [...elsewhere, ...databaseTests], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'database',
          include: databaseTests,
          exclude: elsewhere,
          isolate: false,
          globalSetup: 'test/database/global-setup.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: browserTests,
          isolate: false,
          globalSetup: 'test/browser/global-setup.ts',
        },
      },
    ],
  },
})

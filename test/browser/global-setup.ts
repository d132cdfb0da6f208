import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    chromium: { executable: string; environment: Record<string, string> }
  }
}

let folder: string | undefined

/**
 * Once per run: Chromium as npm brought it, unpacked where no other run looks. BORDERO_TEST_BROWSER is the path of
 * a Chrome or Chromium to use instead, for a machine that the package has none for.
 */
export function setup(project: TestProject): void {
  const own = process.env.BORDERO_TEST_BROWSER
  if (own !== undefined) {
    project.provide('chromium', { executable: own, environment: {} })
    return
  }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('npm brings a Chromium for Linux on x64 only: set BORDERO_TEST_BROWSER to the path of a Chrome or Chromium')
  folder = mkdtempSync(join(tmpdir(), 'bordero-chromium-'))
  project.provide('chromium', unpack(folder))
}

export function teardown(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
}

const printPath = `import chromium from '@sparticuz/chromium'
process.stdout.write(await chromium.executablePath())`

/** The package unpacks into the system's temporary folder, and its libraries only where it takes the machine for a Lambda. */
function unpack(folder: string): { executable: string; environment: Record<string, string> } {
  const environment = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }
  const executable = execFileSync(process.execPath, ['--input-type=module', '--eval', printPath], {
    env: environment,
    encoding: 'utf8',
  })
  // The package's own names folders of a Lambda.
  const fonts = join(folder, 'fonts.conf')
  writeFileSync(
    fonts,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
     <fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>`,
  )
  // NSS, NSPR and Expat, which a bare machine lacks, and the one font: with them each machine measures the same.
  return { executable, environment: { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_FILE: fonts } }
}

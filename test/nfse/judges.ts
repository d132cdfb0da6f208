// Programs of others that say whether ours are right: `xmllint` of the schema, `xmlsec1` of the signature. On a machine without them the tests that ask
// them are skipped, and say so; where CI is set they have to be there.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'vitest'

const schemas = fileURLToPath(new URL('../../src/nfse/data/nacional-1.01-20260727/', import.meta.url))

export type Judge = 'xmllint' | 'xmlsec1' | 'openssl'

function isThere(judge: Judge): boolean {
  try {
    execFileSync(judge, [judge === 'openssl' ? 'version' : '--version'], { stdio: 'ignore' })
    return true
  } catch {
    if (process.env.BORDERO_TEST_JUDGES === 'demanded')
      throw new Error(`${judge} is not installed: apt-get install xmlsec1 libxml2-utils`)
    console.warn(`${judge} is not installed: what it would judge is SKIPPED (apt-get install xmlsec1 libxml2-utils)`)
    return false
  }
}

/** `test`, or one that is skipped aloud where the judge is missing. */
export const judgedBy = (judge: Judge): typeof test | typeof test.skip => (isThere(judge) ? test : test.skip)

/** Files of one moment. */
export function inFiles<T>(files: Readonly<Record<string, string | Uint8Array>>, use: (path: (name: string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'bordero-nfse-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    return use(name => join(folder, name))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Of many documents at once, by name: whether `xmllint` finds each valid. */
export function xmllintVerdicts(
  schema: string,
  documents: Readonly<Record<string, string | Uint8Array>>,
): Record<string, boolean> {
  return inFiles(documents, path => {
    const names = Object.keys(documents)
    const said = output('xmllint', ['--noout', '--nonet', '--schema', `${schemas}${schema}`, ...names.map(path)])
    return Object.fromEntries(names.map(name => [name, said.includes(`${path(name)} validates\n`)]))
  })
}

/** Whether `xmlsec1` verifies the signature of the element; by its certificate, whoever made that. */
export function xmlsecVerifies(document: string | Uint8Array, element: string, trusted: readonly string[]): boolean {
  return xmlsecVerified([document], element, trusted) === 1
}

/** How many of the documents `xmlsec1` verifies, one after the other until one fails. */
export function xmlsecVerified(documents: readonly (string | Uint8Array)[], element: string, trusted: readonly string[]): number {
  const authorities = Object.fromEntries(trusted.map((pem, i) => [`ca${i}.pem`, pem]))
  const files = Object.fromEntries(documents.map((document, i) => [`document-${i}.xml`, document]))
  return inFiles({ ...files, ...authorities }, path => {
    const said = output('xmlsec1', [
      '--verify',
      '--id-attr:Id',
      `http://www.sped.fazenda.gov.br/nfse:${element}`,
      '--node-xpath',
      `//*[local-name()='${element}']/following-sibling::*[local-name()='Signature']`,
      ...Object.keys(authorities).flatMap(name => ['--trusted-pem', path(name)]),
      '--verification-gmt-time',
      '2026-11-21 12:00:00+0000',
      ...Object.keys(files).map(path),
    ])
    return said.match(/^OK$/gm)?.length ?? 0
  })
}

/** Both streams, whatever the ending: these programs say in words what they found. */
function output(program: Judge, args: readonly string[]): string {
  try {
    return execFileSync('/bin/sh', ['-c', '"$0" "$@" 2>&1', program, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
  }
}

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ruleTable } from './rule-table.ts'
import { notImplemented } from './rules/not-implemented.ts'
import { officialCodes } from './tables.ts'

const implemented = new Set(ruleTable().map(({ code }) => code))
const listed = notImplemented.flatMap(({ codes }) => codes)

test('every official code is implemented, or listed with the reason why not', () => {
  const official = officialCodes().map(({ code }) => code)
  expect(official.filter(code => !implemented.has(code) && !listed.includes(code))).toEqual([])
})

test('a code is either implemented or listed, and listed once', () => {
  expect(listed.filter(code => implemented.has(code))).toEqual([])
  expect(new Set(listed).size).toBe(listed.length)
})

test('the README tells the table and the list as they are', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  expect(readme).toContain(rulesAsTold())
  expect(readme).toContain(listAsTold())
})

test('the city hall knows nothing of whoever builds the documents it judges', () => {
  const here = new URL('.', import.meta.url)
  const sources = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))
  const shared = sources.flatMap(name => {
    const text = readFileSync(new URL(name, here), 'utf8')
    return [...text.matchAll(/from '[./]*\/nfse\/([a-z]+)\//g)].map(([, folder]) => folder)
  })
  expect([...new Set(shared)].sort()).toEqual(['certificates', 'identifiers', 'schema', 'signature', 'xml'])
})

/** One line for each stage and source, with its codes. */
function rulesAsTold(): string {
  const stages = new Map<string, string[]>()
  for (const { stage, source, code } of ruleTable()) {
    const key = `| ${stage} | ${source} |`
    stages.set(key, [...(stages.get(key) ?? []), code])
  }
  return [...stages].map(([key, codes]) => `${key} ${codes.join(' ')} |`).join('\n')
}

function listAsTold(): string {
  return notImplemented.map(({ because, codes }) => `| ${because} | ${codes.join(' ')} |`).join('\n')
}

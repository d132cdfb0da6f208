import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { command } from '../../test/cli/command.ts'
import { exitCodes } from './exit-codes.ts'
import { createProgram } from './program.ts'

interface Document {
  paths: Record<string, { get?: { parameters?: { name: string; in: string; schema: { enum?: string[] } }[] } }>
}

const document: Document = JSON.parse(readFileSync(new URL('../../api/openapi.json', import.meta.url), 'utf8'))
const terminal = { out() {}, note() {}, draw() {}, isWatched: false, columns: 100 }
const program = createProgram({ terminal, environment: {}, fetch, exitCode: exitCodes.ok })

const lists = leaves(program, []).filter(({ it }) => ['list', 'items', 'due'].includes(it.name()))

function leaves(it: Command, before: readonly string[]): { it: Command; words: readonly string[] }[] {
  return it.commands.length === 0 ? [{ it, words: before }] : it.commands.flatMap(one => leaves(one, [...before, one.name()]))
}

/** Something that each option and operand takes. */
const sample: Readonly<Record<string, string>> = {
  '--limit': '2',
  '--cursor': 'abc',
  '--q': 'padaria',
  '--contract': 'ctr_1',
  '--customer': 'cus_1',
  '--plan': 'pln_1',
  '--organization': 'org_1',
  '--month': '10/2027',
  '--from': '01/10/2027',
  '--until': '31/10/2027',
  '--run': 'run_1',
  '--invoice': 'inv_1',
  '--receivable': 'rec_1',
  '--issue-from': '01/01/2027',
  '--issue-until': '31/01/2027',
  '--due-from': '01/01/2027',
  '--due-until': '31/01/2027',
  execução: 'run_1',
}

/** The words that an option's help offers. */
function offered(description: string): string[] {
  return description.split(/, | ou /)
}

async function queryOf(words: readonly string[]): Promise<[path: string, query: URLSearchParams]> {
  const ran = await command(words, async () => Response.json({ data: [], nextCursor: null }))
  expect(ran).toMatchObject({ exitCode: 0, notes: '' })
  const [path = '', query = ''] = (ran.asked[0]?.path ?? '').split('?')
  return [path, new URLSearchParams(query)]
}

const pathOf = (path: string) => path.replace(/\/(run)_1\b/, '/{id}')

test.each(lists.map(({ it, words }) => [words.join(' '), it, words] as const))(
  '"%s" offers what its route takes, and no more',
  async (_name, it, words) => {
    const operands = it.registeredArguments.map(argument => sample[argument.name()] ?? '')
    const called = [...words, ...operands]
    for (const option of it.options) {
      const name = option.long ?? ''
      const values = option.isBoolean() ? [null] : sample[name] === undefined ? offered(option.description) : [sample[name]]
      for (const value of values) {
        const [path, query] = await queryOf([...called, name, ...(value === null ? [] : [value])])
        const known = document.paths[pathOf(path)]?.get?.parameters?.filter(parameter => parameter.in === 'query') ?? []
        for (const [key, sent] of query) {
          const parameter = known.find(one => one.name === key)
          expect(parameter, `${name} of "${words.join(' ')}" asks ${path} for ${key}`).toBeDefined()
          if (parameter?.schema.enum !== undefined) expect(parameter.schema.enum).toContain(sent)
        }
      }
    }
  },
)

/** The keys of an account are few, and the indices five. */
const whole = ['keys', 'indices']

test.each(lists.filter(({ words }) => !whole.includes(words[0] ?? '')).map(({ words, it }) => [words.join(' '), it] as const))(
  '"%s" goes on from where a page ended',
  async (_name, it) => {
    expect(it.options.map(option => option.long)).toContain('--cursor')
  },
)

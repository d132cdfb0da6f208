import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command } from '../../../test/cli/command.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bordero-pdf-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** No text: a byte that is none in UTF-8. */
const bytes = Uint8Array.from([0x25, 0x50, 0x44, 0x46, 0xff, 0x00])
const server = async () => new Response(bytes, { headers: { 'content-type': 'application/pdf' } })

test('an invoice is saved as the server drew it, and no file is replaced unless that is meant', async () => {
  const file = join(folder, 'fatura.pdf')
  const saved = await command(['invoices', 'pdf', 'inv_12', '-o', file], server)
  expect(saved).toMatchObject({ exitCode: 0, notes: `A fatura está em ${file}.` })
  expect(saved.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/invoices/inv_12/pdf'])
  expect(new Uint8Array(readFileSync(file))).toEqual(bytes)
  expect((await command(['invoices', 'pdf', 'inv_12', '-o', file], server)).exitCode).toBe(2)
  expect((await command(['invoices', 'pdf', 'inv_12', '-o', file, '--force'], server)).exitCode).toBe(0)
  const told = await command(['invoices', 'pdf', 'inv_12', '-o', file, '--force', '--json'], server)
  expect(JSON.parse(told.out)).toEqual({ file })
  expect(readdirSync(folder)).toEqual(['fatura.pdf'])
})

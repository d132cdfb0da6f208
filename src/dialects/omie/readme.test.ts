import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { customerTies } from '../../app/ties.ts'
import { omie } from './omie.ts'

test('the README marks as working the methods that there are, and no other', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| `[a-z]+`: ([A-Za-z, ]+) \| works/gm)].flatMap(([, calls = '']) => calls.split(', '))
  expect(rows.sort()).toEqual(
    omie({ customers: customerTies })
      .operations.map(({ call }) => call)
      .sort(),
  )
})

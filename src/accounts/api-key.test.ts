import { expect, it } from 'vitest'
import { drawKey } from './api-key.ts'

it('a key says where it comes from, shows a prefix, and is never drawn twice', () => {
  const drawn = Array.from({ length: 200 }, drawKey)
  for (const { prefix, text } of drawn) expect(text).toMatch(new RegExp(`^bdr_${prefix}_[0-9a-f]{64}$`))
  expect(new Set(drawn.map(key => key.text)).size).toBe(200)
})

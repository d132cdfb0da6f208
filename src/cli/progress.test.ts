import { expect, test } from 'vitest'
import { progressLine } from './progress.ts'

test('half done is half a bar', () => {
  expect(progressLine('Faturando', 100, 200)).toBe(`Faturando [${'█'.repeat(14)}${'░'.repeat(14)}]  50%  100 de 200`)
})

test('nothing to do is an empty bar, not a division by zero', () => {
  expect(progressLine('Faturando', 0, 0)).toBe(`Faturando [${'░'.repeat(28)}]   0%  0 de 0`)
})

import { expect, test } from 'vitest'
import { calledPlan, calledPlanFirst } from './plan-name.ts'

test.each([
  ['Básico', 'plano Básico', 'Plano Básico'],
  ['Plano Básico', 'Plano Básico', 'Plano Básico'],
  ['PLANO 500', 'PLANO 500', 'PLANO 500'],
  ['plano-fibra', 'plano-fibra', 'Plano-fibra'],
  ['Plano', 'Plano', 'Plano'],
  ['Planos da casa', 'plano Planos da casa', 'Plano Planos da casa'],
])('%s is called a plan once', (name, within, first) => {
  expect(calledPlan(name)).toBe(within)
  expect(calledPlanFirst(name)).toBe(first)
})

// How a plan is spoken of: many are called "Plano Básico" already, and nobody wants to read "o plano Plano Básico".

/** 'plano Básico', 'Plano Básico', within a sentence. */
export function calledPlan(name: string): string {
  return /^plano(?![\p{L}\p{N}])/iu.test(name) ? name : `plano ${name}`
}

/** The same, at the beginning of one. */
export function calledPlanFirst(name: string): string {
  const called = calledPlan(name)
  return called.slice(0, 1).toUpperCase() + called.slice(1)
}

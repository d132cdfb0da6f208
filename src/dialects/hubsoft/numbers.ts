// A *serviço do cliente* is one line of a contract's rule. Its number is the rule's × 1000 + the line's, which is the same through all
// versions of the rule's terms (contracts/rules/line-numbers.ts): no table, no look-up, and it holds for whatever exists already.

const LINES = 1000

/** Null: beyond what numbers can tell. A rule has said a thousand different services in its life then. */
export function clientServiceNumber(ruleId: number, lineNumber: number): number | null {
  const number = ruleId * LINES + lineNumber
  return lineNumber < LINES && Number.isSafeInteger(number) ? number : null
}

export function clientServiceOf(number: number): { ruleId: number; lineNumber: number } | null {
  const lineNumber = number % LINES
  const ruleId = (number - lineNumber) / LINES
  return ruleId >= 1 && lineNumber >= 1 ? { ruleId, lineNumber } : null
}

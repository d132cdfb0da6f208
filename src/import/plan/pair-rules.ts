import { cellsOfTerms } from '../file/cells-of.ts'
import { showCell } from '../file/columns.ts'
import type { RuleRows } from '../file/group-rows.ts'
import { plain } from '../file/plain.ts'
import type { Row } from '../file/read-rows.ts'
import type { KnownContract, KnownRule } from './known.ts'

/**
 * Which rule of the contract each rule of the file is: the one of its title, otherwise the only one that is left, or left of its service.
 * Where several have one title, what they bill and when tells them apart; their numbers do while there are as many there as here.
 */
export function pairRules(
  groups: readonly RuleRows[],
  known: KnownContract,
  serviceOf: (row: Row) => number,
): { rows: RuleRows; rule: KnownRule | null }[] {
  const left = new Set(known.rules)
  const paired = new Map<RuleRows, KnownRule>()
  const pair = (rows: RuleRows, rule: KnownRule | undefined) => {
    if (rule === undefined) return
    paired.set(rows, rule)
    left.delete(rule)
  }
  for (const [title, namesakes] of Map.groupBy(groups, ({ cells }) => plain(cells.ruleTitle ?? ''))) {
    if (title === '') continue
    const rules = [...left].filter(({ rule }) => plain(rule.title) === title)
    for (const [rows, rule] of pairNamesakes(namesakes, rules, serviceOf)) pair(rows, rule)
  }
  const unpaired = () => groups.filter(rows => !paired.has(rows))
  for (const rows of unpaired()) {
    const [first] = rows.rows
    const service = first && serviceOf(first)
    if (left.size > 1)
      pair(
        rows,
        [...left].find(({ terms }) => terms.lines[0]?.serviceItemId === service),
      )
  }
  for (const rows of unpaired()) if (left.size === 1 && unpaired().length === 1) pair(rows, [...left][0])
  return groups.map(rows => ({ rows, rule: paired.get(rows) ?? null }))
}

/** A rule that is gone must not give its rows to another one of its title: rather they are told as one that is not here. */
function pairNamesakes(
  groups: readonly RuleRows[],
  rules: readonly KnownRule[],
  serviceOf: (row: Row) => number,
): Map<RuleRows, KnownRule> {
  const [only] = groups
  if (groups.length === 1 && rules.length === 1 && only && rules[0]) return new Map([[only, rules[0]]])
  const paired = new Map<RuleRows, KnownRule>()
  const pairBy = (textOfRows: (rows: RuleRows) => string, textOfRule: (rule: KnownRule) => string) => {
    const ofText = Map.groupBy(
      groups.filter(rows => !paired.has(rows)),
      textOfRows,
    )
    const taken = new Set(paired.values())
    const free = Map.groupBy(
      rules.filter(rule => !taken.has(rule)),
      textOfRule,
    )
    for (const [text, alike] of ofText) {
      const candidates = free.get(text) ?? []
      if (alike.length !== candidates.length) continue
      for (const [i, rows] of alike.entries()) if (candidates[i]) paired.set(rows, candidates[i])
    }
  }
  const services = (rows: RuleRows) => rows.rows.map(serviceOf).join()
  const billed = ({ terms }: KnownRule) => terms.lines.map(line => line.serviceItemId).join()
  pairBy(
    rows => `${services(rows)} ${rhythmOf(rows.cells)}`,
    rule => `${billed(rule)} ${rhythmOf(cellsOfTerms(rule.terms))}`,
  )
  pairBy(services, billed)
  pairBy(
    () => '',
    () => '',
  )
  return paired
}

function rhythmOf({ anchor, ruleEndsOn }: RuleRows['cells']): string {
  return `${showCell('anchor', anchor)} ${showCell('ruleEndsOn', ruleEndsOn)}`
}

import type { Cnpj } from '../core/brazil/cnpj.ts'
import { type Cells, type ColumnKey, columnKeys, columns, type Level, showCell } from './columns.ts'
import type { FileFaults } from './fault.ts'
import { plain } from './plain.ts'
import type { Heading, Row } from './read-rows.ts'

/** The rows of a file that speak of one contract. */
export interface ContractRows {
  /** The line of the first. */
  line: number
  lines: number[]
  organizationId: number
  /** Its code; without one, the row's own key. */
  key: ContractKey
  /** What the rows say of contract and customer. */
  cells: Cells
  rules: RuleRows[]
}

export type ContractKey = { readonly code: string } | { readonly row: string }

export interface RuleRows {
  line: number
  cells: Cells
  /** Each is a line of the rule. */
  rows: Row[]
}

export interface KnownOrganization {
  id: number
  cnpj: Cnpj
}

/**
 * Which rows make one contract, and which of those one rule. Rows with the same contract code are one contract; of those, rows with
 * the same `regra` are the lines of one rule. A row without a code is a contract of its own. What belongs to the whole contract or
 * rule is said once or alike. A contract with a faulty row comes not along.
 */
export function groupRows(
  rows: readonly Row[],
  heading: Heading,
  organizations: readonly KnownOrganization[],
  faults: FileFaults,
): ContractRows[] {
  const keyed = withKeys(rows, heading, organizations, faults)
  const groups = Map.groupBy(keyed, ({ key }) => ('code' in key ? `code ${key.code}` : `row ${key.row}`))
  return [...groups.values()].flatMap(group => uniteContract(group, heading, faults) ?? [])
}

interface KeyedRow extends Row {
  organizationId: number
  key: ContractKey
}

function withKeys(rows: readonly Row[], heading: Heading, organizations: readonly KnownOrganization[], faults: FileFaults): KeyedRow[] {
  const seen = new Map<string, number>()
  return rows.flatMap((row): KeyedRow[] => {
    const organizationId = organizationOf(row, heading, organizations, faults)
    if (organizationId === null) return []
    const { code } = row.cells
    if (code != null) return [{ ...row, organizationId, key: { code } }]
    // Counted for faulty rows too, so that mending one of equal rows does not turn the others into its successors.
    const base = rowKey(row.cells, organizationId)
    const ordinal = (seen.get(base) ?? 0) + 1
    seen.set(base, ordinal)
    return [{ ...row, organizationId, key: { row: `${base}|${ordinal}` } }]
  })
}

/** What a row without a contract code is known by, before the ordinal among equal rows of the file. */
function rowKey({ taxId, customerName, serviceCode, service, startsOn }: Cells, organizationId: number): string {
  const party = taxId?.taxId ?? plain(customerName ?? '')
  return [organizationId, party, plain(serviceCode ?? service ?? ''), startsOn ?? ''].join('|')
}

function organizationOf(row: Row, heading: Heading, organizations: readonly KnownOrganization[], faults: FileFaults): number | null {
  const column = heading.spelled('organization')
  const cnpj = row.cells.organization
  if (cnpj != null) {
    const named = organizations.find(organization => organization.cnpj === cnpj)
    return named?.id ?? faults.add(row.line, column, 'unknown_organization', 'o CNPJ de uma organização da conta', showCell('organization', cnpj))
  }
  const [only, ...others] = organizations
  if (only === undefined) return faults.add(row.line, column, 'no_organization', 'uma organização cadastrada', '')
  if (others.length > 0) return faults.add(row.line, column, 'organization_required', 'o CNPJ de uma das organizações', '')
  return only.id
}

function uniteContract(group: readonly KeyedRow[], heading: Heading, faults: FileFaults): ContractRows | null {
  const [first] = group
  if (first === undefined) return null
  requireIndispensable(group, heading, faults)
  const cells = unite(group, ['contract', 'customer'], heading, faults)
  const byRule = Map.groupBy(group, row => plain(row.cells.ruleTitle ?? ''))
  const rules = [...byRule.values()].map(rows => ({ line: rows[0]?.line ?? first.line, cells: unite(rows, ['rule'], heading, faults), rows }))
  for (const row of group) {
    if (row.organizationId === first.organizationId) continue
    faults.add(row.line, heading.spelled('organization'), 'contradicts_earlier_row', `o mesmo da linha ${first.line}`, showCell('organization', row.cells.organization))
  }
  const faulty = group.find(row => faults.has(row.line))
  if (faulty !== undefined) {
    for (const row of group) {
      if (!faults.has(row.line)) faults.add(row.line, null, 'refused_earlier_row', `a linha ${faulty.line} corrigida`, '')
    }
    return null
  }
  return { line: first.line, lines: group.map(row => row.line), organizationId: first.organizationId, key: first.key, cells, rules }
}

/** Cells that no contract does without, once per contract, rule or line. */
function requireIndispensable(group: readonly KeyedRow[], heading: Heading, faults: FileFaults): void {
  const [first] = group
  if (first === undefined) return
  for (const key of ['customerName', 'startsOn'] as const) {
    if (group.every(row => row.cells[key] == null)) requireCell(first, key, heading, faults)
  }
  for (const row of group) requireCell(row, 'service', heading, faults)
}

function requireCell(row: Row, key: ColumnKey, heading: Heading, faults: FileFaults): void {
  // A cell that could not be read has its fault already.
  if (row.cells[key] === null && !faults.has(row.line)) faults.add(row.line, heading.spelled(key), 'required', 'um valor', '')
}

/** The cells of these levels as all rows together say them: the first that says something speaks, and none may contradict it. */
function unite(rows: readonly Row[], levels: readonly Level[], heading: Heading, faults: FileFaults): Cells {
  const united: Record<string, unknown> = {}
  for (const key of columnKeys) {
    if (!levels.includes(columns[key].level) || !heading.has(key)) continue
    const speaking = rows.find(row => row.cells[key] != null)
    united[key] = speaking?.cells[key] ?? null
    if (speaking === undefined) continue
    const said = showCell(key, speaking.cells[key])
    for (const row of rows) {
      const other = showCell(key, row.cells[key])
      if (other !== '' && other !== said) {
        faults.add(row.line, heading.spelled(key), 'contradicts_earlier_row', `${said}, como na linha ${speaking.line}`, other)
      }
    }
  }
  // Each cell comes from the same column of a row.
  return united as Cells
}

import type { Cnpj } from '../../core/brazil/cnpj.ts'
import type { Sliced } from '../../core/slices.ts'
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
  code: string | null
  /** What a contract without a code is known by from now on. */
  ownKey: string
  /** What an earlier import of the same rows may have known it by, when neither its code nor its own key is known. */
  earlierKeys: string[]
  /** What the rows say of contract and customer. */
  cells: Cells
  rules: RuleRows[]
  /** Headings of the cells that are wrong in themselves. With any of them the rows are only looked at for what else is wrong. */
  unread: ReadonlySet<string>
  /** A row before it that nothing but their order tells it from: none has a code. */
  twin: Twin | null
}

export interface Twin {
  line: number
  /** All their cells say the same, and not only customer, service and start. */
  isEqual: boolean
}

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
 * the same `regra` (and `regra_numero`, where several have one title) are the lines of one rule. A row without a code is a contract of its own, but for those of an export, which name
 * the id of their contract. What belongs to the whole contract or
 * rule is said once or alike. A contract with a row of too few cells does not come along.
 */
export function* groupRows(
  rows: readonly Row[],
  heading: Heading,
  organizations: readonly KnownOrganization[],
  faults: FileFaults,
): Sliced<ContractRows[]> {
  const placed = placeRows(rows, heading, organizations, faults)
  const groups = [...Map.groupBy(placed, contractKey).values()]
  const keyOf = keyTeller()
  const contracts: ContractRows[] = []
  let rowsSince = 0
  for (const group of groups) {
    // Told for faulty ones too, so that mending one of equal rows does not turn the others into its successors.
    const keys = keyOf(group)
    const contract = uniteContract(group, keys, heading, faults)
    if (contract !== null) contracts.push(contract)
    rowsSince += group.length
    if (rowsSince < ROWS_A_SLICE) continue
    rowsSince = 0
    yield
  }
  return contracts
}

const ROWS_A_SLICE = 200

function contractKey({ cells: { code, contractId }, line }: Row): string {
  if (code != null) return `code ${code}`
  return contractId == null ? `line ${line}` : `id ${showCell('contractId', contractId)}`
}

interface PlacedRow extends Row {
  organizationId: number
}

function placeRows(
  rows: readonly Row[],
  heading: Heading,
  organizations: readonly KnownOrganization[],
  faults: FileFaults,
): PlacedRow[] {
  const byCnpj = new Map(organizations.map(({ cnpj, id }) => [cnpj, id]))
  const column = heading.spelled('organization')
  const line = rows[0]?.line ?? 1
  // Said once of the file, and not of each of its rows.
  if (organizations.length === 0) {
    faults.add(line, null, 'no_organization', '', '')
    return []
  }
  if (organizations.length > 1 && !heading.has('organization')) {
    faults.add(line, column, 'organization_required', `a coluna "${column}", com o CNPJ de quem fatura cada linha`, '')
    return []
  }
  return rows.flatMap(row => {
    // Of a row that is none of a contract all is said.
    if (faults.columnsOf(row.line).has(null)) return []
    const organizationId = organizationOf(row, heading, organizations, byCnpj, faults)
    return organizationId === null ? [] : [{ ...row, organizationId }]
  })
}

type Keys = Pick<ContractRows, 'ownKey' | 'earlierKeys' | 'twin'>

/**
 * Tells contracts by customer, service and start, and by their ordinal among equal ones. A row that brings a tax id may have been
 * imported before without it; one that brings a code, before it had one.
 */
function keyTeller(): (group: readonly PlacedRow[]) => Keys {
  const seen = new Map<string, number>()
  const twinOf = twinTeller()
  const counted = (kind: string, base: string): string => {
    const ordinal = (seen.get(`${kind} ${base}`) ?? 0) + 1
    seen.set(`${kind} ${base}`, ordinal)
    return `${base}|${ordinal}`
  }
  return group => {
    const [row] = group
    const { taxId, customerName, serviceCode, service, startsOn, code, contractId } = row?.cells ?? {}
    const base = (party: string) => [row?.organizationId, party, plain(serviceCode ?? service ?? ''), startsOn ?? ''].join('|')
    const kind = code == null ? 'row' : 'coded'
    const byName = base(plain(customerName ?? ''))
    const own = taxId == null ? byName : base(taxId.taxId)
    // Rows of an export were contracts of their own already.
    const twin = code == null && contractId == null ? twinOf(own, group) : null
    if (taxId == null) return { ownKey: counted(kind, byName), earlierKeys: [], twin }
    return { ownKey: counted(kind, own), earlierKeys: [counted(`${kind} by name`, byName)], twin }
  }
}

/** Which row before it has the same key; rather one that is equal in all its cells. */
function twinTeller(): (key: string, group: readonly PlacedRow[]) => Twin | null {
  const firsts = new Map<string, readonly PlacedRow[]>()
  /** Only of keys that come again: their rows by all that they say. */
  const lines = new Map<string, number>()
  const told = (key: string, group: readonly PlacedRow[]) =>
    [key, ...group.flatMap(({ cells }) => columnKeys.map(column => showCell(column, cells[column])))].join('\u0000')
  return (key, group) => {
    const [row] = group
    const first = firsts.get(key)
    if (row === undefined) return null
    if (first === undefined) {
      firsts.set(key, group)
      return null
    }
    const line = first[0]?.line ?? row.line
    lines.set(told(key, first), line)
    const equal = lines.get(told(key, group))
    if (equal === undefined) lines.set(told(key, group), row.line)
    return { line: equal ?? line, isEqual: equal !== undefined }
  }
}

function organizationOf(
  row: Row,
  heading: Heading,
  organizations: readonly KnownOrganization[],
  byCnpj: ReadonlyMap<Cnpj, number>,
  faults: FileFaults,
): number | null {
  const column = heading.spelled('organization')
  const cnpj = row.cells.organization
  if (cnpj != null) {
    return (
      byCnpj.get(cnpj) ??
      faults.add(row.line, column, 'unknown_organization', 'o CNPJ de uma organização da conta', showCell('organization', cnpj))
    )
  }
  const [only, ...others] = organizations
  if (only === undefined || others.length > 0)
    return faults.add(row.line, column, 'organization_required', 'o CNPJ de uma das organizações', '')
  return only.id
}

function uniteContract(group: readonly PlacedRow[], keys: Keys, heading: Heading, faults: FileFaults): ContractRows | null {
  const [first] = group
  if (first === undefined) return null
  requireIndispensable(group, heading, faults)
  const cells = unite(group, ['contract', 'customer'], `outro "${heading.spelled('code')}"`, heading, faults)
  const byRule = Map.groupBy(group, ({ cells }) => `${cells.ruleNumber ?? ''} ${plain(cells.ruleTitle ?? '')}`)
  const rules = [...byRule.values()].map(rows => ({
    line: rows[0]?.line ?? first.line,
    cells: unite(rows, ['rule'], `outra "${heading.spelled('ruleTitle')}"`, heading, faults),
    rows,
  }))
  for (const row of group) {
    if (row.organizationId === first.organizationId) continue
    faults.add(
      row.line,
      heading.spelled('organization'),
      'contradicts_earlier_row',
      `o mesmo da linha ${first.line}, ou outro "${heading.spelled('code')}"`,
      showCell('organization', row.cells.organization),
    )
  }
  const lines = group.map(row => row.line)
  const unread = new Set(lines.flatMap(line => [...faults.columnsOf(line)]))
  if (unread.has(null)) {
    refuseWhole(lines, faults)
    return null
  }
  const { line, organizationId } = first
  const headings = new Set([...unread].flatMap(column => column ?? []))
  return { ...keys, line, lines, organizationId, code: first.cells.code ?? null, cells, rules, unread: headings }
}

/** A contract is imported whole or not at all: the rows beside a faulty one are refused with it. */
export function refuseWhole(lines: readonly number[], faults: FileFaults): void {
  const faulty = lines.find(line => faults.has(line))
  if (faulty === undefined) return
  for (const line of lines) {
    if (!faults.has(line)) faults.add(line, null, 'refused_with_contract', `a linha ${faulty} corrigida`, '')
  }
}

/** Cells that no contract does without, once per contract, rule or line. */
function requireIndispensable(group: readonly PlacedRow[], heading: Heading, faults: FileFaults): void {
  const [first] = group
  if (first === undefined) return
  // A draft may not know yet when it begins.
  const isDraft = group.some(row => row.cells.situation === 'draft')
  for (const key of isDraft ? (['customerName'] as const) : (['customerName', 'startsOn'] as const)) {
    if (group.every(row => row.cells[key] == null)) requireCell(first, key, heading, faults)
  }
  for (const row of group) requireCell(row, 'service', heading, faults)
}

const requiredWords: Partial<Record<ColumnKey, string>> = {
  customerName: 'o nome do cliente',
  startsOn: 'uma data como 31/01/2026',
  service: 'o nome do serviço',
}

function requireCell(row: Row, key: ColumnKey, heading: Heading, faults: FileFaults): void {
  // A cell that could not be read is absent, and has its fault already.
  if (row.cells[key] === null) faults.add(row.line, heading.spelled(key), 'required', requiredWords[key] ?? 'algo', '')
}

/**
 * The cells of these levels as all rows together say them: the first that says something speaks, and none may contradict it. `wayOut` is
 * the cell that would make a row speak of something else.
 */
function unite(rows: readonly Row[], levels: readonly Level[], wayOut: string, heading: Heading, faults: FileFaults): Cells {
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
        faults.add(
          row.line,
          heading.spelled(key),
          'contradicts_earlier_row',
          `${said}, como na linha ${speaking.line}, ou ${wayOut}`,
          other,
        )
      }
    }
  }
  // Each cell comes from the same column of a row.
  return united as Cells
}

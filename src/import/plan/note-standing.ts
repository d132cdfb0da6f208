import type { Line } from '../../contracts/rules/terms.ts'
import type { CivilDate } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { cellsOfLine } from '../file/cells-of.ts'
import { type Cells, showCell } from '../file/columns.ts'
import type { FileFaults } from '../file/fault.ts'
import type { ContractRows } from '../file/group-rows.ts'
import type { Heading, Row } from '../file/read-rows.ts'

// Contracts that stand, of customers for whom a file brings new ones along, and that none of its rows means: a new one may be one of
// them under a code that has lost its zeros, without its code, or with a start or a service that was put right.

/** A living contract that no row means. */
export interface Bystander {
  id: number
  code: string | null
  organizationId: number
  customerId: number
  startsOn: CivilDate | null
  endsOn: CivilDate | null
  /** What its rules charge now. */
  lines: readonly Line[]
}

type Alike = 'serviço e início' | 'serviço e preço' | 'preço e início'

export class Bystanders {
  readonly #byKey = new Map<string, Bystander[]>()
  readonly #mark: string

  /** @param mark what exports of the account write beside its ids */
  constructor(list: readonly Bystander[], mark: string) {
    this.#mark = mark
    for (const each of list) {
      const keys = [
        ...each.lines.flatMap(line =>
          Object.values(keysOf(each, each.customerId, line.serviceItemId, lineCells(line), each.startsOn)),
        ),
        ...(each.code === null ? [] : [codeText(each, each.customerId, each.code)]),
      ]
      for (const key of new Set(keys)) {
        const others = this.#byKey.get(key)
        if (others) others.push(each)
        else this.#byKey.set(key, [each])
      }
    }
  }

  /**
   * Says of a new contract that its customer is charged for the same by one that stands, by the id or code of that one. Two that have
   * codes of their own are told apart by them, unless service and start are the same, too; one that ends before the other begins is no
   * second one.
   */
  note(group: ContractRows, customerId: number, serviceOf: (row: Row) => number, heading: Heading, warnings: FileFaults): void {
    const { code, line, cells } = group
    if (cells.situation === 'ended' || cells.situation === 'cancelled') return
    const namesake = code === null ? undefined : this.#find(codeText(group, customerId, code), group)
    if (code !== null && namesake !== undefined) {
      warnings.note(line, heading.spelled('code'), 'code_without_zeros', zerosSentence(code, namesake))
      return
    }
    for (const row of group.rules.flatMap(({ rows }) => rows)) {
      const keys = keysOf(group, customerId, serviceOf(row), row.cells, cells.startsOn ?? null)
      for (const [alike, key] of Object.entries(keys)) {
        const isTold = alike !== ('serviço e início' satisfies Alike)
        const standing = this.#find(key, group, each => !isTold || code === null || each.code === null)
        if (standing === undefined) continue
        warnings.note(row.line, null, 'stands_already', this.#sentence(standing, alike))
        return
      }
    }
  }

  #find(key: string, { cells }: ContractRows, isMeant: (each: Bystander) => boolean = () => true): Bystander | undefined {
    const [startsOn, endsOn] = [cells.startsOn ?? null, cells.endsOn ?? null]
    const isApart = (a: CivilDate | null, b: CivilDate | null) => a !== null && b !== null && a < b
    return this.#byKey.get(key)?.find(each => isMeant(each) && !isApart(each.endsOn, startsOn) && !isApart(endsOn, each.startsOn))
  }

  #sentence({ id, code }: Bystander, alike: string): string {
    const exported = showCell('contractId', { id, mark: this.#mark })
    const remedy = code === null ? `escreva ${exported} na coluna "id_bordero"` : `escreva o código dele, ${code}`
    return `O contrato ${namedAs(id, code)} já cobra deste cliente, com o mesmo ${alike}, e nenhuma linha do arquivo fala dele: com este serão dois, e o cliente pagará os dois. Se é o mesmo, ${remedy}; se são dois mesmo, nada a fazer.`
  }
}

function zerosSentence(code: string, { id, code: its }: Bystander): string {
  return `O código ${code} só difere nos zeros à esquerda, que planilhas comem, do contrato ${namedAs(id, its)} do mesmo cliente: com este serão dois, e o cliente pagará os dois. Se é o mesmo, escreva ${its ?? ''}, com a coluna formatada como texto; se são dois mesmo, nada a fazer.`
}

function namedAs(id: number, code: string | null): string {
  return code === null ? showId('contract', id) : `${code} (${showId('contract', id)})`
}

/** By what of two lines is alike. A contract that does not begin yet has no start to go by. */
function keysOf(
  { organizationId }: { organizationId: number },
  customerId: number,
  serviceItemId: number,
  { quantity, unitPrice, discount }: Cells,
  startsOn: CivilDate | null,
): Partial<Record<Alike, string>> {
  const price = [showCell('quantity', quantity) || '1', showCell('unitPrice', unitPrice), showCell('discount', discount)].join()
  const key = (...of: (string | number)[]) => [organizationId, customerId, ...of].join('\u0000')
  return {
    ...(startsOn !== null && { 'serviço e início': key('service, start', serviceItemId, startsOn) }),
    'serviço e preço': key('service, price', serviceItemId, price),
    ...(startsOn !== null && { 'preço e início': key('price, start', price, startsOn) }),
  }
}

function lineCells(line: Line): Cells {
  return cellsOfLine(line, { code: null, name: '' })
}

/** The same for codes that only zeros at their left tell apart. */
function codeText({ organizationId }: { organizationId: number }, customerId: number, code: string): string {
  return [organizationId, customerId, 'code', code.replace(/^0+(?=.)/, '')].join('\u0000')
}

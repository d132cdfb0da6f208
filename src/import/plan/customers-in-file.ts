import { municipioNamed } from '../../core/brazil/municipio.ts'
import type { Fault } from '../../core/refusal.ts'
import {
  type Customer,
  type CustomerAddressInput,
  type CustomerData,
  type CustomerInput,
  readCustomer,
} from '../../customers/customer.ts'
import type { CustomerChange } from '../../customers/update-customer.ts'
import { cellsOfCustomer, mainAddress, phoneContact } from '../file/cells-of.ts'
import { type Cells, type ColumnKey, columnKeys, columns, showCell } from '../file/columns.ts'
import type { FileFaults } from '../file/fault.ts'
import type { ContractRows } from '../file/group-rows.ts'
import type { Heading } from '../file/read-rows.ts'
import type { Known } from './known.ts'
import { noteNameInFile } from './note-rows.ts'
import { faultsOf } from './refusals.ts'

/** A customer that the account has, or the number of one that the file brings along. */
export type CustomerRef = { readonly known: Customer } | { readonly fresh: number }

export interface FreshCustomer {
  line: number
  cells: Cells
  data: CustomerData
}

export const customerColumns = columnKeys.filter(key => columns[key].level === 'customer')

/**
 * Finds the customer of each contract: by tax id; without one by name, which must be of one customer only. Who is nowhere yet is
 * brought along by the file.
 */
export class CustomersInFile {
  readonly fresh: FreshCustomer[] = []
  readonly #byTaxId = new Map<string, number>()
  readonly #byName = new Map<string, number[]>()
  readonly #known: Known
  readonly #heading: Heading
  readonly #faults: FileFaults
  readonly #warnings: FileFaults

  constructor(known: Known, heading: Heading, faults: FileFaults, warnings: FileFaults) {
    this.#known = known
    this.#heading = heading
    this.#faults = faults
    this.#warnings = warnings
  }

  /** Those with a tax id are to be asked for first: a row without one may mean the same customer. */
  find(group: ContractRows): CustomerRef | null {
    const { taxId } = group.cells
    if (taxId == null) return this.#findByName(group)
    const known = this.#known.customersByTaxId.get(taxId.taxId)
    if (known) return { known }
    const fresh = this.#byTaxId.get(taxId.taxId)
    return fresh === undefined ? this.#bring(group) : this.#meet(group, fresh)
  }

  /** Whether a tax id is somebody else's than this customer's, in the account or in the file. */
  isTaken(taxId: string, customer: Customer): boolean {
    const owner = this.#known.customersByTaxId.get(taxId)
    return this.#byTaxId.has(taxId) || (owner !== undefined && owner.id !== customer.id)
  }

  #findByName(group: ContractRows): CustomerRef | null {
    const name = group.cells.customerName ?? ''
    const known = this.#known.customersByName.get(name.toLowerCase()) ?? []
    const fresh = this.#byName.get(name.toLowerCase()) ?? []
    const [one] = known
    const [other] = fresh
    if (known.length + fresh.length > 1) {
      return this.#faults.add(group.line, this.#heading.spelled('taxId'), 'ambiguous_customer', 'o CPF ou CNPJ do cliente', name)
    }
    if (one) return { known: one }
    return other === undefined ? this.#bring(group) : this.#meet(group, other)
  }

  #bring(group: ContractRows): CustomerRef | null {
    const { line, cells } = group
    const data = this.#read(group, customerInput(cells))
    if (data === null) return null
    const fresh = this.fresh.push({ line, cells: { ...cells }, data }) - 1
    this.#byName.set(data.name.toLowerCase(), [...(this.#byName.get(data.name.toLowerCase()) ?? []), fresh])
    if (data.taxId !== null) this.#byTaxId.set(data.taxId, fresh)
    else this.#warnings.add(line, this.#heading.spelled('taxId'), 'customer_without_tax_id', 'CPF ou CNPJ', data.name)
    return { fresh }
  }

  /** A customer of several contracts is told by all their rows: the first that says something speaks. */
  #meet(group: ContractRows, fresh: number): CustomerRef | null {
    const customer = this.fresh[fresh]
    if (customer === undefined) throw new Error(`no customer ${fresh} in the file`)
    const united: Cells = { ...customer.cells }
    for (const key of customerColumns) {
      const said = showCell(key, customer.cells[key])
      const other = showCell(key, group.cells[key])
      if (said === '') Object.assign(united, { [key]: group.cells[key] })
      else if (key === 'customerName' && group.cells.taxId != null && other !== said) {
        noteNameInFile(group, { name: said, line: customer.line }, this.#heading, this.#warnings)
      } else if (other !== '' && other !== said) {
        this.#warnings.add(
          group.line,
          this.#heading.spelled(key),
          'customer_differs_in_file',
          `${said}, como na linha ${customer.line}`,
          other,
        )
      }
    }
    const data = this.#read(group, customerInput(united))
    if (data === null) return null
    this.fresh[fresh] = { ...customer, cells: united, data }
    return { fresh }
  }

  #read(group: ContractRows, input: CustomerInput): CustomerData | null {
    const { uf, city } = group.cells
    if (uf != null && city != null && municipioNamed(city, uf) === null) {
      this.#warnings.add(group.line, this.#heading.spelled('city'), 'unknown_city', `um município de ${uf}`, city)
    }
    const read = faultsOf(() => readCustomer(input))
    if ('value' in read) return read.value
    refuseCustomer(group, read.faults, this.#heading, this.#faults)
    return null
  }
}

export function refuseCustomer(group: ContractRows, refused: readonly Fault[], heading: Heading, faults: FileFaults): void {
  for (const fault of refused) {
    const key = columnOfCustomer(fault.path)
    faults.addRefused(group.line, heading.spelled(key), fault, showCell(key, group.cells[key]))
  }
}

function columnOfCustomer(path: string): ColumnKey {
  if (path === '/taxId') return 'taxId'
  if (path.startsWith('/billingEmails')) return 'emails'
  if (path.startsWith('/contacts')) return 'phone'
  if (path.endsWith('/uf')) return 'uf'
  if (path.endsWith('/zipCode')) return 'zipCode'
  return path.startsWith('/addresses') ? 'city' : 'customerName'
}

function customerInput(cells: Cells): CustomerInput {
  const name = cells.customerName ?? ''
  const address = addressInput(cells, undefined)
  return {
    // Nobody knows yet what one without a tax id is.
    kind: cells.taxId?.kind ?? 'company',
    name,
    taxId: cells.taxId?.taxId ?? null,
    billingEmails: cells.emails ?? [],
    contacts: cells.phone == null ? [] : [{ name, phone: cells.phone }],
    addresses: address === null ? [] : [address],
  }
}

/** What the cells say anew of a known customer. An empty cell says nothing: it erases no telephone that was entered by hand. */
export function customerChange(cells: Cells, before: Customer): CustomerChange {
  const address = addressInput(cells, mainAddress(before))
  const contact = phoneContact(before)
  return {
    ...(cells.customerName != null && { name: cells.customerName }),
    ...(cells.taxId != null && { taxId: cells.taxId.taxId, kind: cells.taxId.kind }),
    ...(cells.emails != null && { billingEmails: cells.emails }),
    ...(cells.phone != null && {
      contacts: contact
        ? before.contacts.map(it => (it === contact ? { ...it, phone: cells.phone ?? null } : it))
        : [...before.contacts, { name: before.name, phone: cells.phone }],
    }),
    ...(address !== null && { addresses: [address, ...before.addresses.filter(it => it !== mainAddress(before))] }),
  }
}

/** Null when the cells say nothing of an address. */
function addressInput(cells: Cells, before: CustomerData['addresses'][number] | undefined): CustomerAddressInput | null {
  const said = {
    ...(cells.street != null && { street: cells.street }),
    ...(cells.streetNumber != null && { number: cells.streetNumber }),
    ...(cells.complement != null && { complement: cells.complement }),
    ...(cells.district != null && { district: cells.district }),
    ...(cells.city != null && { city: cells.city }),
    ...(cells.uf != null && { uf: cells.uf }),
    ...(cells.zipCode != null && { zipCode: cells.zipCode }),
  }
  if (Object.keys(said).length === 0) return null
  const address = { ...(before ?? { purpose: 'main' as const, city: null, uf: null, municipio: null }), ...said }
  const { city, uf } = address
  // The code follows the name, so that they cannot contradict each other.
  const municipio = city != null && uf != null ? municipioNamed(city, uf) : null
  return { ...address, municipio: municipio?.code ?? null }
}

/** What the cells would make of a known customer, column by column: the texts before and after, where they differ. */
export function customerDifferences(before: CustomerData, after: CustomerData): { key: ColumnKey; from: string; to: string }[] {
  const [then, now]: [Cells, Cells] = [cellsOfCustomer(before), cellsOfCustomer(after)]
  return customerColumns.flatMap(key => {
    const from = showCell(key, then[key])
    const to = showCell(key, now[key])
    return from === to ? [] : [{ key, from, to }]
  })
}

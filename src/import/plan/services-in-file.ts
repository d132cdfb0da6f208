import type { OfferedService } from '../../contracts/rules/read-terms.ts'
import type { Row } from '../file/read-rows.ts'
import type { Known } from './known.ts'

/** A service that the file brings along. Its lines carry its prices. */
export interface FreshService {
  code: string | null
  name: string
}

interface NamedService extends OfferedService {
  code: string | null
}

/**
 * Finds the service of each row: by code, otherwise by name. What is nowhere yet is brought along by the file, and stands in drafts
 * with an id below zero until it has one of its own.
 */
export class ServicesInFile {
  readonly fresh: FreshService[] = []
  readonly #byCode = new Map<string, number>()
  readonly #byName = new Map<string, number>()
  readonly #services: Map<number, NamedService>

  constructor(known: Known) {
    this.#services = new Map(known.services)
    for (const [code, service] of known.servicesByCode) this.#byCode.set(code, service.id)
    for (const [name, service] of known.servicesByName) this.#byName.set(name, service.id)
  }

  /** Those that drafts may name, fresh ones among them. */
  get services(): ReadonlyMap<number, NamedService> {
    return this.#services
  }

  find({ cells }: Row): number {
    const code = cells.serviceCode ?? null
    const name = cells.service ?? ''
    const byCode = code === null ? undefined : this.#byCode.get(code)
    if (byCode !== undefined) return byCode
    const byName = this.#byName.get(name.toLowerCase())
    // Another code is another service, though it be called the same.
    if (byName !== undefined && (code === null || this.#services.get(byName)?.code === null)) return byName
    return this.#bring({ code, name })
  }

  #bring(service: FreshService): number {
    const id = -this.fresh.push(service)
    this.#services.set(id, { ...service, unitPrice: null, archivedAt: null })
    if (service.code !== null) this.#byCode.set(service.code, id)
    if (!this.#byName.has(service.name.toLowerCase())) this.#byName.set(service.name.toLowerCase(), id)
    return id
  }
}

/** The number in `fresh` of a service that stands in a draft with an id below zero. */
export function freshNumber(id: number): number {
  return -id - 1
}

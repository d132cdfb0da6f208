/** What an operator sent says something that is not known here; the message tells where and what. */
export class Misread extends Error {}

/** Reads an object member by member; a member that nobody asked for is refused, since it would be a mistake that nobody sees. */
export class Members {
  readonly #from: Readonly<Record<string, unknown>>
  readonly #asked = new Set<string>()
  readonly #where: string

  constructor(from: unknown, where: string) {
    if (typeof from !== 'object' || from === null || Array.isArray(from)) throw new Misread(`${where} não é um objeto`)
    // Any object is a record of unknown members.
    this.#from = from as Readonly<Record<string, unknown>>
    this.#where = where
  }

  text(name: string): string | undefined
  text<T>(name: string, read: (text: string) => T | null, wanted: string): T | undefined
  text<T>(name: string, read?: (text: string) => T | null, wanted = 'texto'): T | string | undefined {
    const value = this.#take(name)
    if (value === undefined) return undefined
    const found = typeof value === 'string' ? (read === undefined ? value : read(value)) : null
    if (found === null) throw new Misread(`${this.#where}/${name}: esperava ${wanted}`)
    return found
  }

  flag(name: string): boolean | undefined {
    const value = this.#take(name)
    if (value !== undefined && typeof value !== 'boolean') throw new Misread(`${this.#where}/${name}: esperava true ou false`)
    return value
  }

  whole(name: string): number | undefined {
    const value = this.#take(name)
    if (value === undefined) return undefined
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw new Misread(`${this.#where}/${name}: esperava um número inteiro`)
    }
    return value
  }

  /** Null stands for what has no end. */
  nullable<T>(name: string, read: (text: string) => T | null, wanted: string): T | null | undefined {
    if (this.#from[name] !== null) return this.text(name, read, wanted)
    this.#asked.add(name)
    return null
  }

  list<T>(name: string, read: (item: unknown, where: string) => T): T[] | undefined {
    const value = this.#take(name)
    if (value === undefined) return undefined
    if (!Array.isArray(value)) throw new Misread(`${this.#where}/${name}: esperava uma lista`)
    return value.map((item, i) => read(item, `${this.#where}/${name}/${i}`))
  }

  texts(name: string): string[] | undefined {
    return this.list(name, (item, where) => {
      if (typeof item !== 'string') throw new Misread(`${where}: esperava texto`)
      return item
    })
  }

  inside<T>(name: string, read: (item: unknown, where: string) => T): T | undefined {
    const value = this.#take(name)
    return value === undefined ? undefined : read(value, `${this.#where}/${name}`)
  }

  record<T>(name: string, read: (item: unknown, where: string) => T): Record<string, T> | undefined {
    return this.inside(name, (item, where) => {
      if (typeof item !== 'object' || item === null || Array.isArray(item)) throw new Misread(`${where} não é um objeto`)
      return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, read(value, `${where}/${key}`)]))
    })
  }

  /** Throws where something stands that was not asked for. */
  end(): void {
    const left = Object.keys(this.#from).find(name => !this.#asked.has(name))
    if (left !== undefined) throw new Misread(`${this.#where}/${left}: membro desconhecido`)
  }

  #take(name: string): unknown {
    this.#asked.add(name)
    return this.#from[name]
  }
}

/** Without the members that were not told. */
export function told<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Entries keep the types of what they came from.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

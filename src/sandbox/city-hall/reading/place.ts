// What a document says, by the official names of its fields: 'prest/regTrib/opSimpNac'. The rules read it this way, so that a rule
// can be laid beside the annex that demands it.

/** An element of a parsed document. Text is the element's own, of leaves only. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
  readonly children: readonly Element[]
}

/** An element and what stands below it. */
export class Place {
  readonly element: Element
  readonly #below = new Map<string, Element>()

  constructor(element: Element) {
    this.element = element
    this.#keep('', element)
  }

  /** Of elements that come several times the first; `places` has them all. */
  #keep(path: string, element: Element): void {
    for (const child of element.children) {
      const to = path === '' ? child.name : `${path}/${child.name}`
      if (this.#below.has(to)) continue
      this.#below.set(to, child)
      this.#keep(to, child)
    }
  }

  has(path: string): boolean {
    return this.#below.has(path)
  }

  /** Undefined where the element is absent; the schema lets no element be empty. */
  text(path: string): string | undefined {
    return this.#below.get(path)?.text
  }

  /** Whether any of these elements is there. */
  hasAny(...paths: readonly string[]): boolean {
    return paths.some(path => this.has(path))
  }

  /** Whether the element is there and says one of these. */
  says(path: string, ...texts: readonly string[]): boolean {
    const text = this.text(path)
    return text !== undefined && texts.includes(text)
  }

  /** Every element at the end of the path, whose steps before the last come once. */
  places(path: string): Place[] {
    const cut = path.lastIndexOf('/')
    const parent = cut === -1 ? this.element : this.#below.get(path.slice(0, cut))
    const name = path.slice(cut + 1)
    return (parent?.children ?? []).filter(child => child.name === name).map(child => new Place(child))
  }

  place(path: string): Place | undefined {
    const element = this.#below.get(path)
    return element && new Place(element)
  }
}

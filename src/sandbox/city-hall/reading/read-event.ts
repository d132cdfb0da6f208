import { type Element, Place } from './place.ts'

/** A request to register an event, which the schema has let pass. Paths begin below `infPedReg`. */
export class ReadEvent extends Place {
  readonly id: string
  readonly layout: string
  /** '101101'. */
  readonly code: string

  private constructor(root: Element, body: Element) {
    super(body)
    this.id = body.attributes.Id ?? ''
    this.layout = root.attributes.versao ?? ''
    this.code = body.children.find(({ name }) => /^e\d{6}$/.test(name))?.name.slice(1) ?? ''
  }

  /** Throws when the root is no such request: its schema is judged before. */
  static of(root: Element): ReadEvent {
    const body = root.children.find(child => child.name === 'infPedReg')
    if (body === undefined) throw new Error(`no infPedReg in ${root.name}`)
    return new ReadEvent(root, body)
  }

  get key(): string {
    return this.text('chNFSe') ?? ''
  }

  /** CNPJ or CPF. */
  get author(): string {
    return this.text('CNPJAutor') ?? this.text('CPFAutor') ?? ''
  }

  /** Of the event's own group: 'cMotivo'. */
  own(name: string): string | undefined {
    return this.text(`e${this.code}/${name}`)
  }

  /** The event that a block or the lifting of one is about. */
  get about(): string {
    return (this.own('codEvento') ?? '').replace(/^e/, '')
  }
}

import { type Hundredths, hundredths } from '../amounts.ts'
import { type Element, Place } from './place.ts'

/** Where the tax of a service is due: provider's place, place of service, taker's place; null for what bears none. */
export type Incidence = 'EP' | 'LP' | 'ET' | null

/** A party as the document identifies it. */
export interface PartyId {
  readonly kind: 'CNPJ' | 'CPF' | 'NIF' | 'cNaoNIF'
  readonly text: string
}

/** A DPS that the schema has let pass. Paths begin below `infDPS`. */
export class ReadDps extends Place {
  readonly id: string
  readonly layout: string

  private constructor(root: Element, body: Element) {
    super(body)
    this.id = body.attributes.Id ?? ''
    this.layout = root.attributes.versao ?? ''
  }

  /** Throws when the root is no DPS: its schema is judged before. */
  static of(root: Element): ReadDps {
    const body = root.children.find(child => child.name === 'infDPS')
    if (body === undefined) throw new Error(`no infDPS in ${root.name}`)
    return new ReadDps(root, body)
  }

  get competence(): string {
    return this.text('dCompet') ?? ''
  }

  get service(): string {
    return this.text('serv/cServ/cTribNac') ?? ''
  }

  /** Whether the service belongs to one of these subitems: '0702'. */
  isOf(...subitems: readonly string[]): boolean {
    return subitems.some(subitem => this.service.startsWith(subitem))
  }

  /** Who emits: the provider, unless the document names another. */
  get emitter(): 'prest' | 'toma' | 'interm' {
    const kind = this.text('tpEmit')
    return kind === '2' ? 'toma' : kind === '3' ? 'interm' : 'prest'
  }

  party(of: 'prest' | 'toma' | 'interm' | 'IBSCBS/dest'): PartyId | null {
    for (const kind of ['CNPJ', 'CPF', 'NIF', 'cNaoNIF'] as const) {
      const text = this.text(`${of}/${kind}`)
      if (text !== undefined) return { kind, text }
    }
    return null
  }

  /** CNPJ or CPF of whoever emits; '' for who has neither. */
  get emitterTaxId(): string {
    const party = this.party(this.emitter)
    return party?.kind === 'CNPJ' || party?.kind === 'CPF' ? party.text : ''
  }

  get simples(): string {
    return this.text('prest/regTrib/opSimpNac') ?? '1'
  }

  get isMei(): boolean {
    return this.simples === '2'
  }

  /** ME or EPP whose ISS is part of what the Simples collects. */
  get paysThroughSimples(): boolean {
    return this.simples === '3' && this.text('prest/regTrib/regApTribSN') === '1'
  }

  get hasSpecialRegime(): boolean {
    return !this.says('prest/regTrib/regEspTrib', '0')
  }

  get isTaxable(): boolean {
    return this.says('valores/trib/tribMun/tribISSQN', '1')
  }

  get isExport(): boolean {
    return this.says('valores/trib/tribMun/tribISSQN', '3')
  }

  get isSuspended(): boolean {
    return this.has('valores/trib/tribMun/exigSusp')
  }

  get isWithheld(): boolean {
    return this.says('valores/trib/tribMun/tpRetISSQN', '2', '3')
  }

  get isDoneAbroad(): boolean {
    return this.has('serv/locPrest/cPaisPrestacao')
  }

  get isTakerAbroad(): boolean {
    return this.has('toma/end/endExt')
  }

  get hasForeignSide(): boolean {
    return this.isDoneAbroad || this.isTakerAbroad || this.has('interm/end/endExt')
  }

  amount(path: string): Hundredths {
    return hundredths(this.text(path))
  }

  get price(): Hundredths {
    return this.amount('valores/vServPrest/vServ')
  }

  /** The city that would tax: of the provider, of the service or of the taker, as the service demands. */
  incidenceCity(incidence: Incidence): string | null {
    const provider = this.emitter === 'prest' ? this.text('cLocEmi') : this.text('prest/end/endNac/cMun')
    const place = this.text('serv/locPrest/cLocPrestacao')
    if (incidence === null) return null
    if (incidence === 'EP') return provider ?? null
    // At sea, where no city is.
    if (place === '0000000' && this.service !== '200101') return provider ?? null
    if (incidence === 'ET') return this.text('toma/end/endNac/cMun') ?? place ?? null
    return place ?? null
  }
}

// What goes wrong on demand. Each is a thing that really happens between a client and the government's servers.

import { Members, Misread } from '../register/misread.ts'
import { seeded } from '../seeded.ts'

export const faultKinds = [
  /** Entered; then the connection ends without an answer. */
  'lost',
  /** Entered; then nothing comes any more, and the client has to give up. */
  'timeout',
  /** Entered twice, as by a proxy that sends again: the answer is that of the second time. */
  'twice',
  /** 503, and nothing entered. */
  'unavailable',
  /** 429, and nothing entered. */
  'throttled',
  /** 500, and nothing entered. */
  'broken',
  /** The connection ends before anything is read. */
  'reset',
  /** The page of a proxy in place of an answer, and nothing entered. */
  'html',
  /** 400 with RNG9999, which says nothing, and nothing entered. */
  'rng9999',
  /** The answer is right, and late. */
  'slow',
] as const

export type FaultKind = (typeof faultKinds)[number]

/** What a request wants: a fault may be for one of these alone. */
export const wishes = ['issue', 'event', 'lookup'] as const
export type Wish = (typeof wishes)[number]

export interface FaultRule {
  readonly kind: FaultKind
  /** Null: every request. */
  readonly on: Wish | null
  /** IBGE code; null: every city. */
  readonly city: string | null
  /** Of the requests that it is for, so many of a hundred. */
  readonly percent: number
  /** How often it may still happen; null: for ever. */
  readonly times: number | null
  /** Of `slow`. */
  readonly millis: number
}

export class Faults {
  #rules: { rule: FaultRule; left: number }[] = []
  #lot: () => number = seeded(1)

  set(rules: readonly FaultRule[], seed: number): void {
    this.#rules = rules.map(rule => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }))
    this.#lot = seeded(seed)
  }

  /** Whether it matters for which city a request is. */
  get asksForCity(): boolean {
    return this.#rules.some(({ rule }) => rule.city !== null)
  }

  get rules(): FaultRule[] {
    return this.#rules.map(({ rule }) => rule)
  }

  /** The first that strikes; slowness apart, which may come together with another. */
  strike(wish: Wish, city: string): { fault: FaultRule | null; slow: FaultRule | null } {
    const struck = this.#rules.filter(({ rule, left }) => {
      if (left <= 0 || (rule.on !== null && rule.on !== wish) || (rule.city !== null && rule.city !== city)) return false
      return this.#lot() * 100 < rule.percent
    })
    const slow = struck.find(({ rule }) => rule.kind === 'slow') ?? null
    const fault = struck.find(({ rule }) => rule.kind !== 'slow') ?? null
    if (slow !== null) slow.left--
    if (fault !== null) fault.left--
    return { fault: fault?.rule ?? null, slow: slow?.rule ?? null }
  }
}

/** `{"seed": 1, "faults": [{"kind": "lost", "percent": 5}]}`. Throws `Misread`. */
export function readFaults(from: unknown): { rules: FaultRule[]; seed: number } {
  const members = new Members(from, 'faults')
  const seed = members.whole('seed') ?? 1
  const rules = members.list('faults', readRule) ?? []
  members.end()
  return { rules, seed }
}

function readRule(from: unknown, where: string): FaultRule {
  const members = new Members(from, where)
  const kind = members.text('kind', text => faultKinds.find(one => one === text) ?? null, faultKinds.join(', '))
  if (kind === undefined) throw new Misread(`${where}/kind: falta um de ${faultKinds.join(', ')}`)
  const rule: FaultRule = {
    kind,
    on: members.nullable('on', text => wishes.find(one => one === text) ?? null, wishes.join(', ')) ?? null,
    city: members.nullable('city', text => (/^\d{7}$/.test(text) ? text : null), 'um código IBGE') ?? null,
    percent: members.whole('percent') ?? 100,
    times: members.whole('times') ?? null,
    millis: members.whole('millis') ?? 1000,
  }
  members.end()
  return rule
}

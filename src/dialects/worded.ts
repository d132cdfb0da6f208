import { Refusal } from '../core/refusal.ts'
import type { ForeignAnswer } from '../platform/http/foreign-route.ts'

/** A refusal that stands in the vendor's own words already; like any other it undoes its transaction. */
export class Worded extends Refusal {
  readonly answer: ForeignAnswer

  constructor(answer: ForeignAnswer) {
    super('refused_by_dialect', 'O pedido não pôde ser atendido.', { status: answer.status })
    this.answer = answer
  }
}

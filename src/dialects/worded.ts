import { Refusal } from '../core/refusal.ts'
import type { ForeignAnswer } from '../platform/http/foreign-route.ts'

/** A refusal that stands in the vendor's own words already; like any other it undoes its transaction. */
export class Worded extends Refusal {
  readonly answer: ForeignAnswer

  constructor(answer: ForeignAnswer) {
    // Vendors tell with 500 what was wrong with a request; nothing of ours failed, and nothing is logged as if it had.
    super('refused_by_dialect', 'O pedido não pôde ser atendido.', { status: answer.status < 500 ? answer.status : 422 })
    this.answer = answer
  }
}

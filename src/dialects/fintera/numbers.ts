// Organizations and companies have numbers of one kind with them (F328, F1467, F4653): a contract's supplier_id is either. With us each
// noun counts for itself, so that both have a 1. An organization's number is its id beyond all that companies can have.

const FIRST = 1_000_000_000

/** As their clients see it. */
export function numberOfOrganization(id: number): number {
  return FIRST + id
}

/** Of a company or a person. Throws RangeError for one that an organization has. */
export function numberOfCustomer(id: number): number {
  if (id > FIRST) throw new RangeError(`customer ${id} would have the number of an organization`)
  return id
}

/** Null: a company's or a person's, if anybody's. */
export function organizationNumbered(number: number): number | null {
  return number > FIRST ? number - FIRST : null
}

export function customerNumbered(number: number): number | null {
  return number > FIRST ? null : number
}

// The way of paying is one kind of thing with them, whatever it is of, and with us none of its own: that of an invoice has the invoice's
// number, and those of rules and of subscriptions begin beyond.

export function numberOfPaymentOfRule(ruleId: number): number {
  return FIRST + ruleId
}

export function numberOfPaymentOfContract(contractId: number): number {
  return 2 * FIRST + contractId
}

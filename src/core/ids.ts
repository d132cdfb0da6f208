// Ids are integers per account and noun; what the native API shows carries the noun, so that an id of the wrong kind is noticed.

const prefixes = {
  account: 'acc',
  organization: 'org',
  holiday: 'hol',
  customer: 'cus',
  service_item: 'svc',
  contract: 'ctr',
  suspension: 'sus',
  invoice_rule: 'rul',
  terms: 'trm',
  coverage: 'cov',
  billing_event: 'evt',
  billing_event_part: 'prt',
  invoice: 'inv',
  invoice_line: 'lin',
  receivable: 'rec',
  receipt: 'rcp',
  billing_run: 'run',
  billing_run_item: 'itm',
  comment: 'cmt',
  invoice_adjustment: 'adj',
  history_entry: 'his',
  import: 'imp',
  verification: 'ver',
  api_key: 'key',
} as const

export type Noun = keyof typeof prefixes

/** 'inv_123'. Throws RangeError unless the id is a positive safe integer. */
export function showId(noun: Noun, id: number): string {
  if (!Number.isSafeInteger(id) || id < 1) throw new RangeError(`not an id of ${noun}: ${id}`)
  return `${prefixes[noun]}_${id}`
}

/** The integer behind a shown id; null for another noun's id or any other text ('inv_007' and ' inv_7' included). */
export function readId(noun: Noun, text: string): number | null {
  const match = /^([a-z]{3})_([1-9]\d{0,15})$/.exec(text)
  if (!match || match[1] !== prefixes[noun]) return null
  const id = Number(match[2])
  return Number.isSafeInteger(id) ? id : null
}

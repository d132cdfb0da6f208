// Ids are integers per account and noun; what the native API shows carries the noun, so that an id of the wrong kind is noticed.

const prefixes = {
  account: 'acc',
  organization: 'org',
  holiday: 'hol',
  customer: 'cus',
  service_item: 'svc',
  nfse_template: 'nft',
  charge_template: 'cht',
  financial_account: 'fac',
  charging_account: 'cha',
  email_template: 'eml',
  notification_ruler: 'rgl',
  category: 'cat',
  revenue_centre: 'cen',
  service_type: 'sty',
  cost_centre: 'cct',
  department: 'dep',
  project: 'prj',
  contract: 'ctr',
  suspension: 'sus',
  invoice_rule: 'rul',
  invoice_template: 'tpl',
  invoice_template_line: 'tln',
  invoice_template_readjustment: 'trj',
  terms: 'trm',
  coverage: 'cov',
  readjustment: 'rdj',
  readjustment_application: 'rda',
  index_value: 'idx',
  plan: 'pln',
  subscription: 'sub',
  billing_event: 'evt',
  billing_event_part: 'prt',
  invoice: 'inv',
  invoice_line: 'lin',
  receivable: 'rec',
  schedule: 'sch',
  receipt: 'rcp',
  renegotiation: 'ren',
  billing_run: 'run',
  billing_run_item: 'itm',
  comment: 'cmt',
  attachment: 'att',
  invoice_adjustment: 'adj',
  history_entry: 'his',
  import: 'imp',
  verification: 'ver',
  api_key: 'key',
  webhook_endpoint: 'whe',
  webhook_delivery: 'whd',
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

/** Of which noun a shown id is, and which; null for any other text. */
export function readShownId(text: string): { noun: Noun; id: number } | null {
  for (const noun of nouns) {
    const id = readId(noun, text)
    if (id !== null) return { noun, id }
  }
  return null
}

// The keys of the table are exactly its nouns.
const nouns = Object.keys(prefixes) as Noun[]

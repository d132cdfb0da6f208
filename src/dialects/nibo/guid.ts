// Their ids are GUIDs, ours are numbers. Each number is written as a GUID of its own, by noun, and read back: nothing is stored.

/** As they stand in GUIDs that clients keep: a code never changes, and is never given again. */
const codes = {
  customer: 1,
  /** Of the receivable that an occurrence made: what they call a schedule. */
  receivable: 2,
  /** Of what they call an installment plan, and of a recurrence. */
  schedule: 3,
  category: 4,
  cost_centre: 5,
  financial_account: 6,
  receipt: 7,
  nfse_template: 8,
  /** A part of what one of theirs asks for: it has no number of ours. */
  share: 9,
  attachment: 10,
  comment: 11,
} as const

export type GuidNoun = keyof typeof codes

export function isGuidNoun(noun: string): noun is GuidNoun {
  return Object.hasOwn(codes, noun)
}

/** Ours begin so: a GUID that another system drew is told from one of ours at once. */
const NAMESPACE = 'b02de2'

/**
 * 'b02de201-5b7c-8000-a3f1-00000000000c': namespace, noun, a check of 28 bits, and the number. Version 8 is whoever's own layout (RFC 9562
 * §5.8). Throws RangeError unless the number is a positive safe integer.
 */
export function toGuid(noun: GuidNoun, number: number): string {
  if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`not an id of ${noun}: ${number}`)
  const digits = number.toString(16).padStart(14, '0')
  const check = checkOf(noun, number)
  return [
    `${NAMESPACE}${hex(codes[noun], 2)}`,
    check.slice(0, 4),
    `80${digits.slice(0, 2)}`,
    `a${check.slice(4)}`,
    digits.slice(2),
  ].join('-')
}

/** The number behind a GUID of that noun, in upper or lower case; null for any other text. */
export function fromGuid(noun: GuidNoun, text: string): number | null {
  const said = text.toLowerCase()
  const match = /^[0-9a-f]{8}-[0-9a-f]{4}-80([0-9a-f]{2})-a[0-9a-f]{3}-([0-9a-f]{12})$/.exec(said)
  if (match === null) return null
  const number = Number.parseInt(`${match[1]}${match[2]}`, 16)
  return Number.isSafeInteger(number) && number > 0 && toGuid(noun, number) === said ? number : null
}

/** 'no' of theirs: what belongs to nobody. */
export const NO_GUID = '00000000-0000-0000-0000-000000000000'

export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}

/** FNV-1a: against slips, not against anybody who means to guess, whom the key keeps out. */
function checkOf(noun: GuidNoun, number: number): string {
  let hash = 0x811c9dc5
  for (const char of `${codes[noun]}:${number}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193)
  return hex(hash >>> 4, 7)
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

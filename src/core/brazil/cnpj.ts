// CNPJ with letters, as issued since July 2026 (Instrução Normativa RFB 2.229/2024): twelve places of 0-9 or A-Z and two check digits.
// It is text; stripping everything that is not a digit would turn one company into another.

export type Cnpj = string & { readonly __brand: 'Cnpj' }

/** Accepts the mask and lower case; null when the shape or a check digit is wrong, or when all places are equal. */
export function parseCnpj(text: string): Cnpj | null {
  const bare = text.replace(/[./\-\s]/g, '')
  if (!/^[0-9A-Za-z]{12}\d{2}$/.test(bare)) return null
  const cnpj = bare.toUpperCase()
  if (/^(.)\1*$/.test(cnpj) || cnpjCheckDigits(cnpj.slice(0, 12)) !== cnpj.slice(12)) return null
  return cnpj as Cnpj
}

/** '12.ABC.345/01DE-35' */
export function formatCnpj(cnpj: Cnpj): string {
  return `${cnpj.slice(0, 2)}.${cnpj.slice(2, 5)}.${cnpj.slice(5, 8)}/${cnpj.slice(8, 12)}-${cnpj.slice(12)}`
}

/** The two check digits of twelve upper-case places. */
export function cnpjCheckDigits(base: string): string {
  const first = checkDigit(base)
  return first + checkDigit(base + first)
}

/** Modulo 11 with weights 2 to 9 from the right. A character's value is its ASCII code minus 48, so 'A' is 17. */
function checkDigit(places: string): string {
  let sum = 0
  for (let i = 0; i < places.length; i++) sum += (places.charCodeAt(i) - 48) * (2 + ((places.length - 1 - i) % 8))
  const rest = sum % 11
  return rest < 2 ? '0' : String(11 - rest)
}

export type Cpf = string & { readonly __brand: 'Cpf' }

/** Accepts the mask; null when the shape or a check digit is wrong, or when all digits are equal (their check digits would fit). */
export function parseCpf(text: string): Cpf | null {
  const cpf = text.replace(/[./\-\s]/g, '')
  if (!/^\d{11}$/.test(cpf) || /^(.)\1*$/.test(cpf)) return null
  return cpfCheckDigits(cpf.slice(0, 9)) === cpf.slice(9) ? (cpf as Cpf) : null
}

/** '123.456.789-09' */
export function formatCpf(cpf: Cpf): string {
  return `${cpf.slice(0, 3)}.${cpf.slice(3, 6)}.${cpf.slice(6, 9)}-${cpf.slice(9)}`
}

/** The two check digits of nine digits. */
export function cpfCheckDigits(base: string): string {
  const first = checkDigit(base)
  return first + checkDigit(base + first)
}

/** Modulo 11 with weights that rise from 2 at the right. */
function checkDigit(digits: string): string {
  let sum = 0
  for (let i = 0; i < digits.length; i++) sum += (digits.charCodeAt(i) - 48) * (digits.length + 1 - i)
  const rest = sum % 11
  return rest < 2 ? '0' : String(11 - rest)
}

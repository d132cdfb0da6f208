/** As their server writes it: what is not ASCII is escaped. Clients look for the escaped text of faults. */
export function asciiJson(body: unknown): string {
  return JSON.stringify(body).replace(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

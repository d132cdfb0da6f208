/** A text as it compares: no accents, no capitals, one space between words. 'Último  DIA útil' → 'ultimo dia util'. */
export function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim()
}

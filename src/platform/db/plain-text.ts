import { type RawBuilder, sql } from 'kysely'
import { likePart } from '../../core/text.ts'

const accented = 'áàâãäéèêëíìîïóòôõöúùûüçñ'
const plain = 'aaaaaeeeeiiiiooooouuuucn'

/** Whether the column holds the text, however either is accented or written in capitals: 'clinica' is in 'Clínica'. */
export function holdsText(column: string, text: string): RawBuilder<boolean> {
  const part = `%${likePart(text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase())}%`
  return sql<boolean>`translate(lower(${sql.ref(column)}), ${accented}, ${plain}) like ${part}`
}

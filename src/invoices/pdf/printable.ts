// What users wrote, as the document's font can draw it. Nothing here refuses: an invoice that was made can be printed.

/** Stands for what the font has no letters for, pictures too: whoever reads it knows that something was written; a run of such is one. */
const UNKNOWN = '□'

/** Of Source Sans 3: Latin with what Brazil's neighbours and immigrants need, Vietnamese, Greek, Cyrillic, signs. A test holds it against the font. */
const covered =
  /^[\u0020-\u007e\u00a0-\u017f\u0192\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u02c6\u02c7\u02d8-\u02dd\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u1e80-\u1e85\u1e9e-\u1ef9\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u2030\u2032\u2033\u2039\u203a\u2044\u2070\u2074-\u208e\u20ac\u2116\u2122\u2150-\u215e\u2190-\u2199\u2212\u2248\u2260\u2264\u2265\u25a0\u25a1\u25cf\u2713\u2717]*$/

/** Left out without a trace: marks that do not compose, and what is only there to be ignored. */
const silent = /^(?:\p{M}|\p{Cf}|\p{Default_Ignorable_Code_Point})$/u

const blank = /^[\s\p{Cc}\p{Zs}\u2800]$/u

/** One line: ends of lines, tabs and controls are spaces. */
export function printable(text: string): string {
  return [...text.toWellFormed().normalize('NFC')]
    .map(drawn)
    .join('')
    .replaceAll(runOfUnknown, UNKNOWN)
    .replaceAll(/ {2,}/g, ' ')
    .replaceAll(/R\$ (?=\d)/g, 'R$\u00a0')
    .trim()
}

const runOfUnknown = new RegExp(`${UNKNOWN}(?: *${UNKNOWN})+`, 'g')

/** A text of several paragraphs, without the empty ones. */
export function printableParagraphs(text: string): string[] {
  return text
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map(printable)
    .filter(paragraph => paragraph !== '')
}

function drawn(char: string): string {
  if (char === '\u00a0') return char
  // A byte order mark is a space for JavaScript alone.
  if (char !== '\ufeff' && blank.test(char)) return ' '
  if (char !== '\u00ad' && covered.test(char)) return char
  if (silent.test(char)) return ''
  // Letters in another dress: full width, ligatures, mathematical bold.
  const plain = char.normalize('NFKC')
  return plain !== char && covered.test(plain) ? plain : UNKNOWN
}

// Where a line of text ends.

/** How wide a text is, in points. */
export type Measure = (text: string, style: Style) => number

export interface Style {
  readonly face: 'regular' | 'bold'
  readonly size: number
  readonly color: string
}

/** Breaks at spaces; a word that is wider than the line, within itself. Hard spaces hold. Always at least one line. */
export function wrap(text: string, style: Style, width: number, measure: Measure): string[] {
  const space = measure(' ', style)
  const lines: string[] = []
  let line = ''
  let lineWidth = 0
  for (const word of text.split(' ')) {
    const wordWidth = measure(word, style)
    if (line !== '' && lineWidth + space + wordWidth <= width) {
      line += ` ${word}`
      lineWidth += space + wordWidth
      continue
    }
    if (line !== '') lines.push(line)
    const parts = wordWidth <= width ? [word] : pieces(word, style, width, measure)
    lines.push(...parts.slice(0, -1))
    line = parts.at(-1) ?? ''
    lineWidth = measure(line, style)
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

/** The style in which the text stands on one line: the one given, or a smaller one of its kind. */
export function narrowed(text: string, style: Style, width: number, measure: Measure): Style {
  const needed = measure(text, style)
  // A hundredth less: widths are rounded.
  return needed <= width ? style : { ...style, size: style.size * (width / needed) * 0.99 }
}

/** Each as long as it fits, by the widths of its characters: those do not know of kerning, which only makes a text narrower by little. */
function pieces(word: string, style: Style, width: number, measure: Measure): string[] {
  const found: string[] = []
  let piece = ''
  let pieceWidth = 0
  for (const char of word) {
    const charWidth = measure(char, style)
    if (piece !== '' && pieceWidth + charWidth > width) {
      found.push(piece)
      piece = ''
      pieceWidth = 0
    }
    piece += char
    pieceWidth += charWidth
  }
  return [...found, piece]
}

// A block: what stays in one piece on a page, with its texts placed from its own upper edge.

import { type Measure, type Style, wrap } from './wrap.ts'

/** What a reader for the blind is told that it is. An artifact is not read: it repeats, or is only drawn. */
export type Role = 'H1' | 'H2' | 'P' | 'TH' | 'TD' | 'Artifact'

export interface Mark {
  readonly x: number
  /** Upper edge of the line. */
  readonly y: number
  readonly text: string
  readonly style: Style
}

/** Texts that are read as one. */
export interface Part {
  readonly role: Role
  readonly marks: readonly Mark[]
  /** Parts of the same number are one, although they lie in several blocks: the lines of a long paragraph. */
  readonly run?: number
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly fill: string
}

export interface Block {
  readonly height: number
  readonly parts: readonly Part[]
  readonly boxes: readonly Box[]
  /** Not the last on a page, as long as what follows fits on one with it. */
  readonly keepsWithNext: boolean
  /** Of a table: drawn again where the table goes on on another page. */
  readonly head?: Block
  /** Which table it is a row of. */
  readonly table?: string
}

export interface Paragraph {
  readonly text: string
  readonly style: Style
  /** Of the whole cell otherwise. */
  readonly role?: Role
  /** Empty space above it. */
  readonly above?: number
}

export interface Cell {
  readonly x: number
  readonly width: number
  readonly align?: 'left' | 'right'
  readonly role: Role
  readonly paragraphs: readonly Paragraph[]
}

const LEADING = 1.28

export const lineHeight = (style: Style): number => style.size * LEADING

/** Cells side by side. Its height is that of the tallest, with the space above and below. */
export function row(
  measure: Measure,
  cells: readonly Cell[],
  space: { above?: number; below?: number } = {},
  more: Partial<Pick<Block, 'keepsWithNext' | 'head' | 'table' | 'boxes'>> = {},
): Block {
  const { above = 0, below = 0 } = space
  const set = cells.map(cell => setCell(measure, cell, above))
  return {
    height: Math.max(above, ...set.map(({ bottom }) => bottom)) + below,
    parts: set.flatMap(({ parts }) => parts),
    boxes: [],
    keepsWithNext: false,
    ...more,
  }
}

function setCell(measure: Measure, cell: Cell, top: number): { parts: Part[]; bottom: number } {
  const parts: Part[] = []
  let y = top
  for (const { text, style, role, above = 0 } of cell.paragraphs) {
    y += above
    const marks = wrap(text, style, cell.width, measure).map((line, i): Mark => {
      const indent = cell.align === 'right' ? cell.width - measure(line, style) : 0
      return { x: cell.x + indent, y: y + i * lineHeight(style), text: line, style }
    })
    y += marks.length * lineHeight(style)
    const last = parts.at(-1)
    const own = role ?? cell.role
    // What plays one role in a cell is read whole.
    if (last?.role === own) parts[parts.length - 1] = { role: own, marks: [...last.marks, ...marks] }
    else parts.push({ role: own, marks })
  }
  return { parts, bottom: y }
}

/** A paragraph that may go on on the next page, though never with a single line on either. */
export function flowing(
  measure: Measure,
  cell: Omit<Cell, 'paragraphs' | 'align'>,
  { text, style }: Paragraph,
  run: number,
): Block[] {
  const lines = wrap(text, style, cell.width, measure)
  return lines.map((line, i) => ({
    height: lineHeight(style),
    parts: [{ role: cell.role, marks: [{ x: cell.x, y: 0, text: line, style }], run }],
    boxes: [],
    keepsWithNext: (i === 0 || i === lines.length - 2) && i < lines.length - 1,
  }))
}

export function gap(height: number, keepsWithNext = false): Block {
  return { height, parts: [], boxes: [], keepsWithNext }
}

/** The block with a hairline along an edge. */
export function ruled(
  block: Block,
  edge: 'upper' | 'lower',
  line: { x: number; width: number; fill: string; weight?: number },
): Block {
  const { weight = 0.5, ...box } = line
  const y = edge === 'upper' ? 0 : block.height - weight
  return { ...block, boxes: [...block.boxes, { ...box, y, height: weight }] }
}

/** Moved down, as a part of something larger. */
export function movedDown(block: Block, by: number): Pick<Block, 'parts' | 'boxes'> {
  return {
    parts: block.parts.map(part => ({ ...part, marks: part.marks.map(mark => ({ ...mark, y: mark.y + by })) })),
    boxes: block.boxes.map(box => ({ ...box, y: box.y + by })),
  }
}

/** One below the other, as one. */
export function stacked(blocks: readonly Block[]): Block {
  let height = 0
  const moved = blocks.map(block => {
    const at = height
    height += block.height
    return movedDown(block, at)
  })
  return {
    height,
    parts: moved.flatMap(({ parts }) => parts),
    boxes: moved.flatMap(({ boxes }) => boxes),
    keepsWithNext: false,
  }
}

/** The same look, not read. */
export function unread(block: Block): Block {
  return { ...block, parts: block.parts.map(part => ({ role: 'Artifact', marks: part.marks })) }
}

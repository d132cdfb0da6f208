// Which block comes on which page.

import { type Block, unread } from './block.ts'

export interface Placed {
  readonly block: Block
  readonly y: number
}

export interface Frame {
  readonly top: number
  /** Of the pages after the first, below what is repeated on them. */
  readonly nextTop: number
  readonly bottom: number
}

/** Pages in order. What holds together moves together, unless no page is tall enough for it; nothing is left out. */
export function paginate(blocks: readonly Block[], frame: Frame): Placed[][] {
  const pages: Placed[][] = [[]]
  let y = frame.top
  const place = (block: Block) => {
    pages.at(-1)?.push({ block, y })
    y += block.height
  }
  const turn = (next: Block | undefined) => {
    pages.push([])
    y = frame.nextTop
    if (next?.head !== undefined) place(unread(next.head))
  }
  const whole = frame.bottom - frame.nextTop
  for (const group of groups(blocks)) {
    const [first] = group
    const height = heightOf(group)
    const fits = (block: Block) => y + block.height <= frame.bottom
    if (y + height > frame.bottom && height + (first?.head?.height ?? 0) <= whole) turn(first)
    for (const block of group) {
      // A single block that is taller than a page is cut by nobody: it begins on a page of its own.
      if (!fits(block) && pages.at(-1)?.length !== 0) turn(block)
      if (isEmpty(block) && isAtTop(pages.at(-1))) continue
      place(block)
    }
  }
  return pages
}

const isEmpty = (block: Block) => block.parts.length === 0 && block.boxes.length === 0
const isAtTop = (page: readonly Placed[] | undefined) => page === undefined || page.length === 0

/** Blocks of which each but the last is kept with the next. */
function groups(blocks: readonly Block[]): Block[][] {
  const found: Block[][] = []
  let group: Block[] = []
  for (const block of blocks) {
    group.push(block)
    if (block.keepsWithNext) continue
    found.push(group)
    group = []
  }
  return group.length === 0 ? found : [...found, group]
}

function heightOf(blocks: readonly Block[]): number {
  return blocks.reduce((height, block) => height + block.height, 0)
}

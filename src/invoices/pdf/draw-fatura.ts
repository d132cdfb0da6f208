import { inSlices } from '../../platform/in-slices.ts'
import { arrange, foot, runningHead } from './arrange.ts'
import type { Block, Part } from './block.ts'
import type { Fatura } from './fatura.ts'
import { footTop, frame, headTop, paper } from './looks.ts'
import { type Placed, paginate } from './paginate.ts'
import { type Doc, type OpenDocument, openDocument, type StructureTree, soft } from './pdf-document.ts'

/**
 * The bytes of the document. The same content gives the same bytes, in any process. Others have their turns between pages and while
 * rows are measured.
 */
export async function drawFatura(fatura: Fatura): Promise<Buffer> {
  const { title, issuer, createdAt } = fatura
  const open = await openDocument({ title, author: issuer.name, createdAt, ...paper })
  const pages = paginate(await inSlices(arrange(fatura, open.measure)), frame)
  await inSlices(drawPages(open, fatura, pages))
  open.doc.end()
  return open.bytes
}

function* drawPages({ doc, tree, measure }: OpenDocument, fatura: Fatura, pages: readonly (readonly Placed[])[]) {
  for (const [i, placed] of pages.entries()) {
    doc.addPage()
    if (i > 0) drawBlock(doc, { block: runningHead(fatura, measure), y: headTop }, tree)
    for (const one of placed) drawBlock(doc, one, tree)
    drawBlock(doc, { block: foot(fatura, i + 1, pages.length, measure), y: footTop }, tree)
    yield
  }
  tree.end()
}

function drawBlock(doc: Doc, { block, y }: Placed, tree: StructureTree): void {
  if (block.boxes.length > 0) tree.unread(() => drawBoxes(doc, block, y))
  tree.inTable(block.table)
  for (const part of block.parts) {
    if (part.role === 'Artifact') tree.unread(() => drawMarks(doc, part, y))
    else tree.read(part.role, part.run, () => drawMarks(doc, part, y))
  }
}

function drawBoxes(doc: Doc, { boxes }: Block, top: number): void {
  for (const { x, y, width, height, fill } of boxes) doc.rect(x, top + y, width, height).fill(fill)
}

function drawMarks(doc: Doc, { marks }: Part, top: number): void {
  for (const { x, y, text, style } of marks) {
    if (text === '') continue
    doc
      .font(style.face)
      .fontSize(style.size)
      .fillColor(style.color)
      .text(soft(text), x, top + y, { lineBreak: false })
  }
}

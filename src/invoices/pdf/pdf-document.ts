// The library behind its door: a document whose bytes depend on nothing but what is drawn, and what its reader for the blind follows.

import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import PDFDocument from 'pdfkit'
import { type Instant, toDate } from '../../core/dates.ts'
import type { Role } from './block.ts'
import type { Measure } from './wrap.ts'

export type Doc = PDFKit.PDFDocument
type Element = ReturnType<Doc['struct']>

export interface OpenDocument {
  readonly doc: Doc
  readonly tree: StructureTree
  readonly measure: Measure
  /** All of it, once it is ended. */
  readonly bytes: Promise<Buffer>
}

export interface DocumentInfo {
  readonly title: string
  readonly author: string
  readonly createdAt: Instant
  readonly width: number
  readonly height: number
}

/** What the library would take from the machine (the time, and an id made of it) is told instead. */
export async function openDocument({ title, author, createdAt, width, height }: DocumentInfo): Promise<OpenDocument> {
  fonts ??= readFonts()
  const { regular, bold } = await fonts
  const doc = new PDFDocument({
    autoFirstPage: false,
    size: [width, height],
    margin: 0,
    pdfVersion: '1.7',
    lang: 'pt-BR',
    tagged: true,
    displayTitle: true,
    info: { Title: title, Author: author, Creator: 'Bordero', Producer: 'Bordero', CreationDate: toDate(createdAt) },
  })
  doc.registerFont('regular', regular).registerFont('bold', bold)
  return { doc, tree: new StructureTree(doc), measure: measuring(doc), bytes: collected(doc) }
}

/** Read once: they are part of the program. */
let fonts: Promise<{ regular: Buffer; bold: Buffer }> | undefined

async function readFonts() {
  const at = (name: string) => readFile(new URL(`./fonts/${name}.ttf`, import.meta.url))
  const [regular, bold] = await Promise.all([at('SourceSans3-Regular'), at('SourceSans3-SemiBold')])
  return { regular, bold }
}

/** Widths grow with the size: each word, and each letter of one that is broken, is measured once. */
function measuring(doc: Doc): Measure {
  const widths = { regular: new Map<string, number>(), bold: new Map<string, number>() }
  return (text, { face, size }) => {
    let width = widths[face].get(text)
    if (width === undefined) {
      width = doc.font(face).fontSize(1).widthOfString(soft(text))
      widths[face].set(text, width)
    }
    return width * size
  }
}

/** Lines are broken already. Both spaces are one glyph, which would be copied and searched as whichever came first. */
export const soft = (text: string): string => text.replaceAll('\u00a0', ' ')

async function collected(doc: Doc): Promise<Buffer> {
  const chunks: Buffer[] = []
  doc.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(doc, 'end')
  return Buffer.concat(chunks)
}

/** Headings, paragraphs, tables with their rows, in the order in which they are drawn. */
export class StructureTree {
  readonly #doc: Doc
  readonly #root: Element
  #table: { name: string; element: Element; row: Element } | undefined
  #run: { number: number; element: Element } | undefined

  constructor(doc: Doc) {
    this.#doc = doc
    this.#root = doc.struct('Document')
    doc.addStructure(this.#root)
  }

  /** What follows is a new row of this table, or of none. */
  inTable(name: string | undefined): void {
    if (this.#table !== undefined && this.#table.name !== name) this.#table = undefined
    if (name === undefined) return
    const element = this.#table?.element ?? this.#child(this.#root, 'Table')
    this.#table = { name, element, row: this.#child(element, 'TR') }
  }

  /** Parts of one run, one after another, are one element. */
  read(role: Exclude<Role, 'Artifact'>, run: number | undefined, draw: () => void): void {
    const goesOn = run !== undefined && this.#run?.number === run ? this.#run.element : undefined
    const element = goesOn ?? this.#child(this.#table?.row ?? this.#root, role)
    this.#run = run === undefined ? undefined : { number: run, element }
    const content = this.#doc.markStructureContent(role)
    draw()
    this.#doc.endMarkedContent()
    element.add(content)
  }

  /** Between what is read, and not a part of it. */
  unread(draw: () => void): void {
    this.#doc.markContent('Artifact', { type: 'Layout' })
    draw()
    this.#doc.endMarkedContent()
  }

  end(): void {
    this.#root.end()
  }

  #child(parent: Element, type: string): Element {
    const element = this.#doc.struct(type)
    parent.add(element)
    return element
  }
}

// The document as blocks, from above: who bills, where it stands, who is asked, for what, how much, until when.

import type { Sliced } from '../../core/slices.ts'
import { type Block, type Cell, flowing, gap, lineHeight, type Paragraph, row, ruled } from './block.ts'
import type { Fatura, Highlight, Party } from './fatura.ts'
import { hairline, left, right, styles, tint, toned, tones, width } from './looks.ts'
import { arrangeInstallments, arrangeLines, arrangeTotals } from './tables.ts'
import type { Measure, Style } from './wrap.ts'

export function* arrange(fatura: Fatura, measure: Measure): Sliced<Block[]> {
  return [
    heading(fatura, measure),
    gap(14),
    ...notice(fatura, measure),
    highlights(fatura.highlights, measure),
    gap(16),
    parties(fatura, measure),
    gap(16),
    ...description(fatura.description, measure),
    ...(yield* arrangeLines(fatura, measure)),
    ...arrangeTotals(fatura, measure),
    gap(18),
    ...(yield* arrangeInstallments(fatura.installments, measure)),
  ]
}

// --- Who bills, which number ---

const numberWidth = 185
const pill = { height: 16, padding: 7 } as const

function heading({ issuer, number, state }: Fatura, measure: Measure): Block {
  const numberStyle = measure(number, styles.number) <= numberWidth ? styles.number : styles.longNumber
  const block = row(measure, [
    { x: left, width: width - numberWidth - 20, role: 'P', paragraphs: partyParagraphs(issuer, styles.issuer) },
    {
      x: right - numberWidth,
      width: numberWidth,
      align: 'right',
      role: 'H1',
      paragraphs: [
        { text: 'FATURA', style: styles.eyebrow },
        { text: number, style: numberStyle },
      ],
    },
  ])
  const style = toned({ ...styles.strong, size: 8.5 }, state.tone)
  const pillWidth = measure(state.word, style) + 2 * pill.padding
  const pillTop = lineHeight(styles.eyebrow) + lineHeight(numberStyle) + 4
  const x = right - pillWidth
  const y = pillTop + (pill.height - lineHeight(style)) / 2
  return {
    ...block,
    height: Math.max(block.height, pillTop + pill.height),
    parts: [...block.parts, { role: 'P', marks: [{ x: x + pill.padding, y, text: state.word, style }] }],
    boxes: [{ x, y: pillTop, width: pillWidth, height: pill.height, fill: tones[state.tone].fill }],
  }
}

function partyParagraphs({ name, details }: Party, style: Paragraph['style']): Paragraph[] {
  return [{ text: name, style }, ...details.map((text, i) => ({ text, style: styles.body, above: i === 0 ? 1.5 : 0 }))]
}

// --- What must not be overlooked ---

function notice({ notice }: Fatura, measure: Measure): Block[] {
  if (notice === null) return []
  const block = row(
    measure,
    [
      {
        x: left + 14,
        width: width - 26,
        role: 'P',
        paragraphs: [
          { text: notice.title, style: toned(styles.highlight, notice.tone) },
          { text: notice.text, style: toned(styles.body, notice.tone), above: 1 },
        ],
      },
    ],
    { above: 7, below: 8 },
  )
  const { fill, color } = tones[notice.tone]
  const boxes = [
    { x: left, y: 0, width, height: block.height, fill },
    { x: left, y: 0, width: 3, height: block.height, fill: color },
  ]
  return [{ ...block, boxes }, gap(10)]
}

// --- What is most looked for ---

const shares = [0.21, 0.27, 0.24, 0.28] as const

/** As large as it may be on one line, down to the size of the body. */
function fitting(text: string, style: Style, room: number, measure: Measure): Style {
  const sizes = [style.size, styles.highlight.size, styles.body.size]
  const size = sizes.find(size => measure(text, { ...style, size }) <= room) ?? styles.body.size
  return { ...style, size }
}

function highlights(all: readonly Highlight[], measure: Measure): Block {
  let x = left
  const cells = all.map(({ label, value, aside }, i): Cell => {
    const own = width * (shares[i] ?? 0)
    const cell: Cell = {
      x: x + 12,
      width: own - 20,
      role: 'P',
      paragraphs: [
        { text: label, style: styles.label },
        {
          text: value,
          style: fitting(value, i === all.length - 1 ? styles.mainHighlight : styles.highlight, own - 20, measure),
          above: 1,
        },
        ...(aside === null ? [] : [{ text: aside, style: styles.detail }]),
      ],
    }
    x += own
    return cell
  })
  const block = row(measure, cells, { above: 9, below: 9 })
  return { ...block, boxes: [{ x: left, y: 0, width, height: block.height, fill: tint }] }
}

// --- Who is asked, by which contract, for which days ---

function parties({ customer, facts }: Fatura, measure: Measure): Block {
  const half = (width - 24) / 2
  const block = row(
    measure,
    [
      {
        x: left,
        width: half,
        role: 'P',
        paragraphs: [{ text: 'Cliente', style: styles.section, role: 'H2' }, ...partyParagraphs(customer, styles.name)],
      },
      {
        x: left + half + 24,
        width: half,
        role: 'P',
        paragraphs: facts.flatMap(({ label, value }, i) => [
          { text: label, style: styles.label, above: i === 0 ? 0 : 5 },
          { text: value, style: styles.body },
        ]),
      },
    ],
    { above: 2 },
  )
  return block
}

function description(paragraphs: readonly string[], measure: Measure): Block[] {
  if (paragraphs.length === 0) return []
  const title = row(
    measure,
    [{ x: left, width, role: 'H2', paragraphs: [{ text: 'Descrição', style: styles.section }] }],
    {},
    { keepsWithNext: true },
  )
  const lines = paragraphs.flatMap((text, run) =>
    flowing(measure, { x: left, width, role: 'P' }, { text, style: styles.body }, run),
  )
  return [title, gap(2, true), ...lines, gap(14)]
}

// --- On every page ---

/** Of the pages after the first. */
export function runningHead({ issuer, number, state }: Fatura, measure: Measure): Block {
  const about = `Fatura ${number}${state.tone === 'neutral' || state.tone === 'good' ? '' : ` – ${state.word}`}`
  const name = elided(issuer.name, width - measure(about, styles.strong) - 24, measure)
  const block = row(
    measure,
    [
      { x: left, width, role: 'Artifact', paragraphs: [{ text: name, style: styles.strong }] },
      { x: left, width, align: 'right', role: 'Artifact', paragraphs: [{ text: about, style: styles.strong }] },
    ],
    { below: 6 },
  )
  return ruled(block, 'lower', { x: left, width, fill: hairline })
}

/** Only here is a name cut: it stands whole on the first page. */
function elided(name: string, room: number, measure: Measure): string {
  if (measure(name, styles.strong) <= room) return name
  const chars = [...name]
  while (chars.length > 0 && measure(`${chars.join('')}…`, styles.strong) > room) chars.pop()
  return `${chars.join('').trimEnd()}…`
}

/** Read once, on the first page. */
export function foot({ disclaimer }: Fatura, page: number, pages: number, measure: Measure): Block {
  const role = page === 1 ? 'P' : 'Artifact'
  const block = row(
    measure,
    [
      {
        x: left,
        width: width - 80,
        role,
        paragraphs: [
          { text: disclaimer, style: styles.foot },
          { text: 'Gerado pelo Bordero', style: { ...styles.foot, size: 6.5 }, above: 1 },
        ],
      },
      {
        x: right - 80,
        width: 80,
        align: 'right',
        role: 'Artifact',
        paragraphs: [{ text: `Página ${page} de ${pages}`, style: styles.foot }],
      },
    ],
    { above: 6 },
  )
  return ruled(block, 'upper', { x: left, width, fill: hairline })
}

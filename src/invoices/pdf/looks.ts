// How the document looks: A4, one typeface in two weights, one accent. In points.

import type { Tone } from './fatura.ts'
import type { Frame } from './paginate.ts'
import type { Style } from './wrap.ts'

export const paper = { width: 595.28, height: 841.89 } as const

export const left = 42.5
export const width = paper.width - 2 * left
export const right = left + width

export const frame: Frame = { top: 42, nextTop: 74, bottom: paper.height - 62 }
/** Where the head of further pages and the foot of all stand. */
export const headTop = 40
export const footTop = paper.height - 50

const ink = '#1c2430'
const muted = '#586371'
export const hairline = '#d3d9e0'
export const tint = '#f3f5f8'
const accent = '#14507a'

const regular = (size: number, color: string = ink): Style => ({ face: 'regular', size, color })
const bold = (size: number, color: string = ink): Style => ({ face: 'bold', size, color })

export const styles = {
  issuer: bold(13),
  label: regular(7.5, muted),
  eyebrow: bold(8.5, accent),
  number: bold(22),
  longNumber: bold(13),
  name: bold(10.5),
  body: regular(9),
  strong: bold(9),
  detail: regular(8, muted),
  highlight: bold(11),
  mainHighlight: bold(13.5),
  section: bold(8.5, accent),
  head: bold(8, muted),
  result: bold(11),
  foot: regular(7.5, muted),
} as const satisfies Record<string, Style>

export const tones: Record<Tone, { readonly fill: string; readonly color: string }> = {
  neutral: { fill: '#e7eff6', color: accent },
  good: { fill: '#e4f3e9', color: '#1b6338' },
  warning: { fill: '#fcf0da', color: '#7d4a00' },
  bad: { fill: '#fae6e6', color: '#9a1c1c' },
}

export const toned = (style: Style, tone: Tone): Style => ({ ...style, color: tones[tone].color })

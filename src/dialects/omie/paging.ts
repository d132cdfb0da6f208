import { noPage } from './fault.ts'
import { type Param, wholeIn } from './read-param.ts'

/** The two ways in which their services number pages. Both count from 1, and take 0 for it. */
export interface PagingStyle {
  readonly page: string
  readonly size: string
  /** How the answer calls page, number of pages, records on it, and records in all. */
  readonly told: readonly [string, string, string, string]
}

export const hungarian: PagingStyle = {
  page: 'nPagina',
  size: 'nRegistros',
  told: ['nPagina', 'nTotPaginas', 'nRegistros', 'nTotRegistros'],
}
export const snake: PagingStyle = {
  page: 'pagina',
  size: 'registros_por_pagina',
  told: ['pagina', 'total_de_paginas', 'registros', 'total_de_registros'],
}

/** "Up to 500 records a page": more is taken for that many, and the number of pages counted anew. */
const MOST_PER_PAGE = 500
const USUAL_PER_PAGE = 50
const LAST_PAGE = 1_000_000

export interface PageAsked {
  page: number
  size: number
  offset: number
}

export function pageAsked(param: Param, { page: pageTag, size: sizeTag }: PagingStyle): PageAsked {
  const page = Math.min(Math.max(1, wholeIn(param, pageTag) ?? 1), LAST_PAGE)
  const asked = wholeIn(param, sizeTag) ?? 0
  const size = asked < 1 ? USUAL_PER_PAGE : Math.min(asked, MOST_PER_PAGE)
  return { page, size, offset: (page - 1) * size }
}

/** The head of a page; refused past the last one, and where nothing matches. */
export function pageHead(style: PagingStyle, asked: PageAsked, here: number, all: number): Record<string, number> {
  if (here === 0) throw noPage(asked.page)
  return anyPageHead(style, asked, here, all)
}

/** Of lists that answer an empty page where there is none. */
export function anyPageHead({ told }: PagingStyle, { page, size }: PageAsked, here: number, all: number): Record<string, number> {
  const [pageName, pages, records, total] = told
  return { [pageName]: page, [pages]: Math.max(1, Math.ceil(all / size)), [records]: here, [total]: all }
}

import type { Form } from './form.ts'

/** The first page is 0. */
export interface Page {
  page: number
  perPage: number
}

const MOST_PAGES = 1_000_000

export function readPage(form: Form): Page {
  return { page: form.whole('pagina', 0, MOST_PAGES) ?? 0, perPage: form.whole('itens_por_pagina', 1, 500) ?? 50 }
}

export function showPage({ page, perPage }: Page, total: number) {
  return {
    primeira_pagina: 0,
    ultima_pagina: Math.max(0, Math.ceil(total / perPage) - 1),
    pagina_atual: page,
    total_registros: total,
  }
}

// The Central Bank's time series (SGS). https://api.bcb.gov.br/dados/serie/bcdata.sgs.{code}/dados?formato=json&dataInicial=…&dataFinal=…
// answers [{"data":"01/05/2026","valor":"0.58"}], without a key; a window without data answers 404.

import { firstDayOfMonth, formatDate, lastDayOfMonth, monthOf, parseBrazilianDate, type YearMonth } from '../../core/dates.ts'
import { type Decimal, parseDecimal } from '../../core/money.ts'
import type { IndexSource } from '../../indices/refresh-indices.ts'

export interface SgsConfig {
  /** 'https://api.bcb.gov.br' */
  baseUrl: string
  /** For the whole answer. */
  timeoutMs?: number
}

const usualTimeoutMs = 15_000
/** Thirty years of a month are 20 kB. */
const mostBytes = 1_000_000

/** Throws with what was wrong when it does not answer, answers too late or too much, or something else than its form. */
export function sgsSource({ baseUrl, timeoutMs = usualTimeoutMs }: SgsConfig): IndexSource {
  return {
    name: 'SGS',
    valuesOf: async (series, from, to, signal) => {
      const url = new URL(`/dados/serie/bcdata.sgs.${series}/dados`, baseUrl)
      url.searchParams.set('formato', 'json')
      url.searchParams.set('dataInicial', formatDate(firstDayOfMonth(from)))
      url.searchParams.set('dataFinal', formatDate(lastDayOfMonth(to)))
      const response = await fetch(url, {
        headers: { accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
      })
      if (response.status === 404) {
        await response.body?.cancel()
        return []
      }
      if (response.status !== 200) {
        await response.body?.cancel()
        throw new Error(`o SGS respondeu ${response.status} à série ${series}`)
      }
      return readAnswer(await boundedText(response), series)
    },
  }
}

async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > mostBytes) throw new Error('o SGS respondeu mais do que uma série tem')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** What is not understood is refused whole: a month that was read wrong would be a wrong price. */
export function readAnswer(text: string, series: number): { month: YearMonth; percent: Decimal }[] {
  const rows = parseJson(text)
  if (!Array.isArray(rows)) throw new Error(`a resposta do SGS à série ${series} não é uma lista`)
  const seen = new Set<string>()
  return rows.map((row: unknown) => {
    const { data, valor } = typeof row === 'object' && row !== null ? (row as { data?: unknown; valor?: unknown }) : {}
    const day = typeof data === 'string' ? parseBrazilianDate(data) : null
    const percent = typeof valor === 'string' ? parseDecimal(valor) : null
    if (day === null || !day.endsWith('-01') || percent === null || seen.has(day)) {
      throw new Error(`a resposta do SGS à série ${series} tem um mês que não se lê: ${JSON.stringify(row).slice(0, 80)}`)
    }
    seen.add(day)
    return { month: monthOf(day), percent }
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

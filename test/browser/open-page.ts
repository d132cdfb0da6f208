import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { inject } from 'vitest'

const lookInside = fileURLToPath(new URL('look-inside.js', import.meta.url))

export const widths = {
  desk: { width: 1280, height: 800 },
  tablet: { width: 768, height: 1024 },
  phone: { width: 390, height: 844 },
} as const

export function openBrowser(): Promise<Browser> {
  const { executable, environment } = inject('chromium')
  const env = Object.fromEntries(Object.entries(process.env).filter((one): one is [string, string] => one[1] !== undefined))
  return chromium.launch({ executablePath: executable, env: { ...env, ...environment }, timeout: 300_000 })
}

/** A page of its own, with all that it asked of anybody and all that it complained of. */
export interface WatchedPage {
  page: Page
  /** Addresses that it asked for, in order. */
  requests: string[]
  /** Errors and warnings of its console, what broke in its scripts, and what could not be loaded. */
  complaints: string[]
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: widths.desk, ...options })
  // For a machine where a page takes its time: Playwright's own patience is half a minute.
  context.setDefaultTimeout(120_000)
  await context.addInitScript({ path: lookInside })
  const page = await context.newPage()
  const watched: WatchedPage = { page, requests: [], complaints: [] }
  page.on('request', request => watched.requests.push(request.url()))
  page.on('requestfailed', request => watched.complaints.push(`${request.url()}: ${request.failure()?.errorText}`))
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) watched.complaints.push(message.text())
  })
  page.on('pageerror', error => watched.complaints.push(error.message))
  return watched
}

/** What a page must have whoever reads it. Each list is empty on a good one. */
export interface Look {
  lang: string
  title: string
  headings: string[]
  /** How far it can be scrolled sideways, in pixels. */
  sideways: number
  /** The same with letters and words further apart. */
  sidewaysSpread: number
  /** Texts that are hard to read on their ground: '3.9 #8a94a3 on #ffffff: 14 itens'. */
  faint: string[]
  /** Fields and buttons without a name, tables without headings. */
  nameless: string[]
}

export function lookAt(page: Page): Promise<Look> {
  return page.evaluate<Look>('lookInside.look()')
}

/** Goes through the page by the Tab key: what gets the focus, in order, and whether one sees it. */
export async function tabThrough(page: Page): Promise<{ name: string; isSeen: boolean }[]> {
  const stops: { name: string; isSeen: boolean }[] = []
  await page.evaluate('lookInside.beginAtTheTop()')
  const count = await page.evaluate<number>('lookInside.focusable().length')
  for (let i = 0; i < count; i++) {
    await page.keyboard.press('Tab')
    stops.push(await page.evaluate('lookInside.focused()'))
  }
  return stops
}

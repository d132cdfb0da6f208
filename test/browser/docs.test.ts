import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../../src/app/serve.ts'
import { openServer } from './company.ts'
import { lookAt, openBrowser, openPage, tabThrough, widths } from './open-page.ts'

// The API's documentation, as somebody without any other network reads it.

let server: RunningServer
let browser: Browser
let operations: { method: string; path: string; summary: string }[]
beforeAll(async () => {
  server = await openServer()
  browser = await openBrowser()
  const { paths } = JSON.parse(await (await fetch(`${server.url}/openapi.json`)).text())
  operations = Object.entries<Record<string, { summary: string }>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary }]) => ({ method: method.toUpperCase(), path, summary })),
  )
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

async function open(options?: Parameters<typeof openPage>[1]) {
  const watched = await openPage(browser, options)
  await watched.page.goto(`${server.url}/docs`)
  await watched.page.locator('summary').first().waitFor()
  return watched
}

/** Whatever a description may bring is there then. */
async function openAll(page: Page): Promise<void> {
  await page.locator('details').evaluateAll(all => {
    for (const one of all) Reflect.set(one, 'open', true)
  })
  await expect.poll(() => page.locator('details > div').count()).toBe(operations.length)
}

test('every operation is listed, asks nothing of another host and breaks no policy', async () => {
  const { page, requests, complaints } = await open()
  const listed = await page.locator('summary').allInnerTexts()
  const wanted = operations.map(({ method, path, summary }) => `${method} ${path} ${summary}`)
  expect(operations.length).toBeGreaterThan(80)
  expect(listed.map(text => text.replaceAll(/\s+/g, ' ').trim()).sort()).toEqual(wanted.sort())
  await openAll(page)
  expect(requests.filter(url => !url.startsWith(`${server.url}/`))).toEqual([])
  expect(complaints).toEqual([])
})

test('an operation opens to what it takes and answers', async () => {
  const { page } = await open()
  await page.locator('summary', { hasText: 'POST /v1/verifications' }).click()
  const opened = page.locator('details[open]')
  // It is filled a moment after it has opened.
  await expect
    .poll(async () => (await opened.getByRole('heading', { level: 3 }).allInnerTexts()).slice(-3))
    .toEqual(['Corpo · application/json', 'Resposta 202 · application/json', 'Resposta default · application/problem+json'])
  expect(await opened.innerText()).toContain('result.findings[].sentence')
})

test('a word narrows the list', async () => {
  const { page } = await open()
  await page.getByLabel('Filtrar operações').fill('/v1/verifications')
  expect(await page.locator('summary').allInnerTexts()).toHaveLength(3)
  await page.getByLabel('Filtrar operações').fill('não há tal coisa')
  expect(await page.locator('main').innerText()).toBe('Nenhuma operação tem isto no caminho ou na descrição.')
})

test('its links lead somewhere', async () => {
  const { page } = await open()
  const targets = await page.locator('a').evaluateAll(links => links.map(link => String(Reflect.get(link, 'href'))))
  expect(targets).toEqual([`${server.url}/openapi.json`, `${server.url}/`])
  for (const target of targets) expect({ target, status: (await fetch(target)).status }).toEqual({ target, status: 200 })
})

const widthAndLight = Object.keys(widths).flatMap(width =>
  (['light', 'dark'] as const).map(colorScheme => ({ width: width as keyof typeof widths, colorScheme })),
)

test.each(widthAndLight)(
  'whoever sees little or holds a phone reads it too: $width, $colorScheme',
  async ({ width, colorScheme }) => {
    const { page } = await open({ viewport: widths[width], colorScheme })
    await openAll(page)
    expect(await lookAt(page)).toEqual({
      lang: 'pt-BR',
      title: 'Bordero · API',
      headings: ['Bordero · API'],
      sideways: 0,
      sidewaysSpread: 0,
      faint: [],
      nameless: [],
    })
    await page.getByLabel('Filtrar operações').fill('/v1/verifications')
    const stops = await tabThrough(page)
    expect(stops.slice(0, 3).map(({ name }) => name)).toEqual(['openapi.json', 'início', 'Filtrar operações'])
    expect(stops.filter(({ isSeen }) => !isSeen)).toEqual([])
  },
)

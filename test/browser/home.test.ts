import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../../src/app/serve.ts'
import { Company, openServer } from './company.ts'
import { lookAt, openBrowser, openPage, tabThrough, widths } from './open-page.ts'

// What somebody sees who opens the server's address.

let server: RunningServer
let browser: Browser
beforeAll(async () => {
  server = await openServer()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

/** What stands in a place of the page, line by line, once it is that. */
async function shows(page: Page, place: string, lines: string[]): Promise<void> {
  await expect.poll(async () => linesOf(await page.locator(place).innerText())).toEqual(lines)
}

/** Tabs part the cells of a row; the space after R$ does not break. */
function linesOf(text: string): string[] {
  const lines = text.replaceAll('\u00a0', ' ').split('\n')
  return lines.map(line => line.replaceAll(/\s+/g, ' ').trim()).filter(line => line !== '')
}

async function open(company: Company, options?: Parameters<typeof openPage>[1]) {
  const watched = await openPage(browser, options)
  await watched.page.goto(company.address)
  return watched
}

async function billed(contracts: Parameters<Company['importContracts']>[1] = {}): Promise<Company> {
  const company = await Company.open(server)
  await company.importContracts(3, { withOneBeyondItsBound: true, ...contracts })
  await company.bill()
  return company
}

test('before anything is billed the page says so, and how one begins', async () => {
  const { page, complaints } = await open(await Company.open(server))
  await shows(page, '#run-state', ['Ainda não houve nenhuma execução nesta conta.'])
  await shows(page, '#run', ['Para ver o que seria faturado hoje: npx bordero preview'])
  await shows(page, '#verification-state', ['Ainda não houve nenhuma verificação nesta conta.'])
  expect(complaints).toEqual([])
})

test('a run is seen under way, and as it ends, without a hand on the page', async () => {
  const company = await Company.open(server)
  await company.importContracts(3, { withOneBeyondItsBound: true })
  await company.startRun()
  const { page, complaints, requests } = await open(company)
  await shows(page, '#run-state', ['run_1, do dia 31/01/2027: faturando'])
  await company.work()
  await shows(page, '#run-state', ['run_1, do dia 31/01/2027: concluída, 1 item ficou de fora'])
  await shows(page, '#run', [
    'A decidir até este dia',
    '4',
    'períodos',
    'Faturados',
    'R$ 3.703,68',
    '3 faturas',
    'Não faturados',
    'R$ 9.000,00',
    '1 item',
    'Itens por desfecho',
    'Desfecho Itens Valor',
    'acima do limite de segurança',
    'O valor passa do limite de segurança da regra. Confira e libere o item, ou corrija a regra e tente de novo.',
    '1 R$ 9.000,00',
    'faturado e emitido',
    'Fatura emitida. Nada a fazer.',
    '3 R$ 3.703,68',
    'Ficaram de fora',
    'Item 4: C-X, Mercado Alvorada',
    'R$ 9.000,00, acima do limite de segurança',
    'npx bordero run allow run_1 4',
  ])
  expect(complaints).toEqual([])
  expect(requests.filter(url => !url.startsWith(`${server.url}/`))).toEqual([])
})

test('what was billed before and only goes out now stands beside what is billed', async () => {
  const company = await Company.open(server)
  await company.importContracts(2)
  await company.bill()
  const { data } = await company.client.get<{ data: { id: string; contractId: string }[] }>('/v1/invoices')
  await company.client.post(`/v1/invoices/${data[0]?.id}/undo-emission`)
  // What a person took back goes out again with a run that names it.
  await company.startRun({ filters: { contracts: [data[0]?.contractId] } })
  await company.work()
  const { page } = await open(company)
  await shows(page, '#run-state', ['run_2, do dia 31/01/2027: concluída, 1 item ficou de fora'])
  const said = linesOf(await page.locator('#run').innerText())
  expect(said.slice(0, 12)).toEqual([
    ...['A decidir até este dia', '1', 'período'],
    ...['Faturados', 'R$ 0,00', '0 faturas'],
    ...['Não faturados', 'R$ 0,00', '1 item'],
    ...['Faturas de antes', 'R$ 1.234,56', '1 emitida'],
  ])
})

test('a preview is shown with what it would bill, and the command that bills exactly that', async () => {
  const company = await Company.open(server)
  await company.importContracts(2)
  await company.startRun({ preview: true })
  await company.work()
  const { page } = await open(company)
  await shows(page, '#run-state', ['run_1, do dia 31/01/2027: prévia pronta, nada faturado ainda'])
  const said = linesOf(await page.locator('#run').innerText())
  expect(said.slice(3, 6)).toEqual(['A faturar', 'R$ 2.469,12', '2 itens'])
  expect(said).toContain('Para faturar exatamente isto: npx bordero bill run_1')
})

test('somebody verifies from the page, and reads what came of it', async () => {
  const company = await billed()
  const { page, complaints } = await open(company)
  const verify = page.getByRole('button', { name: 'Verificar agora' })
  await verify.click()
  await shows(page, '#verification-state', ['ver_1: conferindo…'])
  expect(await verify.getAttribute('aria-disabled')).toBe('true')
  await company.work()
  await shows(page, '#verification-state', ['ver_1, de 31/01/2027, 12:00: nada está errado'])
  expect(linesOf(await page.locator('#verification').innerText())).toEqual([
    'Faturas',
    '3',
    'Períodos',
    '7',
    'Parcelas',
    '3',
    'Histórico',
    expect.stringMatching(/^\d+$/),
    'registros',
    'Conferido: tudo, de novo.',
    'Períodos que venceram e não foram faturados',
    '1 período: acima do limite de segurança',
  ])
  expect(await verify.getAttribute('aria-disabled')).toBe('false')
  expect(complaints).toEqual([])
})

test('what is wrong is said, and is not green', async () => {
  const company = await billed()
  await company.tamper()
  await company.client.post('/v1/verifications')
  await company.work()
  const { page } = await open(company)
  await shows(page, '#verification-state', ['ver_1, de 31/01/2027, 12:00: 3 coisas estão erradas'])
  expect(await page.locator('#verification-state').getAttribute('class')).toBe('verdict bad')
  expect(linesOf(await page.locator('#verification').innerText())).toContain('wrong_due_date')
})

test('a second run takes the place of the first when one asks again', async () => {
  const company = await billed()
  const { page } = await open(company)
  await shows(page, '#run-state', ['run_1, do dia 31/01/2027: concluída, 1 item ficou de fora'])
  await company.importContracts(1, { codes: 'D' })
  await company.startRun({ filters: { contracts: [await company.contractOf('D-1')] } })
  await company.work()
  await page.getByRole('button', { name: 'Atualizar' }).click()
  await shows(page, '#run-state', ['run_2, do dia 31/01/2027: concluída'])
  expect(linesOf(await page.locator('#run').innerText()).slice(0, 6)).toEqual([
    'A decidir até este dia',
    '1',
    'período',
    'Faturados',
    'R$ 1.234,56',
    '1 fatura',
  ])
})

test('its links lead somewhere', async () => {
  const { page } = await open(await Company.open(server))
  const targets = await page.locator('a').evaluateAll(links => links.map(link => String(Reflect.get(link, 'href'))))
  expect(targets).toHaveLength(5)
  for (const target of targets) expect({ target, status: (await fetch(target)).status }).toEqual({ target, status: 200 })
})

test('the key leaves the address at once, stays in the tab, and can be put away', async () => {
  const company = await billed()
  const { page } = await open(company)
  await page.getByRole('button', { name: 'Atualizar' }).waitFor()
  expect(page.url()).toBe(`${server.url}/`)
  await page.reload()
  await page.getByRole('button', { name: 'Usar outra chave' }).click()
  expect(await page.locator('#account').isVisible()).toBe(false)
  await page.reload()
  expect(await page.getByLabel('Chave de acesso').isVisible()).toBe(true)
})

test('a key is typed in; a wrong one and half a one are told apart from a server that is gone', async () => {
  const company = await billed()
  const { page } = await openPage(browser)
  await page.goto(server.url)
  const field = page.getByLabel('Chave de acesso')
  for (const [typed, answer] of [
    ['bdr_00000000_00000000000000000000000000000000', 'A chave de acesso não existe ou foi revogada.'],
    ['bdr_2bj642nw_a3cb…', 'Isto não é uma chave inteira. Copie-a de credentials.json.'],
  ] as const) {
    await field.fill(typed)
    await field.press('Enter')
    await shows(page, '#fault', [answer])
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator('#key:focus').count()).toBe(1)
  }
  await field.fill(company.key)
  await field.press('Enter')
  await shows(page, '#run-state', ['run_1, do dia 31/01/2027: concluída, 1 item ficou de fora'])
  expect(await page.locator('#fault').isVisible()).toBe(false)
})

test('a key that may see only the one part shows that part', async () => {
  const company = await billed()
  const { key } = await company.client.post<{ key: string }>('/v1/api-keys', { name: 'Só execuções', scopes: ['billing:read'] })
  const { page } = await openPage(browser)
  await page.goto(`${server.url}/#key=${key}`)
  await shows(page, '#run-state', ['run_1, do dia 31/01/2027: concluída, 1 item ficou de fora'])
  await shows(page, '#verification-state', ['A chave não tem a permissão history:read.'])
})

test('a server that is gone is said to be gone; what was seen stays, and goes on when the server is back', async () => {
  const company = await billed()
  const { page } = await open(company)
  await page.getByRole('button', { name: 'Atualizar' }).waitFor()
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Atualizar' }).click()
  await shows(page, '#fault', ['O servidor não respondeu. Confira se ele está no ar; a página tenta de novo sozinha.'])
  await shows(page, '#run-state', ['run_1, do dia 31/01/2027: concluída, 1 item ficou de fora'])
  await page.context().setOffline(false)
  await page.locator('#fault').waitFor({ state: 'hidden' })
})

const widthAndLight = Object.keys(widths).flatMap(width =>
  (['light', 'dark'] as const).map(colorScheme => ({ width: width as keyof typeof widths, colorScheme })),
)

test.each(widthAndLight)(
  'whoever sees little or holds a phone reads it too: $width, $colorScheme',
  async ({ width, colorScheme }) => {
    const company = await billed({ price: '12.345.678,90', mercado: 'Mercado'.repeat(12) })
    await company.client.post('/v1/verifications')
    await company.work()
    const { page } = await openPage(browser, { viewport: widths[width], colorScheme })
    const good = {
      lang: 'pt-BR',
      title: 'Bordero',
      headings: ['Bordero'],
      sideways: 0,
      sidewaysSpread: 0,
      faint: [],
      nameless: [],
    }
    await page.goto(server.url)
    expect(await lookAt(page)).toEqual(good)
    await page.getByLabel('Chave de acesso').fill('falsa')
    await page.keyboard.press('Enter')
    await page.locator('#fault').waitFor()
    expect(await lookAt(page)).toEqual(good)
    await page.goto('about:blank')
    await page.goto(company.address)
    await page.locator('#verification-state.good').waitFor()
    expect(await lookAt(page)).toEqual(good)
    const stops = await tabThrough(page)
    expect(stops.map(({ name }) => name)).toEqual([
      'Atualizar',
      'Verificar agora',
      'A API',
      'openapi.json',
      'Saúde',
      'prontidão',
      'métricas',
      'Usar outra chave',
    ])
    expect(stops.filter(({ isSeen }) => !isSeen)).toEqual([])
  },
)

import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

stories('a file attached to an invoice', database => {
  const pdf = Buffer.from('%PDF-1.7\nrelatório de serviço')

  const attach = (shop: Shop, invoice: string, filename: string, file: Buffer, type = 'application/pdf') =>
    shop.api.post(`/v1/invoices/${invoice}/attachments?filename=${encodeURIComponent(filename)}`, file, {
      headers: { 'content-type': type },
    })

  const billed = async (shop: Shop) => {
    const contract = await shop.contract()
    await shop.bill()
    return { ...contract, invoice: (await shop.lastInvoice(contract)).id as string }
  }

  /** What somebody without a key gets. */
  const open = async (shop: Shop, path: string) => {
    const { statusCode, headers, rawPayload } = await shop.api.app.inject({ method: 'GET', url: path })
    return { status: statusCode, headers, bytes: rawPayload }
  }

  const contents = async (shop: Shop): Promise<number> => {
    const { rows } = await database().asOwner(owner =>
      owner.query('select count(*)::int as kept from attachment_content where account_id = $1', [shop.api.account]),
    )
    return Number(rows[0]?.kept)
  }

  test('is kept once by its bytes, shown with its invoice, and read with a key or under its address', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { invoice } = await billed(shop)
    const { version } = await shop.invoice(invoice)
    const made = await attach(shop, invoice, 'relatórios\\"Relatório de março".pdf', pdf, 'application/vnd.ms-excel')
    expect(made).toMatchObject({ status: 201, headers: { location: `/v1/invoices/${invoice}/attachments/att_1` } })
    expect(made.body).toMatchObject({
      id: 'att_1',
      filename: '"Relatório de março".pdf',
      declaredType: 'application/vnd.ms-excel',
      sniffedType: 'application/pdf',
      sizeBytes: pdf.length,
      madeBy: 'key:key_1',
      path: expect.stringMatching(/^\/files\/[A-Za-z0-9_-]{32}$/),
    })
    await attach(shop, invoice, 'cópia.pdf', pdf)
    expect(await contents(shop)).toBe(1)
    const shown = await shop.invoice(invoice)
    expect(shown.version).toBe(version)
    expect(shown.attachments.map((it: { filename: string }) => it.filename)).toEqual(['"Relatório de março".pdf', 'cópia.pdf'])
    expect((await shop.get(`/v1/invoices/${invoice}/attachments`)).data).toEqual(shown.attachments)

    const safe = {
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="_Relatorio de marco_.pdf"; filename*=UTF-8''%22Relat%C3%B3rio%20de%20mar%C3%A7o%22.pdf`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    }
    const open1 = await open(shop, made.body.path)
    expect(open1).toMatchObject({ status: 200, headers: safe })
    expect(open1.bytes).toEqual(pdf)
    const withKey = await shop.api.get(`/v1/invoices/${invoice}/attachments/att_1/content`)
    expect(withKey).toMatchObject({ status: 200, headers: safe })
    const reads = await shop.api.keyWith(['customers:read'])
    expect((await shop.api.get(`/v1/invoices/${invoice}/attachments/att_1/content`, { key: reads })).status).toBe(403)
  })

  test('that could run in a browser is handed out as bytes', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { invoice } = await billed(shop)
    const page = Buffer.from('<html><script>alert(document.domain)</script></html>')
    const { body } = await attach(shop, invoice, 'pagina.html', page, 'text/html')
    expect(body).toMatchObject({ declaredType: 'text/html', sniffedType: 'text/html' })
    expect(await open(shop, body.path)).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment; filename="pagina.html"' },
    })
  })

  test('has an address that nobody guesses, that stays, and that can be taken away', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { invoice } = await billed(shop)
    const at = `/v1/invoices/${invoice}/attachments/att_1`
    const { path } = (await attach(shop, invoice, 'a.pdf', pdf)).body
    expect((await shop.get(at)).path).toBe(path)
    for (const wrong of [`${path.slice(0, -1)}~`, '/files/x', `/files/${'A'.repeat(32)}`, `${path}x`]) {
      expect((await open(shop, wrong)).status).toBe(404)
    }
    const renewed = await shop.post(`${at}/renew-address`)
    expect(renewed.path).not.toBe(path)
    expect([(await open(shop, path)).status, (await open(shop, renewed.path)).status]).toEqual([404, 200])
    expect((await shop.post(`${at}/revoke-address`)).path).toBeNull()
    expect((await open(shop, renewed.path)).status).toBe(404)
    expect((await shop.api.get(`${at}/content`)).status).toBe(200)
    const history = await shop.all('/v1/attachments/att_1/history')
    expect(history.map(({ action }) => action)).toEqual(['revoke_address', 'renew_address', 'create'])
    expect(JSON.stringify(history)).not.toContain(path.slice('/files/'.length))
  })

  test('of many slices comes whole, and nobody who asks for its head waits for its bytes', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { invoice } = await billed(shop)
    const large = Buffer.concat(Array.from({ length: 400 }, (_, i) => Buffer.alloc(5_000, String.fromCharCode(33 + (i % 90)))))
    const { path } = (await attach(shop, invoice, 'grande.txt', large, 'text/plain')).body
    expect((await open(shop, path)).bytes.equals(large)).toBe(true)
    const head = await shop.api.app.inject({ method: 'HEAD', url: path })
    expect([head.statusCode, head.headers['content-length'], head.rawPayload.length]).toEqual([200, '2000000', 0])
  })

  test('is taken off with its address, and its bytes with the last one that has them', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const [one, other] = [await billed(shop), await billed(shop)]
    const first = (await attach(shop, one.invoice, 'a.pdf', pdf)).body
    const second = (await attach(shop, other.invoice, 'b.pdf', pdf)).body
    expect((await shop.api.delete(`/v1/invoices/${other.invoice}/attachments/${first.id}`)).status).toBe(404)
    expect((await shop.api.delete(`/v1/invoices/${one.invoice}/attachments/${first.id}`)).status).toBe(204)
    expect([(await open(shop, first.path)).status, (await open(shop, second.path)).status]).toEqual([404, 200])
    await shop.api.delete(`/v1/invoices/${other.invoice}/attachments/${second.id}`)
    expect(await contents(shop)).toBe(0)
    expect((await attach(shop, one.invoice, 'a.pdf', pdf)).status).toBe(201)
  })

  test('is bounded in size, alone and with the others of its invoice', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { invoice } = await billed(shop)
    const refused = async (name: string, file: Buffer, type?: string) => {
      const { status, body } = await attach(shop, invoice, name, file, type)
      return `${status} ${body.code}`
    }
    expect(await refused('a.pdf', Buffer.alloc(0))).toBe('422 empty_file')
    expect(await refused('a.pdf', Buffer.alloc(10 * 1024 * 1024 + 1, 'a'))).toBe('413 body_too_large')
    expect(await refused(' / ', pdf)).toBe('422 blank_filename')
    expect(await refused('a.json', Buffer.from('{}'), 'application/json')).toBe('415 unsupported_media_type')
    expect(await refused('a.pdf', pdf, 'multipart/form-data; boundary=x')).toBe('415 unsupported_media_type')
    expect((await attach(shop, 'inv_999', 'a.pdf', pdf)).status).toBe(404)
    for (let i = 1; i <= 3; i++) {
      const full = Buffer.alloc(10 * 1024 * 1024, String(i))
      expect((await attach(shop, invoice, `${i}.txt`, full, 'text/plain')).status).toBe(201)
    }
    expect(await refused('a.pdf', pdf)).toBe('422 attachments_too_large')
    const small = await billed(shop)
    for (let i = 0; i < 20; i++) expect((await attach(shop, small.invoice, `${i}.pdf`, pdf)).status).toBe(201)
    const { status, body } = await attach(shop, small.invoice, 'mais.pdf', pdf)
    expect([status, body.code]).toEqual([422, 'too_many_attachments'])
  })

  test('attached twice under one key is attached once, and belongs to its account alone', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { invoice } = await billed(shop)
    const once = () =>
      shop.api.post(`/v1/invoices/${invoice}/attachments?filename=a.pdf`, pdf, {
        once: 'anexo',
        headers: { 'content-type': 'application/pdf' },
      })
    const [first, again] = [await once(), await once()]
    expect(again.body).toEqual(first.body)
    expect((await shop.invoice(invoice)).attachments).toHaveLength(1)
    const stranger = await Shop.open(database(), '2026-01-10')
    const theirs = await billed(stranger)
    expect((await stranger.api.get(`/v1/invoices/${theirs.invoice}/attachments/att_1`)).status).toBe(404)
    expect((await stranger.api.get('/v1/attachments/att_1/history')).status).toBe(404)
  })

  test('goes when its customer is erased: bytes, name, address and history; and so does the address of the PDF', async () => {
    const shop = await Shop.open(database(), '2026-01-10')
    const { id, invoice, customerId } = await billed(shop)
    const { path } = (await attach(shop, invoice, 'rg-do-joao.pdf', pdf)).body
    const old = (await attach(shop, invoice, 'cpf-antigo.pdf', pdf)).body
    await shop.api.delete(`/v1/invoices/${invoice}/attachments/${old.id}`)
    const printed = (await shop.post(`/v1/invoices/${invoice}/pdf/address`)).path
    expect((await open(shop, printed)).status).toBe(200)
    const exported = await shop.get(`/v1/customers/${customerId}/export`)
    expect(exported.records.attachments).toMatchObject([{ filename: 'rg-do-joao.pdf' }])
    await shop.post(`/v1/contracts/${id}/cancel`, { on: '2026-01-31', reason: 'Fim' })
    await shop.until('2026-02-01')
    await shop.post(`/v1/customers/${customerId}/erase`)
    expect((await open(shop, path)).status).toBe(404)
    expect((await open(shop, printed)).status).toBe(404)
    expect(await contents(shop)).toBe(0)
    expect((await shop.invoice(invoice)).attachments).toEqual([])
    for (const gone of ['att_1', old.id]) {
      const [erased, ...before] = await shop.all(`/v1/attachments/${gone}/history`)
      expect(erased).toMatchObject({ action: 'erase', after: { customerId: 1 } })
      expect(before.map(({ after, erasedAt }) => [after, erasedAt !== null])).toEqual(before.map(() => [null, true]))
    }
  })
})
